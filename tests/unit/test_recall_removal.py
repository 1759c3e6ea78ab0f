"""Recall from a removal's history how far the removal came."""

import json

import pytest

from channelwright.campaign import recall, removal
from channelwright.discord import edits
from tests.unit.recalled_events import (
    GIVEN,
    LEFT,
    LIMIT,
    REQUEST,
    WAVES,
    WHOLE,
    entered,
    exited,
    limited,
    scheduled,
    succeeded,
)

DELETED = {"id": "1031", "gone": True, "deleted": True}
WAITS = {"id": "1032", "gone": False, "limited_until": LIMIT}
REFUSED = {"id": "1033", "gone": False, "failure": {"Error": "DiscordRefused", "Cause": ""}}
DELETING = {**removal.NOT_LOOKED, "next": "delete", "gone": [], "to_delete": [{"id": "1031"}]}
INPUT = {
    "request": REQUEST,
    "reply": GIVEN["reply"],
    "failure": {"Error": "ABORTED"},
    "known": {"campaign": WHOLE, "made": []},
    "waves": WAVES,
    "edits": LEFT,
    "until": 0,
    "removal": removal.NOT_LOOKED,
    "rate_limit": None,
}
BEGUN = [
    {
        "type": "ExecutionStarted",
        "executionStartedEventDetails": {"input": json.dumps(INPUT), "roleArn": "arn"},
    }
]
DELETES = [*BEGUN, entered("Delete All Created", {**INPUT, "removal": DELETING}, "Map")]


def deletions(events):
    return recall.removal(events).removal["deletions"]


def given_to_lambda(title):
    """Return the event of a Lambda that the removal calls: less than a state's data."""
    given = {"at": {"state": title}, "known": {}, "removal": {"next": "look", "deletions": []}}
    if title.startswith("Report "):
        given |= {"request": REQUEST, "reply": GIVEN["reply"], "edits": edits.NONE_YET}
    if title == "Report Failure":
        given |= {"failure": {}, "rate_limit": None, "until": 0}
    if title == "Find Created":
        given |= {"blind": False, "waves": WAVES, "failure": {}, "until": 0}
    return scheduled(given)


def test_of_a_removal_without_events_nothing_is_known():
    assert recall.removal([]) == (None, edits.ON_ITS_WAY, 0)


def test_before_its_first_step_a_removal_stands_as_it_was_given():
    assert recall.removal(BEGUN) == (removal.NOT_LOOKED, LEFT, 0)


def test_a_removal_stands_as_its_last_state_knew_it():
    assert recall.removal(DELETES) == (DELETING, LEFT, 0)
    spent = {**LEFT, "left": 2}
    ended = {**INPUT, "removal": {**DELETING, "deletions": [DELETED]}, "edits": spent}
    events = [*DELETES, exited("Report Removal", ended)]
    assert recall.removal(iter(events)) == (ended["removal"], spent, 0)


def test_deletions_that_had_ended_are_recalled_though_their_map_had_not():
    """Each one counts, whether it ended deleted, limited or refused."""
    events = [*DELETES, succeeded(DELETED), succeeded(WAITS), exited("Not Deleted", REFUSED)]
    assert deletions(events) == [DELETED, WAITS, REFUSED]
    assert recall.removal(events)[1:] == (LEFT, 0)


def test_a_deletion_that_more_than_one_event_tells_of_is_recalled_once():
    events = [*DELETES, succeeded(DELETED), exited("Delete Created", DELETED), succeeded(WAITS)]
    assert deletions(events) == [DELETED, WAITS]
    # Of two outcomes, the last one counts.
    late = {**WAITS, "gone": True, "deleted": True}
    assert deletions([*events, succeeded(late)]) == [DELETED, late]


def test_what_a_map_has_told_of_its_deletions_is_not_told_twice():
    told_ = {**DELETING, "deletions": [DELETED, WAITS]}
    events = [*DELETES, succeeded(DELETED), succeeded(WAITS)]
    events.append(exited("Delete All Created", {**INPUT, "removal": told_}))
    assert deletions(events) == [DELETED, WAITS]


@pytest.mark.parametrize("before", [[], [DELETED]], ids=["first", "later"])
def test_a_look_that_has_ended_is_no_deletion(before):
    """A look's output has `gone`, too. Its state had not ended, so the look is repeated."""
    looks = {**DELETING, "deletions": before}
    events = [*BEGUN, entered("Find Created", {**INPUT, "removal": looks})]
    events.append(succeeded({**DELETING, "next": "finished", "gone": ["1031"]}))
    assert recall.removal(events).removal == looks


@pytest.mark.parametrize("title", ["Report Removal", "Report Failure", "Find Created"])
def test_what_a_lambda_of_the_removal_was_given_is_not_the_state(title):
    waits = {**INPUT, "removal": DELETING, "rate_limit": limited("Find Created")}
    events = [entered(title, waits), given_to_lambda(title)]
    assert recall.removal(events) == (DELETING, LEFT, LIMIT)


def test_until_when_a_look_was_limited_is_recalled():
    waits = {**INPUT, "removal": DELETING, "rate_limit": limited("Find Created")}
    events = [*DELETES, entered("Wait for Discord", waits, "Wait")]
    assert recall.removal(events) == (DELETING, LEFT, LIMIT)


def test_of_a_removals_last_word_the_message_is_closed_until_then():
    waits = {**INPUT, "removal": DELETING, "rate_limit": limited("Report Failure")}
    events = [*DELETES, entered("Wait for Discord", waits, "Wait")]
    assert recall.removal(events) == (DELETING, {**LEFT, "closed_until": LIMIT}, LIMIT)


def test_a_limit_that_no_state_has_read_is_none():
    unread = {**INPUT, "rate_limit": {"Error": "RateLimited", "Cause": "{}"}}
    assert recall.removal([entered("Read Rate Limit", unread, "Pass")]).limited_until == 0


def test_events_without_data_say_nothing_of_a_removal():
    events = [
        {"type": "WaitStateEntered", "stateEnteredEventDetails": {"name": "x", "input": ""}},
        {"type": "LambdaFunctionFailed", "lambdaFunctionFailedEventDetails": {"error": "E"}},
        {"type": "MapIterationAborted", "mapIterationAbortedEventDetails": {"index": 0}},
    ]
    assert recall.removal([*DELETES, *events]) == recall.removal(DELETES)
