"""An operator stops the execution in every state that the definition has, one after the other."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from tests.reliability import catalogue
from tests.reliability.play import Theatre
from tests.reliability.promises import broken
from tests.reliability.schedule import Death, Schedule
from tests.statemachine.interpreter import definition

FORGETFUL = Death("recall_created", times=None)
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


# Together they enter all states that a message of this release enters.
ENTERING = (
    Schedule(table="a line of 5 min"),
    Schedule(server="make_same_named_role"),
    Schedule(server="make_same_named_role", faults=CANNOT_SPEAK.faults),
    CANNOT_SPEAK,
    catalogue.UNDONE,
    replace(catalogue.UNDONE, faults=(*catalogue.UNDONE.faults, *CANNOT_SPEAK.faults)),
    _fails("the server", "503"),
    _fails("first progress", "timeout", 1),
    _fails("first progress", "429 of 14 h"),
    _fails("create role", "429 of 61.5 s", 1),
    _fails("create category", "429 of 61.5 s", 1),
    _fails("create category", "403 50013"),
    _fails("assign role", "429 of 61.5 s", 1),
    _fails("assign role", "403 50013"),
    _fails("create text, first wave", "429 of 61.5 s", 1),
    _fails("middle progress", "429 of 61.5 s", 1),
    _fails("middle progress", "429 of 14 h"),
    _fails("middle progress", "timeout", 1),
    _fails("channels to undo", "403 50013"),
    _fails("delete channel", "429 of 61.5 s", 1),
    _fails("delete channel", "403 50013"),
    replace(catalogue.UNDONE, deaths=(FORGETFUL,)),
    replace(catalogue.UNDONE, deaths=(FORGETFUL, Death("find_created", times=None))),
    _fails("create role", "403 50013", deaths=(FORGETFUL,)),
)
# They do nothing, and are for messages that were sent by hand or by an earlier release.
OF_OTHER_MESSAGES = {"No Member Sent", "No Turn Sent"}
# A clean-up has no clean-up of its own: its end raises the alarm.
OF_A_CLEAN_UP = {"Begin Clean-Up", "Cleaned Up"}


def _states(machine: dict[str, Any]) -> Iterator[str]:
    for name, state in machine["States"].items():
        yield name
        for inner in [*state.get("Branches", []), state.get("ItemProcessor", {"States": {}})]:
            yield from _states(inner)


STATES = sorted({*_states(json.loads(definition()))} - OF_OTHER_MESSAGES - OF_A_CLEAN_UP)


@pytest.fixture(scope="module")
def entering(stage_for_all: Theatre) -> dict[str, Schedule]:
    """Return for each state a schedule in which a campaign's own execution enters it."""
    found: dict[str, Schedule] = {}
    for schedule in ENTERING:
        (runs,) = stage_for_all.play(schedule).runs.values()
        for state in runs[0].states:
            found.setdefault(state, schedule)
    return found


@pytest.mark.parametrize("state", STATES)
def test_the_promises_hold(stage_for_all, entering, state):
    assert state in entering, "no schedule of ENTERING enters it"
    outcome = stage_for_all.play(replace(entering[state], stopped_in=state))
    (runs,) = outcome.runs.values()
    assert (runs[0].status, runs[0].states[-1]) == ("ABORTED", state)
    assert broken(outcome) == []
