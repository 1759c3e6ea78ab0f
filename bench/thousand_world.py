"""Many campaigns requested at once, each in its own server: the real bot on a virtual clock."""

import itertools
import json
import math
import os
import random
import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any
from unittest.mock import patch

import requests

from bench.clocked import CLOCKED
from bench.defaults import (
    MAX_RECEIVES,
    PRIORITY_STARTERS,
    STARTERS,
    STARTERS_BESIDE_PRIORITY,
    WAVE_SIZE,
)
from bench.thousand_aws import Lambdas, Queue, StepFunctions
from bench.thousand_clock import VirtualClock
from bench.thousand_containers import Own
from bench.thousand_parameters import ParameterStore
from bench.thousand_table import DynamoDB
from bench.thousand_wire import Wire
from channelwright.aws import bot_token, parameter
from channelwright.commands import add_campaign
from channelwright.pace import limiter
from local.child import PROJECT
from local.simulator.simulator import Simulator

Json = Any
ADD, REMOVE = "arn:stateMachine:add-campaign", "arn:stateMachine:remove-campaign"
RECORD = "arn:stateMachine:record-campaign"
TASKS, PRIORITY = "arn:tasks", "arn:priority"
# From the command to its message on the queue.
ACK_SECONDS = 0.15


@dataclass(frozen=True)
class Setting:
    """The requests to the bot, and the properties of Discord and AWS.

    `campaigns` are requested within `within_s` seconds. A call's latency is log-normal with median
    `latency_s` and sigma `spread`. `concurrency` is the account's Lambda quota,
    `campaigns_per_minute` the stack's parameter, `priority` the share of priority requests. `also`
    adds requests: how many, from which second to which, and whether with priority. The limiter's
    table fails after `table_fails_after_s`. The bot assumes a limit of `calls_per_second`.
    """

    campaigns: int
    within_s: float = 60.0
    latency_s: float = 0.25
    spread: float = 0.3
    concurrency: int = 1000
    seed: int = 1
    table_fails_after_s: float = math.inf
    campaigns_per_minute: float = 1000.0
    calls_per_second: float = 50.0
    priority: float = 0.0
    also: tuple[tuple[int, float, float, bool], ...] = ()
    wave_size: int = WAVE_SIZE
    limits: tuple[tuple[str, tuple[float, float]], ...] = ()

    @property
    def knows_priority(self) -> bool:
        """Return whether any server has priority: then both queues are processed."""
        return self.priority > 0 or any(first for *_, first in self.also)


@dataclass
class World:
    """Discord, AWS and the bot, for one run."""

    setting: Setting
    clock: VirtualClock
    discord: Simulator
    wire: Wire
    lambdas: Lambdas
    step_functions: StepFunctions
    queues: dict[str, Queue]
    table: DynamoDB
    parameters: ParameterStore
    asked: list[Json] = field(default_factory=list)
    first: dict[str, bool] = field(default_factory=dict)
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    def ask(self, number: int, *, first: bool) -> None:
        """Request a campaign in its own server, as Discord does, and enqueue it."""
        ids = self.discord.add_guild(name=f"Server {number}")
        signed = self.discord.build_interaction(
            "add-campaign", {"name": f"Campaign {number}"}, guild_id=ids["guild_id"]
        )
        interaction = import_module("interaction")
        task = add_campaign.task(json.loads(signed.body), lambda _guild_id: [])
        self.clock.sleep(ACK_SECONDS)
        self.discord.receive(signed.id, {"type": interaction.DEFERRED_MESSAGE})
        self.asked.append(task)
        self.first[task["interaction_id"]] = first
        self.queues[PRIORITY if first else TASKS].send(task)

    def run(self) -> None:
        """Request all campaigns, and run until everything has ended."""
        setting = self.setting
        arrivals = random.Random(setting.seed)
        for number in range(setting.campaigns):
            after = arrivals.uniform(0, setting.within_s) if number else 0.0
            self._ask_later(after, first=number % 20 < 20 * setting.priority)
        for count, begin, end, first in setting.also:
            for _ in range(count):
                self._ask_later(arrivals.uniform(begin, end), first=first)
        self.clock.run()

    def _ask_later(self, after: float, *, first: bool) -> None:
        number = next(self._numbers)
        self.clock.spawn(lambda: self.ask(number, first=first), after=after)


def definitions() -> dict[str, Json]:
    """Return the state machines by ARN, in the interpreter's form.

    Each Lambda's Resource is its handler's module.
    """
    return {arn: _definition(arn.rpartition(":")[2]) for arn in (ADD, REMOVE, RECORD)}


def _definition(machine: str) -> Json:
    def module(found: re.Match[str]) -> str:
        return re.sub(r"(?<!^)(?=[A-Z])", "_", found[1]).lower()

    file = PROJECT / "statemachine" / f"{machine.replace('-', '_')}.asl.json"
    text = file.read_text(encoding="utf-8")
    for name, value in (
        ("${RemoveCampaignArn}", REMOVE),
        ("${RecordCampaignArn}", RECORD),
        ("${CampaignsTableName}", "campaigns"),
    ):
        text = text.replace(name, value)
    return json.loads(re.sub(r"\$\{(\w+)FunctionArn\}", module, text))


@contextmanager
def world(
    setting: Setting, machines: dict[str, Json] | None = None, **caps: int
) -> Iterator[World]:
    """Yield a world in which the handlers run on the virtual clock, optionally other `machines`."""
    clock = VirtualClock()
    discord = Simulator(clock, base_url="https://discord.test")
    discord.configure(limits=dict(setting.limits))
    wire = Wire(discord, clock, setting.latency_s, setting.spread, setting.seed)
    lambdas = Lambdas(clock, setting.concurrency, caps)
    table = DynamoDB(clock, fails_at=clock.now() + setting.table_fails_after_s)
    step_functions = StepFunctions(clock, machines or definitions(), lambdas.invoke, table)
    starters = STARTERS_BESIDE_PRIORITY if setting.knows_priority else STARTERS
    queues = {
        arn: Queue(clock, lambdas, arn, at_most)
        for arn, at_most in ((TASKS, starters), (PRIORITY, PRIORITY_STARTERS))
    }
    parameters = ParameterStore(clock, discord.info["bot_token"], setting.seed)
    environment = {
        "DISCORD_BOT_TOKEN_PARAMETER": "/bench/discord-bot-token",
        "DISCORD_API_BASE_URL": discord.info["api_base_url"],
        "STACK_NAME": "bench",
        "EXECUTION_CONSOLE": "https://console.test/",
        "STATE_MACHINE_ARN": ADD,
        "MAX_RECEIVES": str(MAX_RECEIVES),
        "WAVE_SIZE": str(setting.wave_size),
        "LIMITER_TABLE": "limiter",
        "CAMPAIGNS_TABLE": "campaigns",
        "CALLS_PER_SECOND": str(setting.calls_per_second),
        "STARTERS": str(STARTERS),
        "CAMPAIGNS_PER_MINUTE": str(setting.campaigns_per_minute),
        "CAMPAIGNS_AT_ONCE": "1000",  # one game master's, in a thousand servers
        "PRIORITY_QUEUE_ARN": PRIORITY,
    }
    with ExitStack() as stack:
        stack.enter_context(patch.dict(os.environ, environment))
        for module in CLOCKED:
            stack.enter_context(patch(f"{module}.time", clock))
        stack.enter_context(patch("start_campaign._step_functions", step_functions))
        stack.enter_context(patch("channelwright.records.claims._client", step_functions))
        stack.enter_context(patch.object(requests.Session, "get_adapter", lambda *_, **__: wire))
        stack.enter_context(patch("channelwright.discord.client.ThreadPoolExecutor", clock.pool))
        stack.enter_context(patch.object(parameter, "_ssm", parameters))
        stack.enter_context(patch.object(bot_token, "_kept", Own(lambdas.containers, "token")))
        stack.enter_context(patch("channelwright.pace.table._client", table))
        stack.enter_context(patch.object(limiter, "_outage", Own(lambdas.containers, "outage")))
        yield World(
            setting, clock, discord, wire, lambdas, step_functions, queues, table, parameters
        )
    discord.close()
