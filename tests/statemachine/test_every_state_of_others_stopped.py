"""An operator stops a change of members, or a description, in every state: the same command ends.

Deletions and archivings have tests of their own, and so have builds and removals.
"""

import json

import pytest

from tests.statemachine.archiving import stop_in
from tests.statemachine.interpreter import MEMBERS, SHOW, definition
from tests.statemachine.members import assert_released, people_of
from tests.statemachine.test_archive_stopped import FAULTS, LIMITED, REFUSED, is_stopped, states

OF_ROLES = {"method": "PUT", "path": "/roles/"}
FIRST_LOOK = {"method": "GET", "path": "/guilds/[0-9]+$"}
FAULTS_OF_OTHERS = {
    "Read Member's Rate Limit": LIMITED | OF_ROLES,
    "Wait to Change Member": LIMITED | OF_ROLES,
    "Member Not Changed": REFUSED | OF_ROLES,
    **dict.fromkeys(
        ("Read Rate Limit", "Wait for Discord", "Who Had to Wait?"), LIMITED | FIRST_LOOK
    ),
    "Message Not Delivered": FAULTS["Message Not Delivered"],
}
# Of a plan that is tried again, and of a table that fails: nothing has changed before them.
NOT_ENTERED = {"Release Campaign", "Record End", "Members Not Recorded"}


@pytest.fixture
def people(stage, monkeypatch):
    with people_of(stage, monkeypatch) as people:
        yield people


def fail(people, state):
    if state in FAULTS_OF_OTHERS:
        people.stage.discord.faults.add(**FAULTS_OF_OTHERS[state])


ENTERED = {*states(json.loads(definition(MEMBERS)))} - NOT_ENTERED
CASES = [
    *(("add", state) for state in sorted(ENTERED)),
    # The others are entered by the same faults of either change.
    *(("remove", state) for state in sorted(ENTERED - {*FAULTS_OF_OTHERS})),
]


@pytest.mark.parametrize(("change", "state"), CASES)
def test_a_change_of_members(people, monkeypatch, change, state):
    if change == "remove":
        people.run("add", people.player, "co-gm")
    as_what = "co-gm" if change == "add" else None
    fail(people, state)
    stop_in(people, monkeypatch, state)
    assert is_stopped(people.run(change, people.player, as_what), state)
    people.stage.discord.faults.clear()
    people.run(change, people.player, as_what)
    is_in = change == "add"
    assert people.has_role(people.player) == is_in
    assert people.sees(people.player) == (people.whole() if is_in else set())
    assert people.record["co_gms"] == ([people.player] if is_in else [])
    assert_released(people)


@pytest.mark.parametrize("state", sorted(states(json.loads(definition(SHOW)))))
def test_a_description(people, monkeypatch, state):
    fail(people, state)
    stop_in(people, monkeypatch, state)
    assert is_stopped(people.deleting.show(), state)
    people.stage.discord.faults.clear()
    people.deleting.show()
    assert people.said.startswith("🎲")
