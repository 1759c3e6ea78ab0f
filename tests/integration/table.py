"""A game master's table: a server in the simulated Discord, and the bot that serves it."""

import json
import time
from typing import Any

from channelwright.aws.executions import REMOVAL_SUFFIX, utc
from local import execution
from local.polling import wait_until
from local.simulated_discord import SimulatedDiscord
from local.stack import Endpoints

Json = dict[str, Any]
PATIENCE = 60  # seconds
# Each look at an execution is a signed request, which takes the stack more than most of its work.
INTERVAL = 0.15  # seconds between two looks
MOST_PATIENCE = 600
ENTERED = "stateEnteredEventDetails"


class Table:
    """A fresh server, and what the bot does there."""

    def __init__(self, endpoints: Endpoints, discord: SimulatedDiscord, stepfunctions: Any):
        self.endpoints = endpoints
        self.discord = discord
        self.stepfunctions = stepfunctions
        # The state machine that builds, and the one that removes.
        self.machines = endpoints.state_machine_arn, endpoints.removal_state_machine_arn
        # The machine of each interaction that asked about one campaign.
        self.others: dict[str, str] = {}
        ids = discord.control("POST", "guilds", {})
        self.where = {"guild_id": ids["guild_id"], "channel_id": ids["channel_id"]}
        self.before = self.guild()

    def ask(self, name: str = "My Campaign") -> str:
        """Type /add-campaign; return the interaction's id."""
        sent = self.discord.command("add-campaign", {"name": name}, **self.where)
        assert (sent["status"], sent["response"]) == (200, {"type": 5})
        return str(sent["id"])

    def ask_to_delete(self, campaign_id: str) -> str:
        """Type /campaign delete; return the interaction's id."""
        return self.ask_about(campaign_id, "campaign delete", "delete-campaign")

    def ask_about(self, campaign_id: str, command: str, machine: str, **options: str) -> str:
        """Type a command about a campaign, which a machine answers; return the interaction's id."""
        given = {**options, "campaign": campaign_id}
        sent = self.discord.command(command, given, **self.where)
        assert sent["response"] == {"type": 5, "data": {"flags": 64}}
        self.others[str(sent["id"])] = machine
        return str(sent["id"])

    def confirm(self, interaction_id: str) -> str:
        """Press the button under a deletion's preview; return the press's interaction id."""
        shown = self.discord.versions(interaction_id)[-1]
        button = shown["components"][0]["components"][0]
        sent = self.discord.press(interaction_id, button["custom_id"])
        assert sent["response"] == {"type": 6}
        self.others[str(sent["id"])] = "delete-campaign"
        return str(sent["id"])

    def build(self, **body: Any) -> Json:
        """Return a signed interaction (body and headers) that is not sent."""
        what = {"command": "add-campaign", "options": {"name": "My Campaign"}} | self.where | body
        return self.discord.control("POST", "interactions/build", what)

    def arn(self, name: str) -> str:
        """Return the ARN of an execution: a campaign's, its removal's, or one about it."""
        builds, removals = self.machines
        machine = removals if REMOVAL_SUFFIX in name else builds
        if name in self.others:
            machine = builds.replace("add-campaign", self.others[name])
        return f"{machine.replace(':stateMachine:', ':execution:')}:{name}"

    def described(self, name: str) -> Json | None:
        """Return the description of an execution, or None if it does not exist yet."""
        try:
            return self.stepfunctions.describe_execution(executionArn=self.arn(name))
        except self.stepfunctions.exceptions.ExecutionDoesNotExist:
            return None

    def finished(self, name: str) -> Json:
        """Wait until an execution has ended; return its description.

        On a busy machine that may take long. It has failed if nothing happens any more, and it does
        not wait for a moment, either: Discord's limits become longer.
        """

        def ended() -> Json | None:
            found = self.described(name)
            return found if found and found["status"] != "RUNNING" else None

        for _ in range(MOST_PATIENCE // PATIENCE):
            before = self._happened(name)
            try:
                return wait_until(ended, f"execution {name} ends", PATIENCE, INTERVAL)
            except TimeoutError:
                if self._happened(name) == before and not self._waits(name):
                    raise
        raise TimeoutError(f"execution {name} does not end")

    def _happened(self, name: str) -> tuple[int, int]:
        """Return how many states an execution has entered, and how often the bot called Discord."""
        entered = len(self.states(name)) if self.described(name) else 0
        return entered, len(self.discord.control("GET", "requests"))

    def _waits(self, name: str) -> bool:
        """Return whether the end of Discord's limit, as the last state knew it, is to come."""
        events = execution.history(self.stepfunctions, self.arn(name))
        entered = [one[ENTERED] for one in events if ENTERED in one]
        limit = json.loads(entered[-1]["input"]).get("rate_limit") or {}
        return bool(limit.get("until", "") > utc(time.time()))

    def removed(self, interaction_id: str) -> Json:
        """Wait until a campaign's removal has succeeded; return the removal's description."""
        described = self.finished(interaction_id + REMOVAL_SUFFIX)
        assert described["status"] == "SUCCEEDED", described.get("cause")
        return described

    def keep_the_role(self) -> None:
        """Let Discord refuse to delete roles."""
        refusal = {"status": 403, "body": {"message": "Missing Permissions", "code": 50013}}
        where = {"method": "DELETE", "path": r"/roles/\d+$", "times": None}
        self.discord.control("POST", "faults", refusal | where)

    def reaches(self, name: str, state: str = "") -> None:
        """Wait until an execution runs, or has entered a state."""
        wait_until(
            lambda: self.described(name) and (not state or state in self.states(name)),
            f"execution {name} is in the state {state}",
            PATIENCE,
        )

    def stop(self, name: str, state: str = "") -> Json:
        """Stop an execution as soon as it runs, or is in a state; return its description."""
        self.reaches(name, state)
        self.stepfunctions.stop_execution(executionArn=self.arn(name))
        described = self.finished(name)
        assert described["status"] == "ABORTED", "the execution ended before it could be stopped"
        return described

    def states(self, name: str) -> list[str]:
        """Return the names of the states that an execution has entered, oldest first."""
        events = execution.history(self.stepfunctions, self.arn(name))
        return [event[ENTERED]["name"] for event in events if ENTERED in event]

    def create(self, name: str = "My Campaign") -> Json:
        """Request a campaign, which must succeed, and return its execution's output."""
        described = self.finished(self.ask(name))
        assert described["status"] == "SUCCEEDED", described.get("cause")
        return json.loads(described["output"])

    def messages(self, interaction_id: str) -> list[str]:
        """Return the texts of the bot's message after each edit, oldest first."""
        return [version["content"] for version in self.discord.versions(interaction_id)]

    def guild(self) -> Json:
        """Return the server as it stands, without the channels' last messages."""
        guild = self.discord.guild(self.where["guild_id"])
        for channel in guild["channels"]:
            del channel["last_message_id"]
        return guild

    def standing(self) -> tuple[list[str], list[str]]:
        """Return the names of all roles and all channels."""
        guild = self.guild()
        return tuple(sorted(thing["name"] for thing in guild[k]) for k in ("roles", "channels"))


def unchanged(before: Json, after: Json) -> bool:
    """Tell whether a server has the same roles, channels and role members as before."""
    return all(before[kind] == after[kind] for kind in ("roles", "channels", "members"))
