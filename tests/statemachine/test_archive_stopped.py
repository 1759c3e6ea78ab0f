"""An operator stops an archiving in every state: the same command finishes it."""

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.statemachine.archiving import people_who_archive, stop_in
from tests.statemachine.interpreter import ARCHIVE, definition

LIMIT = {"message": "You are being rate limited.", "retry_after": 61.5, "global": False}
LIMITED = {"status": 429, "body": LIMIT, "headers": {"Retry-After": "62"}}
REFUSED = {"status": 403, "body": {"message": "Missing Permissions", "code": 50013}}
WRITES = {"method": "PUT", "path": "/permissions/"}
LOOKS = {"method": "GET", "path": "/channels$"}
MUTE = {"method": "PATCH", "path": "/webhooks/", "status": 401, "times": None} | {
    "body": {"message": "Invalid Webhook Token", "code": 50027}
}
# An execution enters these states only if this goes wrong.
FAULTS = {
    "Read Write's Rate Limit": LIMITED | WRITES,
    "Wait to Go On": LIMITED | WRITES,
    **dict.fromkeys(("Release Campaign", "Record End"), LOOKS | {"status": 500, "times": None}),
    "Not Written": REFUSED | WRITES | {"skip": 2},
    "Read Rate Limit": LIMITED | LOOKS | {"skip": 2},
    "Wait for Discord": LIMITED | LOOKS | {"skip": 2},
    "Who Had to Wait?": LIMITED | LOOKS | {"skip": 2},
    "Message Not Delivered": MUTE,
}


def states(machine: dict[str, Any]) -> Iterator[str]:
    for name, state in machine["States"].items():
        yield name
        yield from states(state.get("ItemProcessor", {"States": {}}))


STATES = sorted(states(json.loads(definition(ARCHIVE))))


@pytest.fixture
def archiving(stage, monkeypatch):
    with people_who_archive(stage, monkeypatch) as people:
        yield people


def is_stopped(run, state):
    # A stopped task may end its work; a Fail state ends by itself.
    return run.status == "ABORTED" and run.states[-1] == state


@pytest.mark.parametrize("state", [one for one in STATES if one != "Forget Snapshot"])
def test_an_archiving_stopped_in_any_state_is_finished_by_the_same_command(
    archiving, monkeypatch, state
):
    before = archiving.shown()
    if state in FAULTS:
        archiving.stage.discord.faults.add(**FAULTS[state])
    stop_in(archiving, monkeypatch, state)
    assert is_stopped(archiving.archive(), state)
    archiving.stage.discord.faults.clear()
    archiving.archive()
    assert archiving.status == "archived"
    assert archiving.stage.discord.guild().channels
    archived = archiving.shown()
    archiving.unarchive()
    assert archiving.shown() == before
    archiving.archive()
    assert archiving.shown() == archived


@pytest.mark.parametrize("state", [one for one in STATES if one != "Not Written"])
def test_an_unarchiving_stopped_in_any_state_is_finished_by_the_same_command(
    archiving, monkeypatch, state
):
    before = archiving.shown()
    archiving.archive()
    if state in FAULTS:
        archiving.stage.discord.faults.add(**FAULTS[state])
    stop_in(archiving, monkeypatch, state)
    assert is_stopped(archiving.unarchive(), state)
    archiving.stage.discord.faults.clear()
    archiving.unarchive()
    assert archiving.status == "created"
    assert archiving.snapshot is None
    assert archiving.shown() == before


@pytest.mark.parametrize("state", ["Plan Archive", "Write All", "Check Archive", "Record Archive"])
def test_an_archiving_that_was_stopped_can_be_undone(archiving, monkeypatch, state):
    before = archiving.shown()
    stop_in(archiving, monkeypatch, state)
    archiving.archive()
    archiving.unarchive()
    assert archiving.shown() == before
    assert archiving.status == "created"


@pytest.mark.parametrize("state", ["Write All", "Check Archive"])
def test_a_half_archived_state_is_never_taken_for_the_earlier_one(archiving, monkeypatch, state):
    """The snapshot stays the same, however often an archiving begins again."""
    stop_in(archiving, monkeypatch, state)
    archiving.archive()
    taken = archiving.snapshot
    assert taken
    archiving.archive()
    assert archiving.snapshot == taken


@pytest.mark.parametrize("state", ["Write All", "Check Archive"])
def test_a_half_archived_campaign_is_listed_as_such_and_can_be_deleted(
    archiving, monkeypatch, state
):
    stop_in(archiving, monkeypatch, state)
    archiving.archive()
    archiving.stage.clock.sleep(2500)  # a claim counts for 41 minutes
    listed = archiving.answer_to("campaign list", {"archived": True})
    assert "is archived in part: use `/campaign archive` or `/campaign unarchive`" in listed
    archiving.people.command()
    archiving.people.press()
    assert archiving.people.removal().status == "SUCCEEDED"
    assert archiving.snapshot is None


@pytest.mark.parametrize("late_s", [5, 40, 56])
def test_a_write_that_comes_after_the_stop_is_undone(archiving, monkeypatch, late_s):
    """The operator stops the execution, but not the Lambda that waits for Discord's answer."""
    before = archiving.shown()
    stop_in(archiving, monkeypatch, "Check Archive")
    archiving.archive()
    written = copy.deepcopy(archiving.of("general"))
    assert archiving.shown() != before
    writes_at = archiving.stage.clock.now() + late_s
    pending = [written]

    def write(*_):
        if pending and archiving.stage.clock.now() >= writes_at:
            archiving.of("general").update(pending.pop())

    archiving.stage.lambdas.on_invoke = write
    archiving.unarchive()
    archiving.stage.clock.sleep(60)
    write()
    assert (archiving.shown(), archiving.status) == (before, "created")


@pytest.mark.parametrize("after_s", [20, 60])
def test_what_nobody_writes_any_more_is_not_waited_for(archiving, monkeypatch, after_s):
    stop_in(archiving, monkeypatch, "Check Archive")
    archiving.archive()
    archiving.stage.clock.sleep(after_s)
    begins = archiving.stage.clock.now()
    archiving.unarchive()
    took = archiving.stage.clock.now() - begins
    assert (took < 30) == (after_s == 60), took
