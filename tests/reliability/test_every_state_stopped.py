"""An operator stops the execution in every state of the definitions, one after the other."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from tests.reliability import catalogue
from tests.reliability.play import Theatre
from tests.reliability.promises import broken
from tests.reliability.schedule import Death, Schedule
from tests.statemachine.interpreter import ADD, REMOVE, definition

CANNOT_SPEAK = Schedule(
    faults=(
        catalogue.DEAD_TOKEN,
        {**catalogue.DEAD_TOKEN, "method": "POST", "path": "/messages$"},
    )
)


def _fails(call: str, what: str, times: int | None = None, **more: Any) -> Schedule:
    calls = catalogue.BUILDING | catalogue.UNDOING
    fault = catalogue.fault(calls[call], catalogue.FAULTS[what], times)
    undone = (catalogue.REFUSED_CHANNEL,) if call in catalogue.UNDOING else ()
    return Schedule(faults=(fault, *undone), **more)


DEAD_PROGRESS = Death("report progress", times=None)
DEAD_LOOK = Death("find_created", times=None)
# Together, these schedules enter all states.
ENTERING = (
    Schedule(table="a line of 5 min"),
    Schedule(server="make_same_named_role"),
    Schedule(server="make_same_named_role", faults=CANNOT_SPEAK.faults),
    CANNOT_SPEAK,
    catalogue.UNDONE,
    replace(catalogue.UNDONE, faults=(*catalogue.UNDONE.faults, *CANNOT_SPEAK.faults)),
    Schedule(deaths=(DEAD_PROGRESS,)),
    replace(catalogue.UNDONE, deaths=(DEAD_LOOK,)),
    _fails("the server", "503"),
    _fails("create role", "429 of 61.5 s", 1),
    _fails("create category", "429 of 61.5 s", 1),
    _fails("create category", "403 50013"),
    _fails("create text, first wave", "429 of 61.5 s", 1),
    _fails("channels to undo", "403 50013"),
    _fails("channels to undo", "429 of 61.5 s", 1),
    _fails("delete channel", "429 of 61.5 s", 1),
    _fails("delete channel", "403 50013"),
    Schedule(table="no records at first"),
)


def _states(machine: dict[str, Any]) -> Iterator[str]:
    for name, state in machine["States"].items():
        yield name
        for inner in [*state.get("Branches", []), state.get("ItemProcessor", {"States": {}})]:
            yield from _states(inner)


# No removal follows what records a campaign: it stands, and the operator hears of it.
STATES = [
    (machine, name)
    for machine in (ADD, REMOVE)
    for name in sorted(_states(json.loads(definition(machine))))
    # Only a deletion enters it: test_every_state_of_a_deletion_stopped.py.
    if name != "Delete Last Channel"
]


@pytest.fixture(scope="module")
def entering(stage_for_all: Theatre) -> dict[tuple[str, str], Schedule]:
    """Return, for each state of each machine, a schedule in which an execution enters it."""
    found: dict[tuple[str, str], Schedule] = {}
    for schedule in ENTERING:
        (runs,) = stage_for_all.play(schedule).runs.values()
        for machine, run in zip((ADD, REMOVE), runs, strict=False):
            for state in run.states:
                found.setdefault((machine, state), schedule)
    return found


@pytest.mark.parametrize(("machine", "state"), STATES)
def test_the_promises_hold(stage_for_all, entering, machine, state):
    assert (machine, state) in entering, "no schedule in ENTERING enters this state"
    schedule = replace(entering[machine, state], stopped_in=state, stopped_machine=machine)
    outcome = stage_for_all.play(schedule)
    (runs,) = outcome.runs.values()
    stopped = runs[(ADD, REMOVE).index(machine)]
    assert (stopped.status, stopped.states[-1]) == ("ABORTED", state)
    assert runs[-1] is not stopped, "no removal followed the stopped execution"
    assert broken(outcome) == []
