"""Plays a schedule: the real state machines and handlers, on a server where things go wrong."""

import base64
import functools
import gc
import importlib
import json
import logging
import math
import os
import random
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any
from unittest import mock

import pytest
import requests
from botocore.exceptions import ClientError
from moto import mock_aws
from moto.stepfunctions.parser.api import ExecutionStatus
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service_sfn import (  # noqa: E501
    StateTaskServiceSfn,
)
from moto.stepfunctions.parser.asl.component.state.state import CommonStateField

import interaction
import start_campaign
import start_removal
from bench.clocked import CLOCKED
from channelwright.aws import bot_token, executions
from channelwright.commands import add_campaign
from channelwright.discord import connect
from channelwright.pace import limiter, outage, table
from channelwright.records import claims
from local.simulator import delivery, world
from local.simulator.contract import named_by_environment
from local.simulator.simulator import Simulator
from tests.reliability import kept
from tests.reliability.archivers import Archivers
from tests.reliability.catalogue import HANDING_OVER
from tests.reliability.clock import Clock
from tests.reliability.deleting import Deleting, removal_of
from tests.reliability.deliveries import MAX_RECEIVES, Deliveries
from tests.reliability.imitators import Imitators
from tests.reliability.lambdas import Invocation, Played
from tests.reliability.people import People
from tests.reliability.schedule import Schedule
from tests.reliability.session import Session
from tests.reliability.standing import Standing
from tests.reliability.standing import records as recorded
from tests.reliability.step_functions import StepFunctions
from tests.reliability.table import TABLES, Table
from tests.reliability.wire import Call, Wire
from tests.statemachine import interpreter as interpreters
from tests.statemachine.direct import backend
from tests.statemachine.histories import Histories
from tests.statemachine.interpreter import Interpreter, Run
from tests.statemachine.lagging import Lagging


@dataclass
class Outcome:
    """A finished run: `runs` are the executions of each interaction, its removals last.

    `clean_ups` are the numbers of the calls at which removals began that do not know Discord's
    answers to the execution before. `dead_letters` are the ids of interactions with a dead letter,
    `dead_ends` the names of executions whose end became one, `expired` the ids of interactions that
    a starter got after their token had expired. `started` maps an execution's name to when its
    starter began. `strangers` are the names of executions that belong to no interaction. `waits`
    are the durations of Wait states. `violations` are requests and answers that do not fit
    Discord's document. `events` are what other systems have heard.
    """

    schedule: Schedule
    discord: Simulator
    people: People
    lambdas: Played
    calls: list[Call]
    requests: list[dict[str, Any]]
    runs: dict[str, list[Run]]
    slips: list[str]
    clean_ups: set[int]
    dead_letters: set[str]
    dead_ends: set[str]
    expired: set[str]
    started: dict[str, float]
    strangers: list[str]
    waits: list[float]
    violations: list[str]
    table: Table
    events: list[dict[str, Any]]


# The parts of requests that Discord's client uses.
REQUESTS = SimpleNamespace(
    Session=Session,
    RequestException=requests.RequestException,
    Response=requests.Response,
)


class SameSecrets:
    """Stands for the module `secrets`, with a fixed seed.

    A call's path contains a secret, and faults match paths.
    """

    def __init__(self) -> None:
        self._random = random.Random(0)

    def token_urlsafe(self, length: int) -> str:
        drawn = self._random.randbytes(length)
        return base64.urlsafe_b64encode(drawn).rstrip(b"=").decode()


class Theatre:
    """The parts that all runs share, created once: `play` then costs only the run."""

    def __init__(self, patch: pytest.MonkeyPatch):
        self.clock = Clock()
        self.interpreter = Interpreter()
        self.interpreter.use(self.clock, patch)
        # Import all handlers now: one imported during a mutation would keep it.
        for machine in interpreters.DEFINITIONS:
            for handler in re.findall(r":function:(\w+)", interpreters.definition(machine)):
                importlib.import_module(handler)
        self._people: People | None = None
        patch.setattr(
            CommonStateField,
            "_get_state_entered_event_details",
            self._entering(CommonStateField._get_state_entered_event_details),
        )
        for module in CLOCKED:
            patch.setattr(f"{module}.time", self.clock)
        patch.setattr("channelwright.discord.client.ThreadPoolExecutor", self.clock.pool)
        patch.setattr("channelwright.discord.client.requests", REQUESTS)
        kept.use(patch)
        patch.setattr("channelwright.discord.client.tls", SimpleNamespace(Adapter=SimpleNamespace))
        patch.setattr(StateTaskServiceSfn, "_eval_service_task", self._handing_over())
        self._histories = Histories(self.interpreter.history)
        for module in (start_campaign, start_removal):
            patch.setattr(module, "_step_functions", None)  # `_enter` sets it
        patch.setattr("channelwright.pace.table._client", None)
        patch.setattr(claims, "_client", None)
        for module in (delivery, world):
            patch.setattr(module, "secrets", None)  # `_forget` sets it
        os.environ["STATE_MACHINE_ARN"] = self.interpreter.arns[interpreters.ADD]
        os.environ["REMOVE_CAMPAIGN_ARN"] = self.interpreter.arns[interpreters.REMOVE]
        os.environ["RECORD_CAMPAIGN_ARN"] = self.interpreter.arns[interpreters.RECORD]
        os.environ["DELETE_CAMPAIGN_ARN"] = self.interpreter.arns[interpreters.DELETE]
        os.environ["MAX_RECEIVES"] = str(MAX_RECEIVES)
        # Built now: one that is built during a mutation would keep it.
        self._standing = Standing(self.play(Schedule()))

    def play(self, schedule: Schedule) -> Outcome:
        with mock.patch.dict(os.environ, WAVE_SIZE=str(schedule.wave_size)):
            return self._play(schedule)

    def _play(self, schedule: Schedule) -> Outcome:
        self._forget()
        self.clock.reset(schedule.order)
        discord = Simulator(self.clock, base_url="https://discord.test")
        lambdas = Played(self.clock, schedule.deaths)
        wire = Wire(discord, lambdas, schedule)
        self._enter(discord, lambdas, wire, schedule.described_late_s)
        discord.guild().forums = schedule.forums
        discord.configure(**schedule.settings)
        self.clock.sleep(60)
        if schedule.steps:
            self._standing.put(discord)
        records = table._client = TABLES[schedule.table](self.clock)
        limiter._outage = outage.Outage()
        asked = [self._ask(discord, name) for name in schedule.names]
        for fault in schedule.faults:
            discord.faults.add(**fault)
        self.clock.sleep(schedule.waits_s)
        deliveries = Deliveries(lambdas, self.interpreter.execution_arn, self._finish_all)
        self._clean_ups: set[int] = set()
        self._stopped = wire.stopped
        self._stopped_in = schedule.stopped_machine, schedule.stopped_in
        stop = functools.partial(self._stop, asked)
        if schedule.steps:
            records.campaigns.items = self._standing.records()
            people_of = functools.partial(Archivers, discord, stop, lambda: recorded(records))
            deleting = Deleting(people_of, wire, deliveries, asked, self._see_through_deletion)
            people: People = deleting.people
        else:
            people = Imitators(discord, stop)
        wire.people = self._people = people
        if schedule.server:
            people.act(schedule.server, 0, 0)
        if schedule.steps:
            deleting.play(schedule)
            runs = deleting.runs
        else:
            runs = self._run(asked, schedule, deliveries, wire)
        self.clock.run_down()
        calls, strangers = list(wire.calls), self._strangers(asked)
        if schedule.steps and records.campaigns.items:
            self._stopped_in = "", ""
            deleting.finish(schedule, records)
        discord.close()
        outcome = Outcome(
            schedule,
            discord,
            people,
            lambdas,
            calls,
            asked,
            runs,
            list(lambdas.errors),
            self._clean_ups,
            deliveries.dead_letters,
            deliveries.dead_ends,
            deliveries.expired,
            self._step_functions.started,
            strangers,
            list(self.clock.waits),
            [str(violation) for violation in discord.contract.take()] if discord.contract else [],
            records,
            list(self.interpreter.bus.events),
        )
        self._forget()
        return outcome

    def _forget(self) -> None:
        """Discard the state of a run, even of one that broke off: it must not affect the next."""
        for machine in backend().state_machines:
            machine.executions.clear()
        self.interpreter.bus.events.clear()
        delivery.secrets = world.secrets = SameSecrets()  # type: ignore[assignment]
        connect._bot_users.clear()
        if contract := named_by_environment():
            contract.take()

    def _entering(self, entered: Callable[..., Any]) -> Callable[..., Any]:
        """Let an operator stop an execution as it enters a state."""

        def enter(state: Any, env: Any) -> Any:
            if self._people is not None and (_machine(env), state.name) == self._stopped_in:
                self._people.act("stop", 0, 0)
            return entered(state, env)

        return enter

    def _handing_over(self) -> Callable[..., None]:
        """Apply the schedule's deaths to the call of *Remove Campaign* to Step Functions."""
        start = StateTaskServiceSfn._eval_service_task
        meta = {"HTTPStatusCode": 500, "RequestId": "0"}
        broken = {"Error": {"Code": "Internal", "Message": ""}, "ResponseMetadata": meta}

        def hand_over(task: Any, env: Any, *args: Any, **how: Any) -> None:
            lambdas: Any = self.interpreter.lambdas
            fate = lambdas.fate(HANDING_OVER)
            began, lost = self.clock.now(), fate is not None
            call = Invocation(HANDING_OVER, "", began, lost, _context(env)["Execution"]["Name"])
            lambdas.invocations.append(call)
            if fate is None or fate.when != "before":
                start(task, env, *args, **how)
            if fate is not None:
                raise ClientError(broken, "StartExecution")

        return hand_over

    def _enter(
        self, discord: Simulator, lambdas: Played, wire: Wire, described_late_s: float
    ) -> None:
        self.interpreter.lambdas = lambdas
        client = Lagging(
            self.interpreter.direct, self.clock, starts_s=described_late_s, ends_s=described_late_s
        )
        self._step_functions = StepFunctions(client, lambdas, self._histories)
        for module in (start_campaign, start_removal):
            module._step_functions = self._step_functions
        claims._client = self._step_functions
        requests.Session.get_adapter = lambda *_, **__: wire  # type: ignore[method-assign]
        os.environ["DISCORD_API_BASE_URL"] = discord.info["api_base_url"]
        bot_token._kept.value, bot_token._kept.read_at = discord.info["bot_token"], math.inf

    def _ask(self, discord: Simulator, name: str) -> dict[str, Any]:
        signed = discord.build_interaction("add-campaign", {"name": name})
        task = add_campaign.task(json.loads(signed.body), lambda _guild_id: [])
        discord.receive(signed.id, {"type": interaction.DEFERRED_MESSAGE})
        return task

    def _stop(self, asked: list[dict[str, Any]]) -> None:
        """Stop the running executions of campaigns and removals, but not a second removal."""
        ids = {one["interaction_id"] for one in asked}
        for execution in self._executions():
            begun = execution.exec_worker is not None and execution.exec_worker.env is not None
            runs = begun and execution.exec_status == ExecutionStatus.RUNNING
            _, _, press = execution.name.partition(executions.DELETION)
            if runs and (press or execution.name.removesuffix(executions.REMOVAL_SUFFIX)) in ids:
                execution.stop(stop_date=None, error=None, cause=None)
                self._stopped.add(execution.name)

    def _executions(self) -> list[Any]:
        machines = backend().state_machines
        return [execution for machine in machines for execution in list(machine.executions)]

    def _run(
        self, asked: list[dict[str, Any]], schedule: Schedule, deliveries: Deliveries, wire: Wire
    ) -> dict[str, list[Run]]:
        runs: dict[str, list[Run]] = {request["interaction_id"]: [] for request in asked}
        for _ in range(schedule.starts):
            for request in asked:
                deliveries.request(request)
        for name, its_own in runs.items():
            self._see_through(name, its_own, deliveries, wire)
        if schedule.sent_again_s is not None:
            self.clock.sleep(schedule.sent_again_s)
            for request in deliveries.again():
                name = request["interaction_id"]
                if not runs[name]:
                    self._see_through(name, runs[name], deliveries, wire)
        self._finish_all()  # if all is well, no other is left
        return runs

    def _finish_all(self) -> None:
        for execution in self._executions():
            self.interpreter.finish(execution.exec_arn)

    def _strangers(self, asked: Iterable[dict[str, Any]]) -> list[str]:
        suffixes = (
            *("", executions.REMOVAL_SUFFIX, executions.AGAIN_SUFFIX),
            executions.RECORD_SUFFIX,
        )
        expected = {one["interaction_id"] + suffix for one in asked for suffix in suffixes}
        expected |= {removal_of(one) for one in asked if "campaign_id" in one}
        return sorted({one.name for one in self._executions()} - expected)

    def _see_through(self, name: str, runs: list[Run], deliveries: Deliveries, wire: Wire) -> None:
        """Finish an execution, and its removals if it needs them."""
        for suffix in ("", executions.REMOVAL_SUFFIX, executions.AGAIN_SUFFIX):
            count = len(runs)
            self._finish(name + suffix, runs, wire)
            if len(runs) == count or runs[-1].status == "SUCCEEDED":
                return
            if runs[-1].error != "CampaignFailed":
                self._clean_ups.add(len(wire.calls))
            deliveries.end(name + suffix, runs[-1].status)

    def _see_through_deletion(
        self, request: dict[str, Any], runs: list[Run], deliveries: Deliveries, wire: Wire
    ) -> None:
        """Finish a command or a press, and the removal if it starts one, which nothing follows."""
        name = request["interaction_id"]
        if "campaign_id" not in request:
            self._see_through(name, runs, deliveries, wire)
            return
        self._finish(name, runs, wire)
        removal = removal_of(request)
        count = len(runs)
        self._finish(removal, runs, wire)
        if len(runs) > count and runs[-1].status != "SUCCEEDED":
            deliveries.end(removal, runs[-1].status)

    def _finish(self, name: str, runs: list[Run], wire: Wire) -> None:
        execution = next((one for one in self._executions() if one.name == name), None)
        if execution is None:
            return
        run = self.interpreter.finish(execution.exec_arn)
        if name in self._stopped and run.status == "FAILED":
            # After a stop, moto evaluates the state without its data, and fails for that.
            execution.exec_status = ExecutionStatus.ABORTED
            execution.error = execution.cause = None
            run = self.interpreter.finish(execution.exec_arn)
        wire.lambdas.wait_for_all()
        runs.append(run)


def _machine(env: Any) -> str:
    name: str = _context(env)["StateMachine"]["Name"]
    return name


def _context(env: Any) -> Any:
    return env.states.context_object.context_object_data


@contextmanager
def theatre() -> Iterator[Theatre]:
    with (
        mock_aws(config={"stepfunctions": {"execute_state_machine": True}}),
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setattr(requests.Session, "get_adapter", requests.Session.get_adapter)
        # The garbage collector need not check these lasting objects in every run.
        gc.freeze()
        # A run creates many objects, but few cycles.
        often = gc.get_threshold()
        gc.set_threshold(50_000, *often[1:])
        # moto logs whole states, which takes longer than a run.
        logging.disable(logging.CRITICAL)
        try:
            yield Theatre(patch)
        finally:
            logging.disable(logging.NOTSET)
            gc.set_threshold(*often)
