"""The local stack for a benchmark: with any wave size, layout, and latency of Discord."""

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench import campaign_layout
from local import execution, other_layout
from local.background import FOLDER
from local.deployment import STACK_NAME
from local.polling import wait_until
from local.private import private
from local.simulated_discord import SimulatedDiscord
from local.simulator.rate_limits import DEFAULT_LIMITS
from local.stack import Stack

PATIENCE = 300  # seconds for one campaign
LIMITER = f"{STACK_NAME}-limiter"

Json = dict[str, Any]


@dataclass(frozen=True)
class Campaign:
    """A created campaign.

    `calls` are the simulator's records of Discord calls, each of which took `latency` seconds.
    `seconds` count from the interaction's POST to the final message, `front` until the execution
    started, and `ack` until the answer to the interaction. `history` has the execution's events.
    """

    latency: float
    seconds: float
    front: float
    ack: float
    calls: list[Json]
    history: list[Json]


class Stage:
    """A running stack."""

    def __init__(self, stack: Stack) -> None:
        """Use a running stack with a simulated Discord."""
        assert stack.simulator
        self.stack = stack
        self.discord: SimulatedDiscord = stack.simulator
        self.stepfunctions = stack.client("stepfunctions")
        self._lambda = stack.client("lambda")
        self._dynamodb = stack.client("dynamodb")

    def use(self, *, wave_size: int, channels: int) -> None:
        """Deploy a wave size and a layout, and warm up the Lambdas."""
        name = f"{STACK_NAME}-plan-campaign"
        other_layout.use(self._lambda, campaign_layout.toml(channels))
        found = self._lambda.get_function_configuration(FunctionName=name)
        variables = found["Environment"]["Variables"] | {"WAVE_SIZE": str(wave_size)}
        self._lambda.update_function_configuration(
            FunctionName=name, Environment={"Variables": variables}
        )
        for _ in range(2):
            made = self.run(0.15)  # any faster, and a big layout would exceed the global limit
            creates = [call for call in made.calls if call["path"].endswith("/channels")]
            assert sum(call["method"] == "POST" for call in creates) == channels + 1

    def run(self, latency: float) -> Campaign:
        """Create a campaign in a new server; each call to Discord takes `latency` seconds.

        It counts as alone: the limiter forgets earlier campaigns.
        """
        self._dynamodb.delete_item(TableName=LIMITER, Key={"id": {"S": "schedule"}})
        self.discord.control("PUT", "settings", {"latency_ms": latency * 1000})
        where = self.discord.control("POST", "guilds", {})
        where = {key: where[key] for key in ("guild_id", "channel_id")}
        self.discord.control("DELETE", "requests")
        options = {"name": "Curse of Strahd"}
        began = time.time()
        sent = self.discord.command("add-campaign", options, **where)
        acked = time.time()
        assert sent["response"] == {"type": 5}, sent
        wait_until(lambda: self._is_over(sent["id"]), "the final message", PATIENCE)
        calls: list[Json] = self.discord.control("GET", "requests")
        done = wait_until(lambda: self._ended(sent["id"]), "the execution's end")
        assert done
        described = self.stepfunctions.describe_execution(executionArn=done.arn)
        return Campaign(
            latency,
            calls[-1]["at"] - began,
            described["startDate"].timestamp() - began,
            acked - began,
            calls,
            execution.history(self.stepfunctions, done.arn),
        )

    @contextmanager
    def edits_unlimited(self) -> Iterator[None]:
        """Allow any number of edits of a message."""
        usual = DEFAULT_LIMITS["webhook_edit"]
        self._limit_edits(1000, 1)
        try:
            yield
        finally:
            self._limit_edits(usual.requests, usual.seconds)

    def _limit_edits(self, requests: int, seconds: float) -> None:
        limit = {"requests": requests, "seconds": seconds}
        self.discord.control("PUT", "settings", {"limits": {"webhook_edit": limit}})

    def _is_over(self, interaction_id: str) -> bool:
        versions = self.discord.versions(interaction_id)
        said = versions[-1]["content"] if versions else ""
        assert not said.startswith("❌"), said
        return said.startswith("✅ **Campaign Created")

    def _ended(self, interaction_id: str) -> execution.Execution | None:
        machine = self.stack.endpoints.state_machine_arn
        found = execution.find(self.stepfunctions, machine, interaction_id)
        return found if found and found.status != "RUNNING" else None


@contextmanager
def stage() -> Iterator[Stage]:
    """Start a separate stack; stop it at the end."""
    with (
        private(FOLDER),
        tempfile.TemporaryDirectory(prefix="bench-", dir=FOLDER) as folder,
        Stack(Path(folder), tell=lambda _: None) as stack,
    ):
        yield Stage(stack)
