"""Stacks of their own: a deployment that fails, updates, the end, and what is left afterwards."""

import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from samcli.yamlhelper import yaml_parse

from local.deployment import BUILD, STACK_NAME
from local.polling import wait_until
from local.sam import DeploymentError
from local.simulated_discord import SimulatedDiscord
from local.stack import Discord, Stack
from tests.integration.registration import told

Json = dict[str, Any]


@pytest.fixture
def simulator(tmp_path: Path) -> Iterator[SimulatedDiscord]:
    started = SimulatedDiscord(tmp_path)
    yield started
    started.stop()


def test_a_deployment_that_discord_refuses_says_why(simulator: SimulatedDiscord, tmp_path: Path):
    info = simulator.info
    other = Discord(info["api_base_url"], "ab" * 32, info["bot_token"], register=True)
    refused = Stack(tmp_path, other, fork_workers=True)
    with pytest.raises(DeploymentError) as raised, refused:
        pass
    assert str(raised.value).startswith("Registration: The bot token belongs to the application")
    assert info["bot_token"] not in str(raised.value)


class Deployment:
    """CloudFormation's stack, updated without sam, which takes only a second."""

    def __init__(self, stack: Stack) -> None:
        self.cloudformation = stack.client("cloudformation")
        self.s3 = stack.client("s3")
        self.template = json.loads(json.dumps(self.deployed()))

    def deployed(self) -> Any:
        body = self.cloudformation.get_template(StackName=STACK_NAME, TemplateStage="Original")[
            "TemplateBody"
        ]
        return body if isinstance(body, dict) else yaml_parse(body)

    def update(self, **parameters: str) -> str:
        """Update the stack with the template and these parameters; return its status."""
        given = [
            {"ParameterKey": p["ParameterKey"], "UsePreviousValue": True}
            for p in self.described()["Parameters"]
            if p["ParameterKey"] not in parameters
        ]
        self.cloudformation.update_stack(
            **self.uploaded(),
            Parameters=given
            + [{"ParameterKey": k, "ParameterValue": v} for k, v in parameters.items()],
        )
        return self.settled()

    def create(self, parameters: dict[str, str]) -> str:
        """Create the stack with the template and these parameters; return its status."""
        self.cloudformation.create_stack(
            **self.uploaded(),
            Parameters=[{"ParameterKey": k, "ParameterValue": v} for k, v in parameters.items()],
        )
        return self.settled()

    def uploaded(self) -> dict[str, Any]:
        """Upload the template, and return what a request for the stack says of it."""
        bucket, _ = self.uploaded_code()
        body = json.dumps(self.template)
        self.s3.put_object(Bucket=bucket, Key="changed.template", Body=body)
        return {
            "StackName": STACK_NAME,
            # In the request itself, a template may have only 51,200 bytes.
            "TemplateURL": f"https://s3.amazonaws.com/{bucket}/changed.template",
            "Capabilities": ["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
        }

    def described(self) -> Any:
        [stack] = self.cloudformation.describe_stacks(StackName=STACK_NAME)["Stacks"]
        return stack

    def settled(self) -> str:
        def status() -> str | None:
            now: str = self.described()["StackStatus"]
            return None if now.endswith("_IN_PROGRESS") else now

        return wait_until(status, "The stack settles", 60)

    def reasons(self) -> str:
        events = self.cloudformation.describe_stack_events(StackName=STACK_NAME)["StackEvents"]
        return "\n".join(event.get("ResourceStatusReason", "") for event in events)

    def uploaded_code(self) -> tuple[str, str]:
        """Return the bucket and the key of the register function's code."""
        _, _, bucket, key = self.function["CodeUri"].split("/", 3)
        return bucket, key

    @property
    def function(self) -> Any:
        return self.template["Resources"]["RegisterApplicationFunction"]["Properties"]

    def change_description(self, text: str) -> None:
        """Give the register function code whose command has another description."""
        bucket, key = self.uploaded_code()
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w") as code:
            root = BUILD / "RegisterApplicationFunction"
            for file in root.rglob("*"):
                if file.is_file():
                    content = file.read_bytes()
                    if file.name == "add_campaign.py":
                        content = content.replace(b"Create a campaign", text.encode())
                    code.writestr(str(file.relative_to(root)), content)
        self.s3.put_object(Bucket=bucket, Key=f"{key}-changed", Body=archive.getvalue())
        self.function["CodeUri"] = f"s3://{bucket}/{key}-changed"


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Stack]:
    with Stack(tmp_path, fork_workers=True) as running:
        yield running


def test_a_stack_from_its_update_to_its_end(own: Stack):
    deployment, simulator = Deployment(own), own.simulator
    assert simulator

    # An update that changes nothing for Discord writes nothing there.
    simulator.control("DELETE", "requests")
    more = {"ShowDashboard": "true", "AlarmEmail": "operator@example.com"}
    assert deployment.update(WaveSize="2", **more) == "UPDATE_COMPLETE"
    assert simulator.control("GET", "requests") == []

    # New code registers its commands.
    deployment.change_description("Begin a campaign")
    assert deployment.update() == "UPDATE_COMPLETE"
    url, commands = told(own)
    [command] = [one for one in commands if one["name"] == "add-campaign"]
    assert command["description"].startswith("Begin a campaign")
    assert url == own.endpoints.interactions_url

    # Another application's key is refused with the reason, and nothing changes.
    assert deployment.update(DiscordPublicKey="ab" * 32) == "UPDATE_ROLLBACK_COMPLETE"
    assert "but the public key given is" in deployment.reasons()
    assert simulator.info["bot_token"] not in deployment.reasons()
    assert told(own) == (url, commands)

    parameters = {
        one["ParameterKey"]: one["ParameterValue"] for one in deployment.described()["Parameters"]
    }
    named = there_is(own)
    assert all(named.values()), named
    deployment.cloudformation.delete_stack(StackName=STACK_NAME)
    deployment.cloudformation.get_waiter("stack_delete_complete").wait(
        StackName=STACK_NAME, WaiterConfig={"Delay": 1, "MaxAttempts": 60}
    )
    assert told(own) == (None, [])
    # Only sam's own bucket, the operator's parameter and the campaigns' table are left.
    assert not any(there_is(own).values())
    [kept] = own.client("dynamodb").list_tables()["TableNames"]

    # The next stack takes the table up again, and creates none.
    assert deployment.create(parameters | {"CampaignsTableName": kept}) == "CREATE_COMPLETE"
    outputs = {o["OutputKey"]: o["OutputValue"] for o in deployment.described()["Outputs"]}
    assert outputs["CampaignsTableName"] == kept
    tables = own.client("dynamodb").list_tables()["TableNames"]
    assert sorted(tables) == sorted([kept, f"{STACK_NAME}-limiter"])


def there_is(stack: Stack) -> dict[str, list[str]]:
    """Return the resources in the account, by kind."""
    client = stack.client
    found: dict[str, list[Any]] = {
        "functions": client("lambda").list_functions()["Functions"],
        "mappings": client("lambda").list_event_source_mappings()["EventSourceMappings"],
        "queues": client("sqs").list_queues().get("QueueUrls", []),
        "log groups": client("logs").describe_log_groups()["logGroups"],
        "roles": client("iam").list_roles()["Roles"],
        "machines": client("stepfunctions").list_state_machines()["stateMachines"],
        "rules": client("events").list_rules()["Rules"],
        "apis": client("apigatewayv2").get_apis()["Items"],
        "alarms": client("cloudwatch").describe_alarms()["MetricAlarms"],
        "dashboards": client("cloudwatch").list_dashboards()["DashboardEntries"],
        "topics": client("sns").list_topics()["Topics"],
    }
    return {kind: [str(one) for one in things] for kind, things in found.items()}
