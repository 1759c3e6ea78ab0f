#!/usr/bin/env bash
# moto 5.2.5: a Catch of States.ALL catches a Lambda task whose Parameters name a path that is not there.
# On AWS that is States.Runtime, which States.ALL does not catch (Step Functions, Error names): the execution fails.
# Seen: the state behind the Catch is entered, and the execution is SUCCEEDED.
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
    "StartAt": "Call",
    "States": {
        "Call": {
            "Type": "Task",
            "Resource": "arn:aws:lambda:us-east-1:123456789012:function:any",
            "Parameters": {"number.$": "$.number"},
            "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Caught"}],
            "End": True,
        },
        "Caught": {"Type": "Succeed"},
    },
}
with mock_aws(config={"stepfunctions": {"execute_state_machine": True}}):
    states = boto3.client("stepfunctions")
    role = "arn:aws:iam::123456789012:role/states"
    made = states.create_state_machine(name="catch", definition=json.dumps(DEFINITION), roleArn=role)
    arn = states.start_execution(stateMachineArn=made["stateMachineArn"], input="{}")["executionArn"]
    while (ended := states.describe_execution(executionArn=arn))["status"] == "RUNNING":
        time.sleep(0.05)
print("moto 5.2.5:", ended["status"], ended.get("output"))
assert ended["status"] == "SUCCEEDED", "this has changed"
PY
