"""The path of one execution through the state machine, read from its history."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any


@dataclass
class Visit:
    """A visit of a state; inside a Map or a Parallel, consecutive tasks of the same name."""

    name: str
    kind: str
    began: datetime
    ended: datetime
    depth: int = 0
    tasks: int = 0
    failed: int = 0

    @property
    def duration(self) -> timedelta:
        """The visit's duration."""
        return self.ended - self.began


@dataclass
class Execution:
    """An execution: its status (RUNNING, SUCCEEDED, FAILED, ...) and, if it failed, its error."""

    arn: str
    status: str
    error: str = ""

    @property
    def name(self) -> str:
        """The interaction's id; for a removal, with a suffix."""
        return self.arn.rpartition(":")[2]


def find(stepfunctions: Any, state_machine_arn: str, name: str) -> Execution | None:
    """Return the execution of this name, or None if it does not exist (yet)."""
    arn = state_machine_arn.replace(":stateMachine:", ":execution:") + f":{name}"
    try:
        found = stepfunctions.describe_execution(executionArn=arn)
    except stepfunctions.exceptions.ExecutionDoesNotExist:
        return None
    return Execution(arn, found["status"], found.get("error", ""))


def history(stepfunctions: Any, arn: str) -> list[dict[str, Any]]:
    """Return all events of an execution, oldest first."""
    pages = stepfunctions.get_paginator("get_execution_history").paginate(executionArn=arn)
    return [event for page in pages for event in page["events"]]


def machine(stepfunctions: Any, arn: str) -> dict[str, Any]:
    """Return the definition of the state machine that an execution runs."""
    described = stepfunctions.describe_state_machine_for_execution(executionArn=arn)
    definition: dict[str, Any] = json.loads(described["definition"])
    return definition


def states(
    machine: Mapping[str, Any], outer: str = ""
) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield each state of a machine: its name, the name of its outer Map or Parallel, the state."""
    for name, state in machine["States"].items():
        yield name, outer, state
        for inner in [*state.get("Branches", []), state.get("ItemProcessor", {"States": {}})]:
            yield from states(inner, outer or name)


def inner_tasks(machine: Mapping[str, Any]) -> dict[tuple[str, str], str]:
    """Return the names of the tasks inside a Map or a Parallel, by outer state and resource.

    Inside one Map or Parallel, no two tasks have the same resource.
    """
    return {
        (outer, state["Resource"]): name
        for name, outer, state in states(machine)
        if outer and state["Type"] == "Task"
    }


def visits(events: Iterable[Mapping[str, Any]], machine: Mapping[str, Any]) -> list[Visit]:
    """Return the visits of states in the order of their entry.

    Inside a Map or a Parallel, the emulator records only the tasks and their resources, not the
    entered states. The tasks appear one level deeper, under their names in the `machine`; inner
    Pass and Wait states are missing. AWS records both.
    """
    inner = inner_tasks(machine)
    path: list[Visit] = []
    for event in events:
        kind, now = str(event["type"]), event["timestamp"]
        if kind.endswith("StateEntered"):
            name = event["stateEnteredEventDetails"]["name"]
            path.append(Visit(name, kind.removesuffix("StateEntered"), now, now))
        elif kind.endswith("StateExited"):
            name = event["stateExitedEventDetails"]["name"]
            last_visit(path, name).ended = now
        elif kind in {"TaskScheduled", "TaskSucceeded", "TaskFailed"}:
            resource = event[f"{kind[0].lower()}{kind[1:]}EventDetails"]["resource"]
            outer = next(visit for visit in reversed(path) if visit.depth == 0)
            name = inner.get((outer.name, resource), outer.name)
            if kind == "TaskScheduled":
                begun_task(path, name, now).tasks += 1
            else:
                task = last_visit(path, name)
                task.ended = now
                task.failed += kind == "TaskFailed"
    return path


def begun_task(path: list[Visit], name: str, now: datetime) -> Visit:
    """Return the visit of a starting task: a new one inside a Map or a Parallel."""
    if path[-1].name != name:
        path.append(Visit(name, "Task", now, now, depth=1))
    return path[-1]


def last_visit(path: list[Visit], name: str) -> Visit:
    """Return the last visit of a state; in a Parallel, other visits may follow it."""
    return next(visit for visit in reversed(path) if visit.name == name)
