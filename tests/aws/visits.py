"""Every state that scenarios enter, as requests of AWS's TestState API.

What moto's interpreter made of a state, AWS must make of it, too. Source: AWS docs, Step Functions
> Testing state machines with TestState; API Reference > TestState.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from tests.sqs_endpoint import sqs_endpoint
from tests.statemachine import interpreter, recording
from tests.statemachine.conftest import played_aws, set_stage

Json = Any
# Of each of these every state is tested; none of them repeats one.
SCENARIOS = ("created", "limited", "rejected", "undone, told in the channel")


@dataclass(frozen=True)
class Visit:
    """A state that was entered: what is asked of AWS, and what moto answered."""

    name: str
    request: Json
    answer: Json


def visits() -> list[Visit]:
    """Play the scenarios on moto, and return what they visited."""
    found = []
    for scenario in SCENARIOS:
        with (
            played_aws() as aws,
            pytest.MonkeyPatch.context() as patch,
            sqs_endpoint() as queue,
            set_stage(aws, queue, patch) as stage,
        ):
            recording.prepare(stage, scenario)
            request = stage.request()
            history = stage.interpreter.run(request).history
            found += [
                Visit(f"{scenario}: {visit.name}", visit.request, visit.answer)
                for visit in _visits(request, history)
            ]
    return found


def _states(machine: Json) -> Iterator[tuple[str, Json]]:
    for name, state in machine["States"].items():
        yield name, state
        for inner in [*state.get("Branches", []), state.get("ItemProcessor", {"States": {}})]:
            yield from _states(inner)


STATES = dict(_states(json.loads(interpreter.definition())))


def _visits(execution_input: Json, history: list[Json]) -> Iterator[Visit]:
    after = {event["previousEventId"]: event for event in reversed(history)}
    for event in history:
        entered = event.get("stateEnteredEventDetails")
        if not entered or not _can_be_tested(STATES[entered["name"]]):
            continue
        name, state = entered["name"], STATES[entered["name"]]
        way = [event]
        while "stateExitedEventDetails" not in way[-1] and way[-1]["id"] in after:
            way.append(after[way[-1]["id"]])
        request: Json = {"definition": json.dumps(state), "input": entered["input"]}
        if state["Type"] == "Task":
            request["mock"] = _mock(way)
            request["context"] = json.dumps(_context(name, execution_input, entered["input"]))
        if state["Type"] == "Fail":
            failed = history[-1]["executionFailedEventDetails"]
            yield Visit(name, request, {"status": "FAILED", **failed})
        elif "stateExitedEventDetails" in way[-1]:
            output = json.loads(way[-1]["stateExitedEventDetails"]["output"])
            caught = "errorOutput" in request.get("mock", {})
            answer = {"status": "CAUGHT_ERROR" if caught else "SUCCEEDED", "output": output}
            following = after.get(way[-1]["id"], {}).get("stateEnteredEventDetails")
            if following and not state.get("End"):
                answer["nextState"] = following["name"]
            yield Visit(name, request, answer)


def _can_be_tested(state: Json) -> bool:
    """Waits would wait; Maps have states of their own; a context is allowed for tasks alone."""
    return state["Type"] in {"Task", "Choice", "Succeed", "Fail"} or (
        state["Type"] == "Pass" and "$$" not in json.dumps(state)
    )


def _mock(way: list[Json]) -> Json:
    """Return how the function answered for the last time."""
    for event in reversed(way):
        if details := event.get("lambdaFunctionSucceededEventDetails"):
            return {"result": details["output"], "fieldValidationMode": "NONE"}
        if details := event.get("lambdaFunctionFailedEventDetails"):
            return {"errorOutput": {"error": details["error"], "cause": details["cause"]}}
    raise AssertionError("the function did not answer")


def _context(name: str, execution_input: Json, state_input: str) -> Json:
    arn = "arn:aws:states:us-east-1:123456789012"
    execution = execution_input["interaction_id"]
    now = "2026-11-23T12:00:00.000Z"
    return {
        "Execution": {
            "Id": f"{arn}:execution:add-campaign:{execution}",
            "Input": execution_input,
            "Name": execution,
            "RoleArn": "arn:aws:iam::123456789012:role/states",
            "StartTime": now,
        },
        "State": {"EnteredTime": now, "Name": name, "RetryCount": 0},
        "StateMachine": {"Id": f"{arn}:stateMachine:add-campaign", "Name": "add-campaign"},
    }
