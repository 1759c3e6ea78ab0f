#!/usr/bin/env bash
# moto 5.2.5: StopExecution loses the reason that it is given.
# AWS keeps `error` and `cause`: they are in the history's last event, ExecutionAborted (API Reference, StopExecution >
# Request Parameters; HistoryEvent > executionAbortedEventDetails).
# Seen: both are empty strings in the history, and DescribeExecution has neither.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet 'moto[stepfunctions]==5.2.5' 'boto3==1.43.102' 'botocore==1.43.106'
"$folder/venv/bin/python" - <<'PY'
import json, os, time
from importlib.metadata import version

os.environ.update(
    AWS_ACCESS_KEY_ID="testing", AWS_SECRET_ACCESS_KEY="testing", AWS_DEFAULT_REGION="us-east-1"
)
import boto3
from moto import mock_aws

with mock_aws(config={"stepfunctions": {"execute_state_machine": True}}):
    sfn = boto3.client("stepfunctions")
    machine = sfn.create_state_machine(
        name="waits",
        definition=json.dumps({"StartAt": "Wait", "States": {"Wait": {"Type": "Wait", "Seconds": 600, "End": True}}}),
        roleArn="arn:aws:iam::123456789012:role/states",
    )["stateMachineArn"]
    run = sfn.start_execution(stateMachineArn=machine, name="one")["executionArn"]
    time.sleep(1)
    sfn.stop_execution(executionArn=run, error="Replaced", cause="Another one is newer.")
    for _ in range(100):
        described = sfn.describe_execution(executionArn=run)
        if described["status"] != "RUNNING":
            break
        time.sleep(0.1)
    last = sfn.get_execution_history(executionArn=run)["events"][-1]
    print("moto", version("moto"), described["status"], last["type"], last.get("executionAbortedEventDetails"))
    print("described:", {name: described.get(name) for name in ("error", "cause")})
    assert described["status"] == "ABORTED"
    assert last["type"] == "ExecutionAborted"
    reason = last["executionAbortedEventDetails"]
    assert reason == {"error": "", "cause": ""}, "this has changed"
    assert "error" not in described and "cause" not in described, "this has changed"
PY
