#!/usr/bin/env bash
# moto 5.2.5: StopExecution does not end an execution that waits for a task token.
# AWS ends it at once, and answers the token with TaskTimedOut (API Reference, SendTaskSuccess: "the task associated
# with the token has already been closed").
# Seen: RUNNING two seconds after the stop; SendTaskSuccess is accepted, and the history has a TaskSucceeded before
# ExecutionAborted.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet 'moto[stepfunctions,sqs]==5.2.5' 'boto3==1.43.102' 'botocore==1.43.106'
"$folder/venv/bin/python" - <<'PY'
import json, os, time
from importlib.metadata import version

os.environ.update(
    AWS_ACCESS_KEY_ID="testing", AWS_SECRET_ACCESS_KEY="testing", AWS_DEFAULT_REGION="us-east-1"
)
import boto3
from moto import mock_aws

with mock_aws(config={"stepfunctions": {"execute_state_machine": True}}):
    sqs, sfn = boto3.client("sqs"), boto3.client("stepfunctions")
    queue = sqs.create_queue(QueueName="jobs")["QueueUrl"]
    wait = {
        "Type": "Task",
        "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
        "Parameters": {"QueueUrl": queue, "MessageBody": {"token.$": "$$.Task.Token"}},
        "End": True,
    }
    machine = sfn.create_state_machine(
        name="waiting",
        definition=json.dumps({"StartAt": "Wait", "States": {"Wait": wait}}),
        roleArn="arn:aws:iam::123456789012:role/any",
    )["stateMachineArn"]
    execution = sfn.start_execution(stateMachineArn=machine)["executionArn"]

    def status():
        return sfn.describe_execution(executionArn=execution)["status"]

    messages = []
    while not messages:
        messages = sqs.receive_message(QueueUrl=queue).get("Messages", [])
    token = json.loads(messages[0]["Body"])["token"]
    sfn.stop_execution(executionArn=execution)
    time.sleep(2)
    stopped = status()
    sfn.send_task_success(taskToken=token, output="{}")
    while status() == "RUNNING":
        time.sleep(0.1)
    events = sfn.get_execution_history(executionArn=execution)["events"]
    last = [event["type"] for event in events][-2:]
    print("moto", version("moto"), stopped, "after the stop; at last", status(), last)
    assert stopped == "RUNNING", "this has changed"
    assert last == ["TaskSucceeded", "ExecutionAborted"], "this has changed"
PY
