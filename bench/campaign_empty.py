"""What the emulator takes by itself: the same state machine, with Lambdas that do nothing."""

import io
import json
import zipfile
from collections import defaultdict
from typing import Any

from bench.campaign_stage import Stage
from local.deployment import platform_parameters
from local.polling import wait_until

NOTHING = """
import json, pathlib
GIVEN = json.loads(pathlib.Path(__file__).with_name("given.json").read_text())
def handler(event, _context):
    return GIVEN[event["channel"]["name"]] if "channel" in event else GIVEN[""]
"""
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": ["lambda.amazonaws.com", "states.amazonaws.com"]},
            "Action": "sts:AssumeRole",
        }
    ],
}
INVOKE = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "lambda:InvokeFunction", "Resource": "*"}],
}


class EmptyMachine:
    """A copy of the state machine whose Lambdas return at once what the real ones returned."""

    def __init__(self, stage: Stage, history: list[dict[str, Any]]) -> None:
        """Deploy it after a real execution, of which `history` are the events."""
        self._stage = stage
        self._lambda = stage.stack.client("lambda")
        self._count = 0
        self._input = history[0]["executionStartedEventDetails"]["input"]
        described = stage.stepfunctions.describe_state_machine(
            stateMachineArn=stage.stack.endpoints.state_machine_arn
        )
        self._role = self._make_role()
        definition = described["definition"]
        for arn, given in _results(history).items():
            definition = definition.replace(arn, self._make_function(arn, given))
        self._arn = stage.stepfunctions.create_state_machine(
            name=f"empty-{id(self)}", definition=definition, roleArn=self._role
        )["stateMachineArn"]
        self.seconds()  # its Lambdas are warm now

    def seconds(self) -> float:
        """Run it; return how long that took."""
        client = self._stage.stepfunctions
        self._count += 1
        arn = client.start_execution(
            stateMachineArn=self._arn, name=f"run-{self._count}", input=self._input
        )["executionArn"]

        def ended() -> Any:
            found = client.describe_execution(executionArn=arn)
            return found if found["status"] != "RUNNING" else None

        found = wait_until(ended, "the empty state machine ends")
        assert found["status"] == "SUCCEEDED", found
        return float((found["stopDate"] - found["startDate"]).total_seconds())

    def _make_role(self) -> str:
        iam = self._stage.stack.client("iam")
        name = f"empty-{id(self)}"
        arn = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(TRUST))
        iam.put_role_policy(RoleName=name, PolicyName="invoke", PolicyDocument=json.dumps(INVOKE))
        return str(arn["Role"]["Arn"])

    def _make_function(self, arn: str, given: dict[str, Any]) -> str:
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w") as package:
            package.writestr("nothing.py", NOTHING)
            package.writestr("given.json", json.dumps(given))
        made = self._lambda.create_function(
            FunctionName=f"empty-{id(self)}-{arn.rpartition(':')[2]}",
            Runtime=platform_parameters()["PythonRuntime"],
            Role=self._role,
            Handler="nothing.handler",
            Code={"ZipFile": file.getvalue()},
            Timeout=30,
        )
        return str(made["FunctionArn"])


def _results(history: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Return what each Lambda, by its ARN, returned; of Create Channel for each channel's name."""
    results: dict[str, dict[str, Any]] = defaultdict(dict)
    for event in history:
        if event["type"] != "TaskSucceeded":
            continue
        details = event["taskSucceededEventDetails"]
        result = json.loads(details["output"])
        is_channel = isinstance(result, dict) and "gm_only" in result
        results[details["resource"]][result["name"] if is_channel else ""] = result
    return results
