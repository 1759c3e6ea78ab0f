"""Many campaigns asked for at once, each in its own server: the real bot on a virtual clock."""

import json
import os
import random
import re
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any
from unittest.mock import patch

import requests
from greenlet import getcurrent  # type: ignore[import-untyped]

from bench.defaults import WAVE_SIZE
from bench.thousand_aws import Lambdas, Queue, StepFunctions
from bench.thousand_clock import VirtualClock
from bench.thousand_machine import Machine
from bench.thousand_table import DynamoDB
from channelwright import bot_token, limiter
from channelwright.answers import retry_after as retry_after_of
from local.child import PROJECT
from local.simulator.in_process import InProcessAdapter
from local.simulator.simulator import Simulator

Json = Any
DEFINITION = PROJECT / "statemachine" / "add_campaign.asl.json"
# Of a call's time so much passes before Discord counts it.
ON_THE_WAY = 0.1
STARTERS = 5
TASKS, PRIORITY = "arn:tasks", "arn:priority"
# From the command to its message on the queue.
ACK_SECONDS = 0.15


@dataclass(frozen=True)
class Setting:
    """What is asked of the bot, and of what kind Discord and AWS are.

    `campaigns` are asked for within `within_s` seconds. A call takes `latency_s` as the median of
    a log-normal distribution with sigma `spread`. `concurrency` is the account's Lambda quota,
    `campaigns_per_minute` the stack's parameter, `priority` the share of those who come first.
    """

    campaigns: int
    within_s: float = 60.0
    latency_s: float = 0.25
    spread: float = 0.3
    concurrency: int = 1000
    seed: int = 1
    table_down: bool = False
    campaigns_per_minute: float = 1000.0
    priority: float = 0.0
    wave_size: int = WAVE_SIZE
    limits: tuple[tuple[str, tuple[float, float]], ...] = ()


@dataclass(frozen=True)
class Call:
    """A call as Discord saw it; `beaten` tells that it came before its Retry-After was over."""

    at: float
    status: int
    as_bot: bool
    guild: str
    retry_after: float | None
    beaten: bool


class Wire(InProcessAdapter):
    """The way to Discord, which takes its time; remembers every call."""

    def __init__(self, discord: Simulator, clock: VirtualClock, setting: Setting) -> None:
        super().__init__(discord)
        self._clock = clock
        self._random = random.Random(setting.seed)
        self._setting = setting
        self._not_before: dict[tuple[object, str, str, str], float] = {}
        self.calls: list[Call] = []

    def send(self, request: requests.PreparedRequest, *args: Any, **how: Any) -> requests.Response:
        """Answer a request after its latency."""
        takes = self._random.lognormvariate(0, self._setting.spread) * self._setting.latency_s
        self._clock.sleep(takes * ON_THE_WAY)
        response = super().send(request, *args, **how)
        self._note(request, response)
        self._clock.sleep(takes * (1 - ON_THE_WAY))
        return response

    def _note(self, request: requests.PreparedRequest, response: requests.Response) -> None:
        now, path = self._clock.now(), request.path_url
        # Channels of a wave may ask for the same list at once: that repeats nothing.
        same = (getcurrent(), str(request.method), path, str(request.body))
        beaten = now < self._not_before.pop(same, 0.0)
        retry_after = None
        if response.status_code == 429:
            retry_after = retry_after_of(response)
            self._not_before[same] = now + retry_after
        guild = re.search(r"/guilds/(\d+)", path)
        self.calls.append(
            Call(
                now,
                response.status_code,
                "Authorization" in request.headers,
                guild[1] if guild else "",
                retry_after,
                beaten,
            )
        )


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
    asked: list[Json] = field(default_factory=list)
    first: dict[str, bool] = field(default_factory=dict)

    def ask(self, number: int) -> None:
        """Ask for a campaign in a server of its own, as Discord does, and put it on the queue."""
        ids = self.discord.add_guild(name=f"Server {number}")
        signed = self.discord.build_interaction(
            "add-campaign", {"name": f"Campaign {number}"}, guild_id=ids["guild_id"]
        )
        interaction = import_module("interaction")
        task = interaction._task(json.loads(signed.body))
        self.clock.sleep(ACK_SECONDS)
        self.discord.receive(signed.id, {"type": interaction.DEFERRED_MESSAGE})
        self.asked.append(task)
        first = number % 20 < 20 * self.setting.priority
        self.first[task["interaction_id"]] = first
        self.queues[PRIORITY if first else TASKS].send(task)

    def run(self) -> None:
        """Ask for all campaigns, and let everything come to its end."""
        arrivals = random.Random(self.setting.seed)
        for number in range(self.setting.campaigns):
            after = arrivals.uniform(0, self.setting.within_s) if number else 0.0
            self.clock.spawn(self.ask, number, after=after)
        self.clock.run()


def definition() -> Json:
    """Return the state machine as the interpreter wants it: each Resource is a handler's module."""
    text = DEFINITION.read_text(encoding="utf-8")

    def module(found: re.Match[str]) -> str:
        return re.sub(r"(?<!^)(?=[A-Z])", "_", found[1]).lower()

    return json.loads(re.sub(r"\$\{(\w+)FunctionArn\}", module, text))


@contextmanager
def world(setting: Setting, machine: Json = None, **caps: int) -> Iterator[World]:
    """Make a world in which the handlers run on the virtual clock; `machine` may be another one."""
    clock = VirtualClock()
    discord = Simulator(clock, base_url="http://discord.test")
    discord.configure(limits=dict(setting.limits))
    wire = Wire(discord, clock, setting)
    lambdas = Lambdas(clock, setting.concurrency, caps)
    step_functions = StepFunctions(clock, Machine(machine or definition(), clock, lambdas.invoke))
    queues = {arn: Queue(clock, lambdas, arn, at_most=STARTERS) for arn in (TASKS, PRIORITY)}
    table = DynamoDB(clock, down=setting.table_down)
    environment = {
        "DISCORD_API_BASE_URL": discord.info["api_base_url"],
        "STACK_NAME": "bench",
        "EXECUTION_CONSOLE": "https://console.test/",
        "STATE_MACHINE_ARN": "arn:stateMachine:add-campaign",
        "MAX_RECEIVES": "3",
        "WAVE_SIZE": str(setting.wave_size),
        "LIMITER_TABLE": "limiter",
        "CALLS_PER_SECOND": "50",
        "STARTERS": str(STARTERS),
        "CAMPAIGNS_PER_MINUTE": str(setting.campaigns_per_minute),
        "PRIORITY_QUEUE_ARN": PRIORITY,
    }
    with ExitStack() as stack:
        stack.enter_context(patch.dict(os.environ, environment))
        for module in (
            "channelwright.discord",
            "channelwright.limiter",
            "start_campaign",
            "plan_campaign",
            "interaction",
        ):
            stack.enter_context(patch(f"{module}.time", clock))
        for module in ("start_campaign", "recall_created"):
            stack.enter_context(patch(f"{module}._step_functions", step_functions))
        stack.enter_context(patch.object(requests.Session, "get_adapter", lambda *_, **__: wire))
        token = (time.monotonic() + 1e6, discord.info["bot_token"])
        stack.enter_context(patch.object(bot_token, "_cached", token))
        stack.enter_context(patch.object(limiter, "_client", table))
        stack.enter_context(patch.object(limiter, "_outage", limiter.Outage()))
        yield World(setting, clock, discord, wire, lambdas, step_functions, queues, table)
    discord.close()
