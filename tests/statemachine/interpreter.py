"""The real state machines on moto's interpreter, with the real handlers, on a fake clock."""

import functools
import importlib
import io
import json
import os
import re
import traceback
from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, datetime, timezone
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from moto.stepfunctions.parser import models
from moto.stepfunctions.parser.asl.component.common.retry import retrier_decl
from moto.stepfunctions.parser.asl.component.state import state
from moto.stepfunctions.parser.asl.component.state.exec.state_task import lambda_eval_utils
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service import (
    state_task_service_callback,
    state_task_service_dynamodb,
    state_task_service_events,
    state_task_service_sfn,
    state_task_service_sqs,
)
from moto.stepfunctions.parser.asl.component.state.wait.wait_function import (
    timestamp,
    wait_function,
)
from moto.stepfunctions.parser.asl.eval.callback import callback
from moto.stepfunctions.parser.asl.eval.event import event_manager
from moto.stepfunctions.parser.asl.parse.asl_parser import AmazonStateLanguageParser
from moto.stepfunctions.parser.backend import execution as executions

from channelwright.aws.executions import RECORD_SUFFIX, REMOVAL_SUFFIX
from channelwright.campaign import request as requests
from channelwright.pace import table
from channelwright.pace.schedule import Turn
from tests.statemachine import frugal, strict, threads
from tests.statemachine.bus import Bus
from tests.statemachine.direct import StepFunctions, backend
from tests.statemachine.queues import DEAD_LETTERS, WEBHOOKS, Queues
from tests.statemachine.tasks import Tasks

FOLDER = Path(__file__).parents[2] / "statemachine"
ADD, REMOVE, RECORD = "add-campaign", "remove-campaign", "record-campaign"
DELETE, SHOW, ARCHIVE = "delete-campaign", "show-campaign", "archive-campaign"
MEMBERS, DELIVER = "change-members", "deliver-webhook"
DEFINITIONS = {
    name: FOLDER / f"{name.replace('-', '_')}.asl.json"
    for name in (ADD, REMOVE, RECORD, DELETE, SHOW, MEMBERS, ARCHIVE, DELIVER)
}
# The error of a state that no longer waits for its Lambda.
TIMED_OUT = "States.Timeout"
_ARN = "arn:aws:lambda:us-east-1:123456789012:function:"
# A parsed program keeps nothing of an execution, and parsing takes longer than an execution.
AmazonStateLanguageParser.parse = functools.cache(AmazonStateLanguageParser.parse)
_MACHINE = "arn:aws:states:us-east-1:123456789012:stateMachine:"
SUBSTITUTIONS = {
    "${RemoveCampaignArn}": _MACHINE + REMOVE,
    "${RecordCampaignArn}": _MACHINE + RECORD,
    "${StackName}": "channelwright",
    "${CampaignsTableName}": os.environ["CAMPAIGNS_TABLE"],
    "${LimiterTableName}": os.environ["LIMITER_TABLE"],
    "${WebhooksQueueUrl}": WEBHOOKS,
    "${TasksDeadLetterQueueUrl}": DEAD_LETTERS,
}


def module_name(function: str) -> str:
    """Turn a logical id such as PlanCampaign into the handler's module, plan_campaign."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", function).lower()


def machine_of(execution: str) -> str:
    """Return the machine of an execution, by its name."""
    if REMOVAL_SUFFIX in execution:
        return REMOVE
    return RECORD if execution.endswith(RECORD_SUFFIX) else ADD


def definition(machine: str = ADD) -> str:
    text = DEFINITIONS[machine].read_text(encoding="utf-8")
    for name, value in SUBSTITUTIONS.items():
        text = text.replace(name, value)
    return re.sub(r"\$\{(\w+)FunctionArn\}", lambda match: _ARN + module_name(match[1]), text)


class FakeClock(Tasks):
    """Time that passes only when a task waits; `waits` records the seconds of Wait states."""

    def __init__(self, now: float):
        super().__init__(now)
        self.waits: list[float] = []

    def wait(self, stopped: Any, seconds: float) -> None:
        """Wait as a Wait state does: for so many seconds, or until its execution is stopped."""
        stopped.wait(seconds)


class Lambdas:
    """Runs handlers as the Lambda service would; a test may kill attempts.

    `deaths[name]` lists the fates of a function's next attempts: None (it lives), or (when, error
    type), where when is "before" or "after" the handler ran.
    """

    def __init__(self) -> None:
        self.deaths: dict[str, list[tuple[str, str] | None]] = defaultdict(list)
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.errors: list[str] = []
        self.on_invoke: Callable[[str, dict[str, Any]], None] = lambda _name, _event: None

    def invoke(self, *, FunctionName: str, Payload: bytes, **_: Any) -> dict[str, Any]:  # noqa: N803
        name = FunctionName.rsplit(":", 1)[1]
        event = json.loads(Payload)
        return self.run(name, event)

    def run(self, name: str, event: dict[str, Any]) -> dict[str, Any]:
        self.calls.append((name, event))
        self.on_invoke(name, event)
        death = self.deaths[name].pop(0) if self.deaths[name] else None
        if death and death[0] == "before":
            return _failed(death[1], "killed before its effect")
        try:
            result = importlib.import_module(name).handler(event, None)
        except Exception as error:  # noqa: BLE001 - the Lambda runtime catches everything, too
            self.errors.append(type(error).__name__)
            return _failed(type(error).__name__, str(error), _where(error))
        if death:
            return _failed(death[1], "killed after its effect")
        return {"StatusCode": 200, "Payload": io.BytesIO(json.dumps(result).encode())}


def _where(error: Exception) -> list[str]:
    """Return the places of a traceback without the lines of code, which take long to read."""
    frames = traceback.walk_tb(error.__traceback__)
    return [f"{frame.f_code.co_filename}:{line}" for frame, line in frames]


def _failed(error: str, message: str, trace: list[str] | None = None) -> dict[str, Any]:
    if error == TIMED_OUT:
        raise TimeoutError  # moto's error for a timeout
    payload = {"errorMessage": message, "errorType": error, "stackTrace": trace or []}
    return {
        "StatusCode": 200,
        "FunctionError": "Unhandled",
        "Payload": io.BytesIO(json.dumps(payload).encode()),
    }


class Run:
    """An execution that has ended; `removal` is the execution of its removal, if there was one."""

    removal: "Run"

    def __init__(self, description: dict[str, Any], events: list[dict[str, Any]]):
        self.status: str = description["status"]
        self.output = json.loads(description["output"]) if "output" in description else None
        self.error: str | None = description.get("error")
        self.cause: str | None = description.get("cause")
        self.states = [
            event["stateEnteredEventDetails"]["name"]
            for event in events
            if "stateEnteredEventDetails" in event
        ]
        self._events = events

    @property
    def history(self) -> list[dict[str, Any]]:
        return frugal.written(self._events)

    @property
    def transitions(self) -> int:
        return len(self.states)


class Interpreter:
    """Runs executions of the state machines; created once, it gets a new clock for each test."""

    def __init__(self) -> None:
        self.lambdas, self.bus, self.queues = Lambdas(), Bus(), Queues()
        self._client = boto3.client("stepfunctions", region_name="us-east-1")
        self.direct = StepFunctions(self._client.exceptions)
        self.arns = {name: self._create(name) for name in DEFINITIONS}

    def _create(self, name: str) -> str:
        created = self._client.create_state_machine(
            name=name,
            definition=definition(name),
            roleArn="arn:aws:iam::123456789012:role/states",
        )
        return str(created["stateMachineArn"])

    def execution_arn(self, name: str, machine: str = "") -> str:
        """Return the ARN of an execution; the name of a build or a removal implies its machine."""
        machine = machine or machine_of(name)
        return self.arns[machine].replace(":stateMachine:", ":execution:") + f":{name}"

    def use(self, clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> None:
        self.lambdas = Lambdas()
        self.bus, self.queues = Bus(), Queues()
        monkeypatch.setattr(state_task_service_sqs, "boto_client_for", lambda **_: self.queues)
        monkeypatch.setattr(state_task_service_events, "boto_client_for", lambda **_: self.bus)
        monkeypatch.setattr(lambda_eval_utils, "boto_client_for", lambda **_: self.lambdas)
        monkeypatch.setattr(state_task_service_sfn, "boto_client_for", lambda **_: self.direct)
        monkeypatch.setattr(
            state_task_service_dynamodb, "boto_client_for", lambda **_: table.dynamodb()
        )
        frugal.use(monkeypatch)
        strict.use(monkeypatch)
        threads.use(clock, monkeypatch)
        _use_clock(clock, monkeypatch)
        self._ended = clock.event()
        _tell_of_ends(self._ended.set, monkeypatch)

    def start(self, request: dict[str, Any], **turn: Any) -> str:
        """Start an execution as start_campaign does; without `turn`, it waits for nothing."""
        given = requests.execution_input(request, Turn(0.0, 0.0, in_company=False))
        given["turn"] |= turn
        started = self._client.start_execution(
            stateMachineArn=self.arns[ADD],
            name=request["interaction_id"],
            input=json.dumps(given),
        )
        return str(started["executionArn"])

    def finish(self, execution_arn: str) -> Run:
        """Let an execution run to its end, and the others beside it."""
        # Use moto's own objects: botocore would parse a history for longer than the run took.
        execution = backend().describe_execution(execution_arn)
        while execution.exec_status == "RUNNING":
            self._ended.clear()
            self._ended.wait()
        events = execution.exec_worker.env.event_manager._history_event_list
        return Run(execution.to_describe_output(), list(events))

    def history(self, execution_arn: str) -> list[dict[str, Any]]:
        events: list[dict[str, Any]] = (
            backend().describe_execution(execution_arn).to_history_output()["events"]
        )
        return events

    def finish_all(self) -> None:
        """Finish the executions that a test has only started, and forget all for the next test."""
        try:
            for machine in backend().state_machines:
                for execution in list(machine.executions):
                    if execution.exec_status == "RUNNING":
                        self.finish(execution.exec_arn)
        finally:
            for machine in backend().state_machines:
                machine.executions.clear()

    def run(self, request: dict[str, Any]) -> Run:
        """Run a campaign to its end, and its removal if the campaign has failed."""
        run = self.finish(self.start(request))
        if run.error == "CampaignFailed":
            run.removal = self.finish(
                self.execution_arn(f"{request['interaction_id']}{REMOVAL_SUFFIX}")
            )
        return run


def _tell_of_ends(tell: Callable[[], None], monkeypatch: pytest.MonkeyPatch) -> None:
    terminated = executions.BaseExecutionWorkerCommunication.terminated

    def end(communication: Any) -> None:
        terminated(communication)
        tell()

    monkeypatch.setattr(executions.BaseExecutionWorkerCommunication, "terminated", end)


def _use_clock(clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> None:
    def wait(_self: Any, env: Any, wait_seconds: int) -> None:
        if wait_seconds > 0:  # do not wait for a past moment
            clock.waits.append(wait_seconds)
            clock.wait(env.program_state_event, wait_seconds)  # or until the execution is stopped

    def seconds_until(self: Any, env: Any) -> float:
        # Unrounded: a task that woke a microsecond too early would wait again, for ever.
        self.string.eval(env=env)
        until = self._from_timestamp_string(env.stack.pop())
        return float(until.replace(tzinfo=UTC).timestamp() - clock.now())

    def heard(
        _self: Any, env: Any, timeout_seconds: float, callback_endpoint: Any, **_: Any
    ) -> Any:
        # Until somebody tells the outcome, the time is up, or the execution is stopped.
        clock.wait_for_any(
            [callback_endpoint._notify_event, env.program_state_event], timeout_seconds
        )
        outcome = callback_endpoint.get_outcome()
        # Nothing waits any more: a second outcome is refused, as on AWS.
        callback_endpoint.report(callback.CallbackConsumerTimeout())
        return outcome or callback.CallbackOutcomeTimedOut(callback_endpoint.callback_id)

    task_with_token = state_task_service_callback.StateTaskServiceCallback
    monkeypatch.setattr(task_with_token, "_eval_wait_for_task_token", heard)
    monkeypatch.setattr(callback, "Event", clock.event)
    monkeypatch.setattr(wait_function.WaitFunction, "_wait_interval", wait)
    monkeypatch.setattr(timestamp.Timestamp, "_get_wait_seconds", seconds_until)
    monkeypatch.setattr(retrier_decl, "time", clock)
    now = SimpleNamespace(now=lambda tz=None: datetime.fromtimestamp(clock.now(), tz))
    for module in (event_manager, executions, models, state):
        monkeypatch.setattr(module, "datetime", SimpleNamespace(datetime=now, timezone=timezone))
