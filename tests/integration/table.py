"""A game master's table: a server in the simulated Discord, and the bot that serves it."""

import json
from typing import Any

from local import execution
from local.polling import wait_until
from local.simulated_discord import SimulatedDiscord
from local.stack import Endpoints

Json = dict[str, Any]
PATIENCE = 60  # seconds


class Table:
    """A fresh server, and what the bot does there."""

    def __init__(self, endpoints: Endpoints, discord: SimulatedDiscord, stepfunctions: Any):
        self.endpoints = endpoints
        self.discord = discord
        self.stepfunctions = stepfunctions
        ids = discord.control("POST", "guilds", {})
        self.where = {"guild_id": ids["guild_id"], "channel_id": ids["channel_id"]}
        self.before = self.guild()

    def ask(self, name: str = "My Campaign") -> str:
        """Type /add-campaign; return the interaction's id."""
        sent = self.discord.command("add-campaign", {"name": name}, **self.where)
        assert (sent["status"], sent["response"]) == (200, {"type": 5})
        return str(sent["id"])

    def build(self, **body: Any) -> Json:
        """Return a signed interaction (body and headers) that is not sent."""
        what = {"command": "add-campaign", "options": {"name": "My Campaign"}} | self.where | body
        return self.discord.control("POST", "interactions/build", what)

    def finished(self, interaction_id: str) -> Json:
        """Wait until the campaign's execution has ended; return its description."""

        def ended() -> execution.Execution | None:
            found = execution.find(
                self.stepfunctions, self.endpoints.state_machine_arn, interaction_id
            )
            return found if found and found.status != "RUNNING" else None

        done = wait_until(ended, f"execution {interaction_id} ends", PATIENCE)
        return self.stepfunctions.describe_execution(executionArn=done.arn)

    def create(self, name: str = "My Campaign") -> Json:
        """Ask for a campaign and return its output, which must say that it was created."""
        described = self.finished(self.ask(name))
        assert described["status"] == "SUCCEEDED", described.get("cause")
        return json.loads(described["output"])

    def messages(self, interaction_id: str) -> list[str]:
        """Return all that the bot's message has said, oldest first."""
        return [version["content"] for version in self.discord.versions(interaction_id)]

    def guild(self) -> Json:
        """Return the server as it stands."""
        return self.discord.guild(self.where["guild_id"])

    def standing(self) -> tuple[list[str], list[str]]:
        """Return the names of all roles and all channels."""
        guild = self.guild()
        return tuple(sorted(thing["name"] for thing in guild[k]) for k in ("roles", "channels"))


def unchanged(before: Json, after: Json) -> bool:
    """Tell whether a server has the same roles, channels and role members as before."""
    return all(before[kind] == after[kind] for kind in ("roles", "channels", "members"))
