"""An operator stops an archiving, and the way back, in every state; the same command finishes it.

People change the campaign's permissions meanwhile: the checks of the promises know what they did.
"""

import json
from dataclasses import replace

import pytest

from tests.reliability import catalogue
from tests.reliability.catalogue import ARCHIVED, ARCHIVING, FAULTS, RESTORED
from tests.reliability.play import Theatre
from tests.reliability.promises import broken
from tests.reliability.schedule import Act, Death, Schedule
from tests.reliability.test_every_state_stopped import _states
from tests.statemachine.interpreter import ARCHIVE, definition

STATES = sorted(_states(json.loads(definition(ARCHIVE))))
MEDDLING = (
    Act("change_our_overwrite", 9, 5),
    Act("sync_our_channel", 13),
    Act("add_categories", 30),
)


def _fails(call: str, what: str, times: int | None = None) -> Schedule:
    return replace(RESTORED, faults=(catalogue.fault(ARCHIVING[call], FAULTS[what], times),))


# Together, these schedules enter all states.
ENTERING = (
    RESTORED,
    ARCHIVED,
    _fails("channels for an archive", "429 of 61.5 s", 1),
    _fails("write an overwrite", "429 of 61.5 s", 1),
    _fails("write a later overwrite", "403 50013"),
    _fails("archived edit", "403 50013"),
    replace(ARCHIVED, deaths=(Death("plan_archive", "after", times=None),)),
    replace(ARCHIVED, deaths=(Death("plan_archive", times=None),)),
)


@pytest.fixture(scope="module")
def entering(stage_for_all: Theatre) -> dict[str, Schedule]:
    """Return, for each state, a schedule in which an execution enters it."""
    found: dict[str, Schedule] = {}
    for schedule in ENTERING:
        for runs in stage_for_all.play(schedule).runs.values():
            for state in runs[0].states:
                found.setdefault(state, schedule)
    return found


@pytest.mark.parametrize("acts", [(), MEDDLING], ids=["alone", "people change things"])
@pytest.mark.parametrize("state", STATES)
def test_the_same_command_finishes_it(stage_for_all, entering, state, acts):
    assert state in entering, "no schedule in ENTERING enters this state"
    stopped = replace(entering[state], stopped_in=state, stopped_machine=ARCHIVE, acts=acts)
    outcome = stage_for_all.play(stopped)
    ended = [run for runs in outcome.runs.values() for run in runs if run.status == "ABORTED"]
    assert [run.states[-1] for run in ended[:1]] == [state]
    assert broken(outcome) == []
    record = outcome.people.known
    assert record
    assert (record["status"], "claimed_by" in record) == ("created", False)
