"""Every state that scenarios enter, as requests to AWS's TestState API.

AWS must run each state as moto's interpreter did. Source: AWS docs, Step Functions > Testing state
machines with TestState; API Reference > TestState.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from local import execution
from tests.aws.scenarios import SCENARIOS, played
from tests.statemachine import interpreter
from tests.statemachine.interpreter import ADD, REMOVE, Run

Json = Any
MACHINES = {name: json.loads(interpreter.definition(name)) for name in (ADD, REMOVE)}
# By machine and name, because the machines have states of the same name.
STATES = {
    (machine, name): state
    for machine, definition in MACHINES.items()
    for name, _, state in execution.states(definition)
}


@dataclass(frozen=True)
class Visit:
    """A state that was entered: the request to AWS, and moto's answer."""

    scenario: str
    machine: str
    name: str
    request: Json
    answer: Json
    # The input of each item of a Map.
    items: Json = None

    def __str__(self) -> str:
        return f"{self.scenario}: {self.name} of {self.machine}"


def visits() -> list[Visit]:
    """Play the scenarios on moto, and return one visit for each way through each state."""
    found: dict[str, Visit] = {}
    for scenario in SCENARIOS:
        for machine, run in played(scenario):
            for name, request, answer, items in _visits(machine, run):
                visit = Visit(scenario, machine, name, request, answer, items)
                # Another visit that went the same way differs at most in ids.
                found.setdefault(f"{machine} {name} {_shape(request, answer)}", visit)
    return list(found.values())


def _shape(request: Json, answer: Json) -> str:
    """Identify a way through a state: how it ended, and the fields of its items' results."""
    inner = json.loads(request.get("mock", {}).get("result", "null"))
    items = {str(sorted(one)) for one in inner} if isinstance(inner, list) else set()
    way = [answer.get(key) for key in ("status", "error", "nextState")]
    return f"{way} {sorted(items)}"


def _visits(machine: str, run: Run) -> Iterator[tuple[str, Json, Json, Json]]:
    """Yield for each state entered its name, the request to AWS and moto's answer.

    The last value has the inputs of a Map's items, else None.
    """
    history = run.history
    execution_input = json.loads(history[0]["executionStartedEventDetails"]["input"])
    for place, event in enumerate(history):
        entered = event.get("stateEnteredEventDetails")
        if not entered or not _can_be_tested(STATES[machine, entered["name"]]):
            continue
        name, state = entered["name"], STATES[machine, entered["name"]]
        request: Json = {"definition": json.dumps(state), "input": entered["input"]}
        if state["Type"] == "Fail":
            failed = history[-1]["executionFailedEventDetails"]
            yield name, request, {"status": "FAILED", **failed}, None
            continue
        way = _way(history[place:], name, state)
        if not way:
            continue
        items = None
        if state["Type"] == "Map":
            items = _given_to_items(way)
            request["inspectionLevel"] = "DEBUG"
        if state["Type"] != "Task" and (failed_inside := _failed_inside(way)):
            request |= failed_inside
        elif state["Type"] in {"Map", "Parallel"}:
            request["mock"] = _inner_result(way, state)
        elif state["Type"] == "Task":
            request |= _mock(way)
            context = _context(machine, name, execution_input)
            request["context"] = json.dumps(context)
            if way[-1]["stateExitedEventDetails"]["name"] != name:  # not caught in this state
                yield name, request, {"status": "FAILED", **request["mock"]["errorOutput"]}, None
                continue
        output = json.loads(way[-1]["stateExitedEventDetails"]["output"])
        caught = "errorOutput" in request.get("mock", {})
        answer = {"status": "CAUGHT_ERROR" if caught else "SUCCEEDED", "output": output}
        if following := _following(history, way[-1]):
            answer["nextState"] = following
        yield name, request, answer, items


def _way(history: list[Json], name: str, state: Json) -> list[Json]:
    """Return a state's events from its entry to its exit; an empty list if it did not end well."""
    if state["Type"] in {"Map", "Parallel"}:
        for place, event in enumerate(history):
            if event.get("stateExitedEventDetails", {}).get("name") == name:
                return history[: place + 1]
        return []
    after = {event["previousEventId"]: event for event in reversed(history[1:])}
    way = [history[0]]
    while "stateExitedEventDetails" not in way[-1]:
        if way[-1]["id"] not in after:
            return []
        way.append(after[way[-1]["id"]])
    return way


def _following(history: list[Json], exited: Json) -> str | None:
    """Return the name of the next state, if one was entered."""
    for event in history:
        if event["previousEventId"] == exited["id"] and "stateEnteredEventDetails" in event:
            name: str = event["stateEnteredEventDetails"]["name"]
            return name
    return None


def _can_be_tested(state: Json) -> bool:
    """Tell whether TestState can run a state in the tests.

    A Wait would take its time; a context, and so `$$`, is allowed only beside a mock.
    """
    return state["Type"] in {"Task", "Choice", "Succeed", "Fail", "Map", "Parallel"} or (
        state["Type"] == "Pass" and "$$" not in json.dumps(state)
    )


def _mock(way: list[Json]) -> Json:
    """Return as a mock the last answer of the function, or of Step Functions."""
    failures = [each for event in way if (each := _details(event, "Failed"))]
    for event in reversed(way):
        if details := _details(event, "Succeeded"):
            return {"mock": {"result": details["output"], "fieldValidationMode": "NONE"}}
        if details := _details(event, "Failed"):
            error = {"error": details["error"], "cause": details["cause"]}
            retried: Json = {"stateConfiguration": {"retrierRetryCount": len(failures) - 1}}
            return {"mock": {"errorOutput": error}} | (retried if len(failures) > 1 else {})
    raise AssertionError("nothing answered the state")


def _details(event: Json, how: str) -> Json | None:
    """Return the details of an event with a function's or a service's answer, else None."""
    for kind in (f"lambdaFunction{how}EventDetails", f"task{how}EventDetails"):
        if kind in event:
            return event[kind]
    return None


def _failed_inside(way: list[Json]) -> Json | None:
    """Return the error of the state inside that made a Map or a Parallel fail, and its name."""
    if not any(
        str(event["type"]).endswith(("MapStateFailed", "ParallelStateFailed")) for event in way
    ):
        return None
    by_id = {event["id"]: event for event in way}
    event = next(event for event in reversed(way) if _details(event, "Failed"))
    details = _details(event, "Failed")
    assert details
    while "stateEnteredEventDetails" not in event:
        event = by_id[event["previousEventId"]]
    return {
        "mock": {"errorOutput": {"error": details["error"], "cause": details["cause"]}},
        "stateConfiguration": {"errorCausedByState": event["stateEnteredEventDetails"]["name"]},
    }


def _given_to_items(way: list[Json]) -> list[Json]:
    """Return the input of each item of a Map, in the items' order."""
    begun = {
        event["id"]: details["index"]
        for event in way
        if (details := event.get("mapIterationStartedEventDetails"))
    }
    given = {
        begun[event["previousEventId"]]: json.loads(event["stateEnteredEventDetails"]["input"])
        for event in way
        if event["previousEventId"] in begun and "stateEnteredEventDetails" in event
    }
    return [given[index] for index in sorted(given)]


def _inner_result(way: list[Json], state: Json) -> Json:
    """Return as a mock the outputs of a Map's items or a Parallel's branches, in their order."""
    exited = {event["id"]: event["stateExitedEventDetails"] for event in way if _is_exit(event)}
    if state["Type"] == "Map":
        ends = {
            details["index"]: exited[event["previousEventId"]]
            for event in way
            if (details := event.get("mapIterationSucceededEventDetails"))
        }
        results = [ends[index] for index in sorted(ends)]
    else:
        results = [
            next(one for one in exited.values() if branch["States"].get(one["name"], {}).get("End"))
            for branch in state["Branches"]
        ]
    outputs = [json.loads(one["output"]) for one in results]
    return {"result": json.dumps(outputs), "fieldValidationMode": "NONE"}


def _is_exit(event: Json) -> bool:
    return "stateExitedEventDetails" in event


def _context(machine: str, name: str, execution_input: Json) -> Json:
    arn = "arn:aws:states:us-east-1:123456789012"
    interaction_id = execution_input["request"]["interaction_id"]
    execution = interaction_id if machine == ADD else f"{interaction_id}-remove"
    now = "2026-11-23T12:00:00.000Z"
    return {
        "Execution": {
            "Id": f"{arn}:execution:{machine}:{execution}",
            "Input": execution_input,
            "Name": execution,
            "RoleArn": "arn:aws:iam::123456789012:role/states",
            "StartTime": now,
            "RedriveCount": 0,
        },
        "State": {"EnteredTime": now, "Name": name, "RetryCount": 0},
        "StateMachine": {"Id": f"{arn}:stateMachine:{machine}", "Name": machine},
    }
