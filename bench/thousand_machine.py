"""The state machine on the virtual clock: of the Amazon States Language what our file uses.

moto's interpreter has a thread for every execution and every item of a Map; that cannot carry a
thousand. A test runs the same campaigns on both and compares states and calls.
Source: states-language.net/spec.html; AWS docs, Step Functions > Amazon States Language.
"""

import functools
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from bench.thousand_clock import VirtualClock

# From one state to the next, and from a state to its Lambda and back; AWS promises no number.
TRANSITION_SECONDS = 0.025

Json = Any
Invoke = Callable[[str, Json], Json]


class StateError(Exception):
    """An error by its name and cause, as Retry and Catch know it."""

    def __init__(self, error: str, cause: str) -> None:
        super().__init__(error)
        self.error = error
        self.cause = cause


@dataclass
class Execution:
    """An execution: `states` are those that it entered, `transitions` counts retries, too.

    `told` has what went into a state ("input") and came out of one ("output").
    """

    name: str
    input: Json
    started_at: float
    states: list[str] = field(default_factory=list)
    transitions: int = 0
    told: list[tuple[str, Json]] = field(default_factory=list)
    status: str = "RUNNING"
    output: Json = None
    error: str = ""
    ended_at: float = 0.0


class Machine:
    """Runs executions of one definition; `invoke` calls the Lambda of a Resource."""

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
            execution.told.append(("input", data))
            execution.transitions += 1
            self._clock.sleep(TRANSITION_SECONDS)
            data, next_ = self._enter(state, data, context, execution)
            if next_ is None:
                return data
            title = next_

    def _enter(
        self, state: Json, data: Json, context: Json, execution: Execution
    ) -> tuple[Json, str | None]:
        match state["Type"]:
            case "Choice":
                return data, _choose(state, data)
            case "Wait":
                self._wait(state, data)
                return data, state.get("Next")
            case "Succeed":
                return data, None
            case "Fail":
                raise StateError(state["Error"], str(evaluate(state["CausePath"], data, context)))
            case "Pass":
                given = evaluate(state.get("InputPath", "$"), data, context)
                result = state.get("Result", given)
                if "Parameters" in state:
                    result = fill(state["Parameters"], given, context)
                return _output(state, data, result, context), state.get("Next")
        return self._work(state, data, context, execution)

    def _work(
        self, state: Json, data: Json, context: Json, execution: Execution
    ) -> tuple[Json, str | None]:
        """Do a Task, a Map or a Parallel, with its Retry and Catch."""
        retried: dict[int, int] = {}
        while True:
            context = context | {"State": {"RetryCount": sum(retried.values())}}
            try:
                result = self._attempt(state, data, context, execution)
            except StateError as failure:
                wait = _retry(state, failure, retried)
                if wait is None:
                    return _catch(state, failure, data, context)
                execution.transitions += 1
                self._clock.sleep(wait)
            else:
                execution.told.append(("output", result))
                return _output(state, data, result, context), state.get("Next")

    def _attempt(self, state: Json, data: Json, context: Json, execution: Execution) -> Json:
        match state["Type"]:
            case "Task":
                payload = fill(state["Parameters"], data, context)
                result = self._invoke(state["Resource"], payload)
            case "Map":
                result = self._map(state, data, context, execution)
            case "Parallel":
                given = fill(state["Parameters"], data, context)
                runs = [(branch, given, context) for branch in state["Branches"]]
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
        """Run machines, each with its data and context, and return their results in order."""
        failures: list[StateError] = []

        def work(machine: Json, data: Json, context: Json) -> Json:
            if failures:  # what has not begun never does
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
        elif "SecondsPath" in state:
            seconds = evaluate(state["SecondsPath"], data, {})
        else:
            seconds = state["Seconds"]
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


def _catch(state: Json, failure: StateError, data: Json, context: Json) -> tuple[Json, str | None]:
    for rule in state.get("Catch", []):
        if _names(rule, failure):
            result = {"Error": failure.error, "Cause": failure.cause}
            return _output({"ResultPath": rule["ResultPath"]}, data, result, context), rule["Next"]
    raise failure


def _names(rule: Json, failure: StateError) -> bool:
    return bool({failure.error, "States.ALL"} & set(rule["ErrorEquals"]))


def _choose(state: Json, data: Json) -> str:
    for rule in state["Choices"]:
        if _holds(rule, data):
            return str(rule["Next"])
    return str(state["Default"])


def _holds(rule: Json, data: Json) -> bool:
    if "And" in rule:
        return all(_holds(one, data) for one in rule["And"])
    if "Or" in rule:
        return any(_holds(one, data) for one in rule["Or"])
    if "IsPresent" in rule:
        return bool(_is_present(rule["Variable"], data) == rule["IsPresent"])
    value = evaluate(rule["Variable"], data, {})
    if "IsNull" in rule:
        return bool((value is None) == rule["IsNull"])
    return bool(value == rule.get("StringEquals", rule.get("BooleanEquals")))


def _is_present(path: str, data: Json) -> bool:
    try:
        evaluate(path, data, {})
    except KeyError:
        return False
    return True


def _output(state: Json, data: Json, result: Json, context: Json) -> Json:
    path = state.get("ResultPath", "$")
    if path == "$":
        data = result
    elif path is not None:
        data = _with(data, path.split(".")[1:], result)
    return evaluate(state["OutputPath"], data, context) if "OutputPath" in state else data


def _with(data: Json, keys: list[str], value: Json) -> Json:
    if not keys:
        return value
    return {**data, keys[0]: _with(data.get(keys[0], {}), keys[1:], value)}


def fill(template: Json, data: Json, context: Mapping[str, Any]) -> Json:
    """Fill a payload template: a field `x.$` gets the value of its path or function."""
    if isinstance(template, list):
        return [fill(one, data, context) for one in template]
    if not isinstance(template, dict):
        return template
    return {
        key.removesuffix(".$"): evaluate(value, data, context)
        if key.endswith(".$")
        else fill(value, data, context)
        for key, value in template.items()
    }


_CALL = re.compile(r"States\.(\w+)\((.*)\)", re.DOTALL)
_ARGUMENT = re.compile(r"\s*('[^']*'|States\.\w+\([^()]*\)|[^,]+)\s*(?:,|$)")


def evaluate(expression: str, data: Json, context: Mapping[str, Any]) -> Json:
    """Return the value of a path, a literal, or a call of an intrinsic function.

    Raises:
        KeyError: nothing is at the path.

    """
    if call := _CALL.fullmatch(expression):
        arguments = [evaluate(one, data, context) for one in _ARGUMENT.findall(call[2])]
        return _FUNCTIONS[call[1]](*arguments)
    if expression.startswith("'"):
        return expression[1:-1]
    if not expression.startswith("$"):
        return json.loads(expression)
    value: Json = data
    if expression.startswith("$$"):
        value, expression = context, expression[1:]
    for key in re.sub(r"\[(.+?)\]", r".\1", expression.removeprefix("$")).split(".")[1:]:
        if key == "*":
            return [evaluate("$" + expression.split("[*]", 1)[1], one, context) for one in value]
        value = value[int(key) if isinstance(value, list) else key]
    return value


def _format(template: str, *values: Json) -> str:
    for value in values:
        template = template.replace("{}", str(value), 1)
    return template


_FUNCTIONS: dict[str, Callable[..., Json]] = {
    "StringToJson": json.loads,
    "JsonToString": lambda value: json.dumps(value, separators=(",", ":")),
    "ArrayContains": lambda array, value: value in array,
    "JsonMerge": lambda first, second, _deep: {**first, **second},
    "Format": _format,
}
