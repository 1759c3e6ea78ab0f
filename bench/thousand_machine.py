"""A state machine on the virtual clock: the part of the Amazon States Language that our files use.

moto's interpreter needs a thread for every execution and every item of a Map, too many for a
thousand campaigns. A test runs the same campaigns on both and compares states and calls.
Source: states-language.net/spec.html; AWS docs, Step Functions > Amazon States Language.
"""

import functools
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from bench.thousand_clock import VirtualClock
from bench.thousand_paths import evaluate, fill, holds, placed

# From one state to the next, and from a state to its Lambda and back; AWS promises neither.
TRANSITION_SECONDS = 0.025

Json = Any
Invoke = Callable[[str, Json], Json]


class StateError(Exception):
    """An error with its name and cause, as in Retry and Catch."""

    def __init__(self, error: str, cause: str) -> None:
        super().__init__(error)
        self.error = error
        self.cause = cause


@dataclass
class Execution:
    """An execution: `states` lists the entered states; `transitions` includes retries."""

    name: str
    input: Json
    started_at: float
    states: list[str] = field(default_factory=list)
    transitions: int = 0
    status: str = "RUNNING"
    output: Json = None
    error: str = ""
    ended_at: float = 0.0


class Machine:
    """Runs executions of one definition; `invoke` performs a Resource's work."""

    def __init__(self, definition: Json, clock: VirtualClock, invoke: Invoke) -> None:
        self._definition = definition
        self._clock = clock
        self._invoke = invoke

    def run(self, execution: Execution) -> None:
        """Run an execution to its end."""
        context = {
            "Execution": {
                "Id": f"arn:execution:{execution.name}",
                "Name": execution.name,
                "Input": execution.input,
                "RedriveCount": 0,
            }
        }
        try:
            execution.output = self._run(self._definition, execution.input, context, execution)
            execution.status = "SUCCEEDED"
        except StateError as failure:
            execution.status, execution.error = "FAILED", failure.error
            execution.output = failure.cause
        execution.ended_at = self._clock.now()

    def _run(self, machine: Json, data: Json, context: Json, execution: Execution) -> Json:
        title = machine["StartAt"]
        while True:
            state = machine["States"][title]
            execution.states.append(title)
            execution.transitions += 1
            self._clock.sleep(TRANSITION_SECONDS)
            data, next_ = self._enter(title, state, data, context, execution)
            if next_ is None:
                return data
            title = next_

    def _enter(
        self, title: str, state: Json, data: Json, context: Json, execution: Execution
    ) -> tuple[Json, str | None]:
        match state["Type"]:
            case "Choice":
                return data, _choose(state, data)
            case "Wait":
                self._wait(state, data)
                return data, state["Next"]
            case "Succeed":
                return data, None
            case "Fail":
                raise StateError(state["Error"], str(evaluate(state["CausePath"], data, context)))
            case "Pass":
                result = fill(state["Parameters"], data, context)
                return _output(state, data, result, context), state.get("Next")
        return self._work(title, state, data, context, execution)

    def _work(
        self, title: str, state: Json, data: Json, context: Json, execution: Execution
    ) -> tuple[Json, str | None]:
        """Run a Task, a Map or a Parallel, with its Retry and Catch."""
        retried: dict[int, int] = {}
        entered = self._clock.now()
        while True:
            here = {"State": {"Name": title, "RetryCount": sum(retried.values())}}
            here["State"]["EnteredTime"] = datetime.fromtimestamp(entered, UTC).isoformat()
            try:
                result = self._attempt(state, data, context | here, execution)
            except StateError as failure:
                wait = _retry(state, failure, retried)
                if wait is None:
                    return _catch(state, failure, data)
                execution.transitions += 1
                self._clock.sleep(wait)
            else:
                return _output(state, data, result, context), state.get("Next")

    def _attempt(self, state: Json, data: Json, context: Json, execution: Execution) -> Json:
        match state["Type"]:
            case "Task":
                payload = fill(state["Parameters"], data, context)
                result = self._invoke(state["Resource"], payload)
            case "Map":
                result = self._map(state, data, context, execution)
            case "Parallel":
                runs = [(branch, data, context) for branch in state["Branches"]]
                result = self._side_by_side(runs, 0, execution)
        if "ResultSelector" in state:
            result = fill(state["ResultSelector"], result, context)
        return result

    def _map(self, state: Json, data: Json, context: Json, execution: Execution) -> Json:
        runs = []
        for item in evaluate(state["ItemsPath"], data, context):
            inner = context | {"Map": {"Item": {"Value": item}}}
            runs.append((state["ItemProcessor"], fill(state["ItemSelector"], data, inner), inner))
        return self._side_by_side(runs, state.get("MaxConcurrency", 0), execution)

    def _side_by_side(
        self, runs: list[tuple[Json, Json, Json]], at_once: int, execution: Execution
    ) -> Json:
        """Run machines, each with its data and context, and return their results in order.

        A failure is raised when all have ended; AWS stops the others, except for their Lambdas.
        """
        failures: list[StateError] = []

        def work(machine: Json, data: Json, context: Json) -> Json:
            if failures:  # after a failure, start nothing more
                return None
            try:
                return self._run(machine, data, context, execution)
            except StateError as failure:
                failures.append(failure)

        result = self._clock.gather([functools.partial(work, *run) for run in runs], at_once)
        if failures:
            raise failures[0]
        return result

    def _wait(self, state: Json, data: Json) -> None:
        if "TimestampPath" in state:
            until = datetime.fromisoformat(evaluate(state["TimestampPath"], data, {}))
            seconds = until.astimezone(UTC).timestamp() - self._clock.now()
        else:
            seconds = evaluate(state["SecondsPath"], data, {})
        self._clock.sleep(seconds)


def _retry(state: Json, failure: StateError, retried: dict[int, int]) -> float | None:
    for number, rule in enumerate(state.get("Retry", [])):
        if _names(rule, failure):
            before = retried.get(number, 0)
            if before >= rule.get("MaxAttempts", 3):
                return None
            retried[number] = before + 1
            interval: float = rule.get("IntervalSeconds", 1) * rule.get("BackoffRate", 2) ** before
            return interval
    return None


def _catch(state: Json, failure: StateError, data: Json) -> tuple[Json, str | None]:
    for rule in state.get("Catch", []):
        if _names(rule, failure):
            result = {"Error": failure.error, "Cause": failure.cause}
            return placed(data, rule["ResultPath"], result), rule["Next"]
    raise failure


def _names(rule: Json, failure: StateError) -> bool:
    return bool({failure.error, "States.ALL"} & set(rule["ErrorEquals"]))


def _choose(state: Json, data: Json) -> str:
    for rule in state["Choices"]:
        if holds(rule, data):
            return str(rule["Next"])
    return str(state["Default"])


def _output(state: Json, data: Json, result: Json, context: Json) -> Json:
    data = placed(data, state.get("ResultPath", "$"), result)
    return evaluate(state["OutputPath"], data, context) if "OutputPath" in state else data
