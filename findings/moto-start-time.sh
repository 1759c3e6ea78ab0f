#!/usr/bin/env bash
# moto 5.2.5: $$.Execution.StartTime cannot be used in an intrinsic function or in an execution's output.
# On AWS the context object's StartTime is a string (Step Functions, Context object), like $$.State.EnteredTime.
# Seen: the value is a datetime. States.Format fails the execution ("not JSON serializable"); an execution that has it
# in its output has SUCCEEDED, but DescribeExecution raises the same TypeError.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet 'moto[stepfunctions]==5.2.5' 'boto3==1.43.102' 'botocore==1.43.106'
"$folder/venv/bin/python" - <<'PY'
import json, logging, os, time
os.environ |= dict(AWS_ACCESS_KEY_ID="x", AWS_SECRET_ACCESS_KEY="x", AWS_DEFAULT_REGION="us-east-1")
import boto3
from moto import mock_aws

logging.disable(logging.CRITICAL)


def ended(states, name, value):
    definition = {
        "StartAt": "Read",
        "States": {"Read": {"Type": "Pass", "Parameters": {"time.$": value}, "End": True}},
    }
    role = "arn:aws:iam::123456789012:role/states"
    made = states.create_state_machine(name=name, definition=json.dumps(definition), roleArn=role)
    arn = states.start_execution(stateMachineArn=made["stateMachineArn"], input="{}")["executionArn"]
    try:
        while (said := states.describe_execution(executionArn=arn))["status"] == "RUNNING":
            time.sleep(0.05)
    except TypeError as error:
        return {"status": "cannot be described", "cause": str(error)}
    return said


with mock_aws(config={"stepfunctions": {"execute_state_machine": True}}):
    states = boto3.client("stepfunctions")
    alone = ended(states, "alone", "$$.Execution.StartTime")
    entered = ended(states, "entered", "States.Format('{}', $$.State.EnteredTime)")
    started = ended(states, "started", "States.Format('{}', $$.Execution.StartTime)")
print("StartTime in the output:", alone["status"], alone.get("cause"))
print("EnteredTime in States.Format:", entered["status"], entered.get("output"))
print("StartTime in States.Format:", started["status"], started.get("error"), started.get("cause"))
assert alone["status"] == "cannot be described", "this has changed"
assert entered["status"] == "SUCCEEDED", "this has changed"
assert (started["status"], started["error"]) == ("FAILED", "States.Runtime"), "this has changed"
PY
