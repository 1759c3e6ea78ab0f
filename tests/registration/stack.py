"""A stack with the custom resource: a real Lambda handler, and CloudFormation's requests to it."""

import json
from dataclasses import dataclass
from typing import Any

import register_application
from local.simulator import Simulator
from local.simulator.bot_client import BotClient
from tests.registration.servers import CloudFormation, Endpoint

STACK = "arn:aws:cloudformation:eu-central-1:000000000000:stack/channelwright/1"
ELSEWHERE = "https://elsewhere.example/interactions"
# Discord creates this command for an application with Activities.
LAUNCH = {
    "name": "launch",
    "name_localizations": {"de": "starten"},
    "type": 4,
    "handler": 2,
    "integration_types": [0, 1],
    "contexts": [0, 1, 2],
}
# custom_resource reserves 30 s for the end, so this leaves half a second for attempts.
BRIEFLY = 30_500


@dataclass
class Context:
    """Lambda's context."""

    milliseconds: int = BRIEFLY

    def get_remaining_time_in_millis(self) -> int:
        return self.milliseconds


class Stack:
    """A stack with the custom resource."""

    def __init__(
        self, simulator: Simulator, bot: BotClient, endpoint: Endpoint, cfn: CloudFormation
    ) -> None:
        self.simulator, self.bot, self.cfn = simulator, bot, cfn
        self.properties = {
            "ServiceToken": "arn:aws:lambda:eu-central-1:000000000000:function:f",
            "PublicKey": simulator.info["public_key"],
            "InteractionsUrl": endpoint.url,
        }

    def event(self, kind: str, **changes: Any) -> dict[str, Any]:
        physical = {} if kind == "Create" else {"PhysicalResourceId": f"{STACK}/Registration"}
        return {
            "RequestType": kind,
            "RequestId": "request",
            "StackId": STACK,
            "LogicalResourceId": "Registration",
            "ResourceType": "Custom::DiscordApplication",
            "ResponseURL": self.cfn.url,
            "ResourceProperties": self.properties,
            **physical,
            **changes,
        }

    def request(self, kind: str, milliseconds: int = BRIEFLY, **changes: Any) -> dict[str, Any]:
        """Send a request as CloudFormation does; return the one answer."""
        before = len(self.cfn.answers)
        register_application.handler(self.event(kind, **changes), Context(milliseconds))
        [answer] = self.cfn.answers[before:]
        assert self.cfn.content_types == [None] * len(self.cfn.answers)
        assert answer["PhysicalResourceId"] == f"{STACK}/Registration"
        assert answer["RequestId"] == "request"
        assert self.simulator.info["bot_token"] not in json.dumps(answer)
        return answer

    def writes(self) -> list[tuple[str, str]]:
        """Return the calls that changed something at Discord since the last time."""
        calls = [(call["method"], call["path"]) for call in self.simulator.requests]
        self.simulator.clear_requests()
        return [call for call in calls if call[0] != "GET"]

    @property
    def commands_path(self) -> str:
        return f"/applications/{self.simulator.info['application_id']}/commands"

    def standing(self) -> tuple[str | None, list[dict[str, Any]]]:
        """Return the endpoint and the commands that Discord knows."""
        application = self.bot.call("GET", "/applications/@me").json()
        path = f"{self.commands_path}?with_localizations=true"
        commands = self.bot.call("GET", path).json()
        self.simulator.clear_requests()
        return application["interactions_endpoint_url"], commands

    def enable_activities(self) -> dict[str, Any]:
        """Create an Entry Point command, as Discord would; return it without its version."""
        made = self.bot.call("POST", self.commands_path, LAUNCH).json()
        self.simulator.clear_requests()
        return {key: value for key, value in made.items() if key != "version"}

    def entry_points(self) -> list[dict[str, Any]]:
        """Return the Entry Point commands, without their versions."""
        found = [command for command in self.standing()[1] if command["type"] == 4]
        return [{key: value for key, value in c.items() if key != "version"} for c in found]
