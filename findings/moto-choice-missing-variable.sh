#!/usr/bin/env bash
# moto 5.2.5: a Choice rule whose Variable is not in the data does not hold, and the Choice goes to its Default.
# On AWS the execution fails with States.Runtime (Step Functions, Choice state: test with IsPresent first).
# So a definition that relies on the Default passes moto and breaks on AWS.
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

DEFINITION = {
    "StartAt": "Which?",
    "States": {
        "Which?": {
            "Type": "Choice",
            "Choices": [{"Variable": "$.colour", "StringEquals": "red", "Next": "Red"}],
            "Default": "Other",
        },
        "Red": {"Type": "Succeed"},
        "Other": {"Type": "Succeed"},
    },
}
with mock_aws(config={"stepfunctions": {"execute_state_machine": True}}):
    states = boto3.client("stepfunctions")
    role = "arn:aws:iam::123456789012:role/states"
    made = states.create_state_machine(name="choice", definition=json.dumps(DEFINITION), roleArn=role)
    arn = states.start_execution(stateMachineArn=made["stateMachineArn"], input="{}")["executionArn"]
    while (ended := states.describe_execution(executionArn=arn))["status"] == "RUNNING":
        time.sleep(0.05)
    entered = [
        event["stateEnteredEventDetails"]["name"]
        for event in states.get_execution_history(executionArn=arn)["events"]
        if "stateEnteredEventDetails" in event
    ]
print("moto 5.2.5:", ended["status"], "through", entered)
assert (ended["status"], entered) == ("SUCCEEDED", ["Which?", "Other"]), "this has changed"
PY
