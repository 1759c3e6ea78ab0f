"""Plays a schedule: the real state machine and handlers, on a server where things go wrong."""

import gc
import json
import logging
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
import requests
from moto import mock_aws
from moto.stepfunctions.parser.api import ExecutionStatus

import clean_up_campaign
import interaction
import recall_created
import start_campaign
from channelwright import bot_token, campaign, limiter
from local.simulator.simulator import Simulator
from tests.reliability.clock import Clock
from tests.reliability.lambdas import Killed, Played
from tests.reliability.people import People
from tests.reliability.schedule import Schedule
from tests.reliability.table import TABLES
from tests.reliability.wire import Call, Wire
from tests.statemachine import interpreter as interpreters
from tests.statemachine.interpreter import Interpreter, Run

MAX_RECEIVES = 3


@dataclass
class Outcome:
    """A run that is over: `runs` are the executions of each interaction, the clean-up last.

    `clean_ups` are the numbers of the calls with which clean-ups began; `dead_letters` the
    interactions whose message waits in the dead-letter queue; `waits` how long Wait states waited;
    `violations` what did not fit Discord's document.
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
    waits: list[float]
    violations: list[str]


class Histories:
    """Reads histories from moto's own objects: botocore takes longer than a rollback for that."""

    def get_paginator(self, _operation: str) -> "Histories":
        return self

    def paginate(self, *, executionArn: str, **_: Any) -> list[dict[str, Any]]:  # noqa: N803
        execution = interpreters._backend().describe_execution(executionArn)
        return [execution.to_history_output()]


class Theatre:
    """Everything that is made once; `play` then costs what the run costs."""

    def __init__(self, patch: pytest.MonkeyPatch):
        self.clock = Clock()
        self.interpreter = Interpreter()
        self.interpreter.use(self.clock, patch)
        self._arn = self.interpreter._arn
        for module in (
            "channelwright.discord",
            "channelwright.limiter",
            "plan_campaign",
            "start_campaign",
            "interaction",
            "clean_up_campaign",
        ):
            patch.setattr(f"{module}.time", self.clock)
        patch.setattr(recall_created, "_step_functions", Histories())
        patch.setattr(limiter, "_client", None)
        os.environ["STATE_MACHINE_ARN"] = self._arn
        os.environ["MAX_RECEIVES"] = str(MAX_RECEIVES)

    def play(self, schedule: Schedule) -> Outcome:
        self.clock.reset()
        discord = Simulator(self.clock, base_url="http://discord.test")
        lambdas = Played(self.clock, schedule.deaths)
        wire = Wire(discord, lambdas, schedule)
        self._enter(discord, lambdas, wire)
        discord.guild().forums = schedule.forums
        discord.configure(**schedule.settings)
        self.clock.sleep(60)
        limiter._client = TABLES[schedule.table](self.clock)
        limiter._outage = limiter.Outage()
        asked = [self._ask(discord, name) for name in schedule.campaigns]
        for fault in schedule.faults:
            discord.faults.add(**fault)
        self.clock.sleep(schedule.waits_s)
        people = People(discord, lambda: self._stop(asked))
        wire.people = people
        if schedule.server:
            people.act(schedule.server, 0, 0)
        self._clean_ups: set[int] = set()
        self._dead_letters: set[str] = set()
        self._stopped: set[str] = set()
        runs = self._run(asked, schedule.starts, lambdas, wire)
        self.clock.run_down()
        discord.close()
        outcome = Outcome(
            schedule,
            discord,
            people,
            lambdas,
            wire.calls,
            asked,
            runs,
            list(lambdas.errors),
            self._clean_ups,
            self._dead_letters,
            list(self.clock.waits),
            [str(violation) for violation in discord.contract.take()] if discord.contract else [],
        )
        interpreters._backend().state_machines[0].executions.clear()
        return outcome

    def _enter(self, discord: Simulator, lambdas: Played, wire: Wire) -> None:
        self.interpreter.lambdas = lambdas
        requests.Session.get_adapter = lambda *_, **__: wire  # type: ignore[method-assign]
        os.environ["DISCORD_API_BASE_URL"] = discord.info["api_base_url"]
        bot_token._cached = (time.monotonic(), discord.info["bot_token"])

    def _ask(self, discord: Simulator, name: str) -> dict[str, Any]:
        signed = discord.build_interaction("add-campaign", {"name": name})
        task = interaction._task(json.loads(signed.body))
        discord.receive(signed.id, {"type": interaction.DEFERRED_MESSAGE})
        return task

    def _stop(self, asked: list[dict[str, Any]]) -> None:
        for execution in self._executions():
            begun = execution.exec_worker is not None and execution.exec_worker.env is not None
            runs = begun and execution.exec_status == ExecutionStatus.RUNNING
            if runs and execution.name in {one["interaction_id"] for one in asked}:
                execution.stop(stop_date=None, error=None, cause=None)
                self._stopped.add(execution.name)

    def _executions(self) -> list[Any]:
        return list(interpreters._backend().state_machines[0].executions)

    def _run(
        self, asked: list[dict[str, Any]], starts: int, lambdas: Played, wire: Wire
    ) -> dict[str, list[Run]]:
        for _ in range(starts):
            for request in asked:
                self._deliver(request, lambdas)
        runs: dict[str, list[Run]] = {request["interaction_id"]: [] for request in asked}
        for request in asked:
            name = request["interaction_id"]
            self._finish(name, runs[name], lambdas)
            if runs[name] and runs[name][0].status != "SUCCEEDED":
                if runs[name][0].status == "ABORTED":
                    self._clean_ups.add(len(wire.calls))
                self._clean_up(name, lambdas)
                self._finish(name + campaign.CLEAN_UP_SUFFIX, runs[name], lambdas)
                if len(runs[name]) > 1 and runs[name][1].status != "SUCCEEDED":
                    self._clean_up(name + campaign.CLEAN_UP_SUFFIX, lambdas)
        for execution in self._executions():  # there are no others, if all is well
            self.interpreter.finish(execution.exec_arn)
        return runs

    def _deliver(self, request: dict[str, Any], lambdas: Played) -> None:
        """Deliver a message as SQS does: again if the starter failed, and at last aside."""
        for count in range(1, MAX_RECEIVES + 1):
            attributes = {"ApproximateReceiveCount": str(count)}
            record = {"body": json.dumps(request), "attributes": attributes, "eventSourceARN": ""}
            try:
                lambdas.call("start_campaign", start_campaign.handler, {"Records": [record]})
            except Exception:  # noqa: BLE001 - SQS does not ask what it was
                self.clock.sleep(start_campaign.AGAIN_SECONDS)
            else:
                return
        self._dead_letters.add(request["interaction_id"])

    def _finish(self, name: str, runs: list[Run], lambdas: Played) -> None:
        execution = next((one for one in self._executions() if one.name == name), None)
        if execution is None:
            return
        run = self.interpreter.finish(execution.exec_arn)
        if name in self._stopped and run.status == "FAILED":
            # moto evaluates the state on, with nothing in hand, and ends it with that mistake.
            execution.exec_status = ExecutionStatus.ABORTED
            execution.error = execution.cause = None
            run = self.interpreter.finish(execution.exec_arn)
        while lambdas.running:
            time.sleep(0.001)
        runs.append(run)

    def _clean_up(self, name: str, lambdas: Played) -> None:
        """Tell of an end as EventBridge does: Lambda tries thrice, and keeps the event then."""
        arn = self._arn.replace(":stateMachine:", ":execution:") + f":{name}"
        event = {"detail": {"executionArn": arn}}
        for wait in (60, 120, 0):
            try:
                lambdas.call("clean_up_campaign", clean_up_campaign.handler, event)
            except Killed:
                self.clock.sleep(wait)
            else:
                return
        self._dead_letters.add(name)


@contextmanager
def theatre() -> Iterator[Theatre]:
    with (
        mock_aws(config={"stepfunctions": {"execute_state_machine": True}}),
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setattr(requests.Session, "get_adapter", requests.Session.get_adapter)
        # What is here by now stays: the garbage collector need not look at it in every run.
        gc.freeze()
        # moto writes whole states into its log, which takes longer than a run.
        logging.disable(logging.CRITICAL)
        try:
            yield Theatre(patch)
        finally:
            logging.disable(logging.NOTSET)
