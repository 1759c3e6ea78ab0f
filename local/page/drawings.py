"""The pictures of the deployed state machines."""

import json
import threading
from pathlib import Path
from typing import Any

from local.deployment import STACK_NAME
from local.graph import DEFINITIONS, PICTURES, SUFFIX, digest, draw
from local.graph_states import Machine, leads_to, machines
from local.page.trouble import function_of


class Drawings:
    """Draws each machine once, unless docs/ has its picture."""

    def __init__(self, stepfunctions: Any) -> None:
        """Use a client of Step Functions."""
        self._stepfunctions = stepfunctions
        self._drawn: dict[str, str] = {}
        self._lock = threading.Lock()

    def machines(self) -> dict[str, str]:
        """Return the ARNs of all machines by their names."""
        pages = self._stepfunctions.get_paginator("list_state_machines").paginate()
        found = [one for page in pages for one in page["stateMachines"]]
        return {one["name"]: one["stateMachineArn"] for one in found}

    def functions(self) -> list[str]:
        """Return the names of the functions that the machines' states run."""
        found = {
            function_of(state["Resource"])
            for arn in self.machines().values()
            for machine in machines(self._definition(arn))
            for state in machine["States"].values()
            if "Resource" in state
        }
        return sorted(name for name in found if name)

    def picture(self, machine: str) -> str | None:
        """Return a machine's SVG, or None if there is no such machine."""
        with self._lock:
            if machine not in self._drawn:
                arn = self.machines().get(machine)
                if arn is None:
                    return None
                self._drawn[machine] = drawing(machine, self._definition(arn))
            return self._drawn[machine]

    def _definition(self, arn: str) -> Machine:
        described = self._stepfunctions.describe_state_machine(stateMachineArn=arn)
        definition: Machine = json.loads(described["definition"])
        return definition


def drawing(machine: str, definition: Machine) -> str:
    """Return a machine's picture: the one in docs/ if it is up to date, else a new one."""
    name = machine.removeprefix(f"{STACK_NAME}-")
    file = name.replace("-", "_")
    source, picture = DEFINITIONS / f"{file}{SUFFIX}", PICTURES / f"{file}.svg"
    if source.exists() and picture.exists():
        written, drawn = json.loads(_text(source)), _text(picture)
        if ways(written) == ways(definition) and digest(written) in drawn:
            return drawn
    return draw(name, definition)


def ways(definition: Machine) -> list[dict[str, tuple[str, list[str]]]]:
    """Return what a picture shows: each state's type, and where it leads.

    A deployment replaces the names of resources, and nothing else.
    """
    return [
        {name: (state["Type"], leads_to(state)) for name, state in machine["States"].items()}
        for machine in machines(definition)
    ]


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")
