"""An operator stops a deletion in every state of both machines; the same command finishes it."""

import json
from dataclasses import replace

import pytest

from tests.reliability import catalogue
from tests.reliability.catalogue import DELETED, DELETED_BY_UNDO, DELETING, FAULTS
from tests.reliability.play import Theatre
from tests.reliability.promises import broken
from tests.reliability.schedule import Death, Schedule
from tests.reliability.test_every_state_stopped import _states
from tests.statemachine.interpreter import DELETE, REMOVE, definition


def _fails(call: str, what: str, times: int | None = None) -> Schedule:
    return replace(DELETED, faults=(catalogue.fault(DELETING[call], FAULTS[what], times),))


# Together, these schedules enter all states.
ENTERING = (
    DELETED,
    DELETED_BY_UNDO,
    replace(DELETED, steps=("look_inside", "press")),
    _fails("channels at the press", "429 of 61.5 s", 1),
    _fails("preview edit", "403 50013"),
    _fails("channels before the category", "429 of 61.5 s", 1),
    _fails("channels before the category", "403 50013"),
    _fails("delete channel for good", "403 50013"),
    _fails("deleted edit", "403 50013"),
    replace(DELETED, deaths=(Death("delete_created", times=None),)),
    replace(DELETED, deaths=(Death("preview_deletion", times=None),)),
    replace(DELETED, deaths=(Death("find_created", times=None),)),
)
STATES = [
    (machine, name)
    for machine in (DELETE, REMOVE)
    for name in sorted(_states(json.loads(definition(machine))))
]


@pytest.fixture(scope="module")
def entering(stage_for_all: Theatre) -> dict[tuple[str, str], Schedule]:
    """Return, for each state of each machine, a schedule in which an execution enters it."""
    found: dict[tuple[str, str], Schedule] = {}
    for schedule in ENTERING:
        for runs in stage_for_all.play(schedule).runs.values():
            for machine, run in zip((DELETE, REMOVE), runs, strict=False):
                for state in run.states:
                    found.setdefault((machine, state), schedule)
    return found


@pytest.mark.parametrize(("machine", "state"), STATES)
def test_the_same_command_finishes_it(stage_for_all, entering, machine, state):
    assert (machine, state) in entering, "no schedule in ENTERING enters this state"
    schedule = replace(entering[machine, state], stopped_in=state, stopped_machine=machine)
    outcome = stage_for_all.play(schedule)
    ended = [run for runs in outcome.runs.values() for run in runs if run.status == "ABORTED"]
    assert [run.states[-1] for run in ended[:1]] == [state]
    assert broken(outcome) == []
    assert (outcome.people.left, outcome.people.known) == ([], None)
