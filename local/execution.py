"""The way of one execution through the state machine, read from its history."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from local.deployment import STACK_NAME


@dataclass
class Visit:
    """A state that was entered or, inside another, tasks of one name that followed each other."""

    name: str
    kind: str
    began: datetime
    ended: datetime
    depth: int = 0
    tasks: int = 0
    failed: int = 0

    @property
    def duration(self) -> timedelta:
        """How long it lasted."""
        return self.ended - self.began


@dataclass
class Execution:
    """How an execution stands: RUNNING, SUCCEEDED, FAILED, ... and its error, if it failed."""

    arn: str
    status: str
    error: str = ""


def find(stepfunctions: Any, state_machine_arn: str, name: str) -> Execution | None:
    """Return the execution of this name, or None as long as there is none."""
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


def task_name(resource: str) -> str:
    """Return the title of the state that a function belongs to: they are called the same."""
    function = resource.rpartition(":")[2].removeprefix(f"{STACK_NAME}-")
    return function.replace("-", " ").title()


def visits(events: Iterable[Mapping[str, Any]]) -> list[Visit]:
    """Return the states in the order in which they were entered.

    The emulator does not record what is entered inside a Map or a Parallel, only the tasks that run
    there: they appear one level deeper. AWS records both; Choice, Pass and Map states inside are
    therefore missing here.
    """
    path: list[Visit] = []
    for event in events:
        kind, now = str(event["type"]), event["timestamp"]
        if kind.endswith("StateEntered"):
            name = event["stateEnteredEventDetails"]["name"]
            path.append(Visit(name, kind.removesuffix("StateEntered"), now, now))
        elif kind.endswith("StateExited"):
            name = event["stateExitedEventDetails"]["name"]
            next(visit for visit in reversed(path) if visit.name == name).ended = now
        elif kind == "TaskScheduled":
            name = task_name(event["taskScheduledEventDetails"]["resource"])
            begun_task(path, name, now).tasks += 1
        elif kind in {"TaskSucceeded", "TaskFailed"}:
            details = event[f"{kind[0].lower()}{kind[1:]}EventDetails"]
            task = running_task(path, task_name(details["resource"]))
            task.ended = now
            task.failed += kind == "TaskFailed"
    return path


def begun_task(path: list[Visit], name: str, now: datetime) -> Visit:
    """Return the visit of a task that begins: a new one, if it is inside a Map or a Parallel."""
    last = path[-1]
    if last.kind == "Task" and (last.depth == 0 or last.name == name):
        return last
    path.append(Visit(name, "Task", now, now, depth=1))
    return path[-1]


def running_task(path: list[Visit], name: str) -> Visit:
    """Return the visit of a task that ends; in a Parallel it need not be the last."""
    if path[-1].depth == 0:
        return path[-1]
    return next(visit for visit in reversed(path) if visit.name == name)
