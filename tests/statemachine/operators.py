"""An operator, who stops executions, and EventBridge, which reports their ends.

As on AWS, a Lambda goes on when its execution is stopped, and nobody learns its result.
"""

import io
import itertools
import json
from contextvars import ContextVar
from typing import Any

import boto3
import pytest
from moto.stepfunctions.parser.asl.component.state.exec.execute_state import ExecutionState
from moto.stepfunctions.parser.asl.component.state.exec.state_task.state_task_lambda import (
    StateTaskLambda,
)
from moto.stepfunctions.parser.asl.eval.environment import Environment
from moto.stepfunctions.parser.asl.eval.program_state import ProgramStopped

import record_outcome
import start_removal
from channelwright.aws.executions import AGAIN_SUFFIX, REMOVAL_SUFFIX
from tests.statemachine.interpreter import ADD, DEFINITIONS, RECORD, REMOVE, Run
from tests.statemachine.tasks import Event

STOPPED = "The bot's operator stopped this campaign. Ask them why, or try again."
BROKEN = "Something broke inside the bot."
TIMED_OUT = (
    "The command took far too long. Try again. If this keeps happening, contact the bot's operator."
)
FORBIDDEN = {"message": "Missing Permissions", "code": 50013}
_moto_set_error = Environment.set_error
_moto_is_running = Environment.is_running
_moto_evaluate = ExecutionState._evaluate_with_timeout
_task_has_begun: ContextVar[bool] = ContextVar("_task_has_begun", default=False)


def use(monkeypatch: pytest.MonkeyPatch, stage: Any) -> None:
    monkeypatch.setattr(Environment, "set_error", _set_error)
    monkeypatch.setattr(Environment, "is_running", _is_running)
    monkeypatch.setattr(ExecutionState, "_evaluate_with_timeout", _evaluate)
    monkeypatch.setenv("STATE_MACHINE_ARN", stage.interpreter.arns[ADD])
    monkeypatch.setenv("REMOVE_CAMPAIGN_ARN", stage.interpreter.arns[REMOVE])
    monkeypatch.setenv("RECORD_CAMPAIGN_ARN", stage.interpreter.arns[RECORD])


def _set_error(environment: Any, error: Any) -> None:
    # moto sets an error because a stopped execution cannot go on; AWS does not.
    if not isinstance(environment.program_state(), ProgramStopped):
        _moto_set_error(environment, error)


def _evaluate(state: ExecutionState, environment: Environment) -> None:
    # moto would go on with a begun task, but not evaluate the other parts that the task needs.
    before = _task_has_begun.set(isinstance(state, StateTaskLambda))
    try:
        _moto_evaluate(state, environment)
    finally:
        _task_has_begun.reset(before)


def _is_running(environment: Environment) -> bool:
    return _task_has_begun.get() or _moto_is_running(environment)


class Operator:
    def __init__(self, stage: Any):
        self.stage = stage
        self.client = boto3.client("stepfunctions")
        self.late: Event | None = None
        self._is_time = lambda _name, _event: False
        self._invoke = stage.lambdas.invoke
        self._at_work = 0
        self._change = stage.clock.event()
        stage.lambdas.invoke = self._counted

    # ---- The operator ----

    def stop_at(
        self,
        function: str,
        channel: str | None = None,
        *,
        says: str | None = None,
        execution: str | None = None,
        late: bool = False,
        skip: int = 0,
    ) -> None:
        """Stop an execution while `function` runs (for `channel`); the function goes on, unheard.

        `says` is what *report* says, `execution` the end of the execution's name. The first `skip`
        matching calls do not stop it. With `late`, the function does not go on before `go_on`.
        """
        times = itertools.count()  # `next` is atomic, whichever thread is quicker

        def is_time(name: str, event: dict[str, Any]) -> bool:
            meant = (
                name == function
                and channel in {None, event.get("channel", {}).get("name")}
                and says in {None, event.get("says")}
                and event["at"]["execution"].endswith(execution or "")
            )
            return meant and next(times) == skip

        self._is_time = is_time
        self.late = self.stage.clock.event() if late else None

    def stop_soon(self, seconds: float, suffix: str = REMOVAL_SUFFIX) -> None:
        """Stop an execution so many seconds from now, while it waits."""
        arn = self.arn(suffix)
        self.stage.clock.spawn(lambda: self.client.stop_execution(executionArn=arn), seconds)

    def _counted(self, **call: Any) -> Any:
        name = call["FunctionName"].rsplit(":", 1)[1]
        event = json.loads(call["Payload"])
        self._at_work += 1
        if self._is_time(name, event):
            at = event["at"]
            execution = self.stage.interpreter.execution_arn(at["execution"], at.get("machine", ""))
            self.client.stop_execution(executionArn=execution)
            siblings = 9 if name in {"create_channel", "delete_created"} else 1
            self.stage.lambdas.deaths[name] = [("after", "Lambda.Unknown")] * siblings
            if self.late:
                self.stage.clock.thread(self._work, (call, self.late)).start()
                body = json.dumps({"errorType": "Lambda.Unknown", "errorMessage": "?"}).encode()
                return {"FunctionError": "Unhandled", "Payload": io.BytesIO(body)}
        return self._work(call)

    def _work(self, call: Any, not_before: Event | None = None) -> Any:
        try:
            if not_before is not None:
                not_before.wait()
            return self._invoke(**call)
        finally:
            self._at_work -= 1
            self._change.set()

    def wait_for_lambdas(self, still: int = 0) -> None:
        while self._at_work > still:
            self._change.clear()
            self._change.wait()

    def go_on(self) -> None:
        """Let the late Lambda do its work; to be called from within another Lambda."""
        assert self.late is not None
        self.late.set()
        self.wait_for_lambdas(still=1)

    # ---- The executions ----

    def run(self) -> Run:
        """Run a campaign until it has ended, and the Lambdas that outlive it, too."""
        run = self.stage.run()
        self.wait_for_lambdas(still=1 if self.late else 0)
        self.stage.lambdas.deaths.clear()
        return run

    def finish(self, suffix: str = REMOVAL_SUFFIX) -> Run:
        run = self.stage.interpreter.finish(self.arn(suffix))
        self.wait_for_lambdas()
        self.stage.lambdas.deaths.clear()
        return run

    def remove(self) -> Run:
        """Let EventBridge report the build's end, and run the removal to its end."""
        self.notify()
        return self.finish()

    def remove_again(self) -> Run:
        """Let EventBridge report the removal's end, and run the second removal to its end."""
        self.notify(REMOVAL_SUFFIX)
        return self.finish(AGAIN_SUFFIX)

    def arn(self, suffix: str = "") -> str:
        return self.stage.interpreter.execution_arn(f"{self.stage.asked}{suffix}")

    def given(self, suffix: str = REMOVAL_SUFFIX) -> Any:
        """Return an execution's input."""
        return json.loads(self.client.describe_execution(executionArn=self.arn(suffix))["input"])

    @property
    def executions(self) -> list[str]:
        """Return the names of this campaign's executions, without its id."""
        names = [
            execution["name"]
            for machine in DEFINITIONS
            for execution in self.client.list_executions(
                stateMachineArn=self.stage.interpreter.arns[machine]
            )["executions"]
        ]
        asked = self.stage.asked
        return sorted(name.removeprefix(asked) for name in names if name.startswith(asked))

    # ---- EventBridge ----

    def told(self, suffix: str = "") -> dict[str, Any]:
        """Return EventBridge's event about an end."""
        arn = self.arn(suffix)
        ended = self.client.describe_execution(executionArn=arn)
        return {"detail": {"executionArn": arn, "status": ended["status"]}}

    def notify(self, suffix: str = "") -> None:
        start_removal.handler(self.told(suffix), None)

    def metric(self, suffix: str = "") -> str | None:
        """Return the metric in which record_outcome counts the end."""
        ended = self.client.describe_execution(executionArn=self.arn(suffix))
        return record_outcome.outcome_of(ended).metric


# ---- Faults, and their result ----


def refuse_a_channel(stage: Any) -> None:
    """Let the second wave fail, so that the build itself starts its removal."""
    stage.discord.faults.add(
        method="POST", body_contains='"dice-rolls"', status=403, body=FORBIDDEN, times=None
    )


def limit_deletions(stage: Any) -> None:
    """Let Discord limit two deletions for longer than a Lambda sleeps."""
    wait = {"message": "You are being rate limited.", "retry_after": 20.0, "global": False}
    stage.discord.faults.add(
        method="DELETE", status=429, body=wait, headers={"Retry-After": "20"}, times=2
    )


def assert_removed(stage: Any, run: Run, why: str = STOPPED) -> None:
    assert run.status == "SUCCEEDED", run.cause
    stage.assert_nothing_left()
    message = stage.messages[-1]
    assert message.startswith("❌ **Could not create campaign: My Campaign**\n")
    assert why in message
    assert message.endswith("\n\nNothing was left behind.")
