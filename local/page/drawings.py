"""The pictures of the deployed state machines."""

import json
import threading
from pathlib import Path
from typing import Any

from local.deployment import STACK_NAME
from local.graph import DEFINITIONS, PICTURES, SUFFIX, digest, draw
from local.graph_states import Machine, leads_to, machines


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

    def picture(self, machine: str) -> str | None:
        """Return a machine's SVG, or None if there is no such machine."""
        with self._lock:
            if machine not in self._drawn:
                arn = self.machines().get(machine)
                if arn is None:
                    return None
                described = self._stepfunctions.describe_state_machine(stateMachineArn=arn)
                self._drawn[machine] = drawing(machine, json.loads(described["definition"]))
            return self._drawn[machine]


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
