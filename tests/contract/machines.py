"""The state machines' definitions, and a Pass state run alone."""

import json
import time
from collections.abc import Iterator
from typing import Any, NamedTuple

import boto3
from moto import mock_aws

from tests.contract.deployed import TEMPLATE
from tests.statemachine.interpreter import (
    ADD,
    ARCHIVE,
    DEFINITIONS,
    DELETE,
    DELIVER,
    MEMBERS,
    RECORD,
    REMOVE,
    SHOW,
    module_name,
)

__all__ = ["ADD", "ARCHIVE", "DELETE", "DELIVER", "MEMBERS", "RECORD", "REMOVE", "SHOW"]

State = dict[str, Any]
RESOURCES: dict[str, Any] = TEMPLATE["Resources"]
TEXTS = {name: path.read_text(encoding="utf-8") for name, path in DEFINITIONS.items()}
MACHINES: dict[str, State] = {name: json.loads(text) for name, text in TEXTS.items()}


class Box(NamedTuple):
    """A state's title and its machine; `inside` has the states around it, outermost first."""

    machine: str
    title: str
    inside: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.machine}: {self.title}"


def _boxes(name: str, machine: State, inside: tuple[str, ...]) -> Iterator[tuple[Box, State]]:
    for title, state in machine["States"].items():
        yield Box(name, title, inside), state
        for inner in [*state.get("Branches", []), state.get("ItemProcessor", {"States": {}})]:
            yield from _boxes(name, inner, (*inside, title))


STATES = {
    box: state for name, machine in MACHINES.items() for box, state in _boxes(name, machine, ())
}
TASKS = {box: state for box, state in STATES.items() if state["Type"] == "Task"}
# The tasks that call a Lambda, with its logical id without "Function", such as CreateRole.
FUNCTIONS = {
    box: state["Resource"].removeprefix("${").removesuffix("FunctionArn}")
    for box, state in TASKS.items()
    if state["Resource"].endswith("FunctionArn}")
}
PROGRESS = {
    box
    for box in TASKS
    if box.title in {"Report Progress", "Report Progress at Start", "Report Removal"}
}
CREATES = {box for box, function in FUNCTIONS.items() if function.startswith("Create")}


def state(machine: str, title: str) -> State:
    """Return the only state with this title."""
    [found] = [each for box, each in STATES.items() if box[:2] == (machine, title)]
    return found


def timeout_of(function: str) -> int:
    """Return the timeout in seconds of a function, named as in `FUNCTIONS`."""
    usual: int = TEMPLATE["Globals"]["Function"]["Timeout"]
    given: int = RESOURCES[f"{function}Function"]["Properties"].get("Timeout", usual)
    return given


def file_of(function: str) -> str:
    """Return the handler's module of a function, named as in `FUNCTIONS`."""
    return module_name(function)


def paths(value: Any) -> Iterator[str]:
    """Yield the paths (`$.x.y`) that a state, or a part of it such as its Parameters, reads."""
    if isinstance(value, dict):
        for key, one in value.items():
            if key.endswith((".$", "Path", "Variable")) or isinstance(one, dict | list):
                yield from paths(one)
    elif isinstance(value, list):
        for one in value:
            yield from paths(one)
    elif isinstance(value, str):
        for word in value.replace("(", " ").replace(")", " ").replace(",", " ").split():
            if word == "$" or word.startswith(("$.", "$[")):
                yield word


def played(state: State, given: Any) -> Any:
    """Run a Pass state alone, with the input `given`, and return its output."""
    alone = {key: value for key, value in state.items() if key not in {"Next", "End"}}
    machine = {"StartAt": "It", "States": {"It": {**alone, "End": True}}}
    with mock_aws(config={"stepfunctions": {"execute_state_machine": True}}):
        client = boto3.client("stepfunctions")
        made = client.create_state_machine(
            name="it",
            definition=json.dumps(machine),
            roleArn="arn:aws:iam::123456789012:role/states",
        )
        started = client.start_execution(
            stateMachineArn=made["stateMachineArn"], input=json.dumps(given)
        )
        while True:
            ended = client.describe_execution(executionArn=started["executionArn"])
            if ended["status"] != "RUNNING":
                assert ended["status"] == "SUCCEEDED", ended
                return json.loads(ended["output"])
            time.sleep(0.002)
