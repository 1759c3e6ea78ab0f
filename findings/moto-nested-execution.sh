#!/usr/bin/env bash
# moto 5.2.5: a task that starts another state machine (arn:aws:states:::states:startExecution) always fails.
# moto hands the parameters on as the Amazon States Language writes them, with capitals; botocore has none.
# Seen: the execution is FAILED, and its cause says 'StateMachineArn'. On AWS it succeeds.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet 'moto[stepfunctions]==5.2.5' 'boto3==1.43.102' 'botocore==1.43.106'
"$folder/venv/bin/python" - <<'PY'
import json, os, time
os.environ |= dict(AWS_ACCESS_KEY_ID="x", AWS_SECRET_ACCESS_KEY="x", AWS_DEFAULT_REGION="us-east-1")
import boto3
from moto import mock_aws

ROLE = "arn:aws:iam::123456789012:role/states"

def machine(name, state):
    definition = json.dumps({"StartAt": "One", "States": {"One": state}})
    return states.create_state_machine(name=name, definition=definition, roleArn=ROLE)["stateMachineArn"]

with mock_aws(config={"stepfunctions": {"execute_state_machine": True}}):
    states = boto3.client("stepfunctions")
    inner = machine("inner", {"Type": "Succeed"})
    outer = machine("outer", {
        "Type": "Task",
        "Resource": "arn:aws:states:::states:startExecution",
        "Parameters": {"StateMachineArn": inner, "Input": {}},
        "End": True,
    })
    arn = states.start_execution(stateMachineArn=outer)["executionArn"]
    while (ended := states.describe_execution(executionArn=arn))["status"] == "RUNNING":
        time.sleep(0.05)
print("moto 5.2.5:", ended["status"], ended.get("cause"))
assert ended["status"] == "FAILED" and "StateMachineArn" in ended["cause"], "this has changed"
PY
