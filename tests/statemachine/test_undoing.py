"""The message of an undoing shows how much is removed, while Discord has room for edits."""

import re

import pytest

from tests.statemachine.reports import said_at

FORBIDDEN = {"message": "Missing Permissions", "code": 50013}
LAST = {"method": "POST", "path": "/channels$", "body_contains": '"gm-planning"'}
BUCKET = {"requests": 5, "seconds": 5.0}


def refuse_the_last_channel(stage):
    stage.discord.faults.add(**LAST, status=403, body=FORBIDDEN)


def undoing(stage):
    """Return the progress that the undoing showed, in order."""
    said = [message for message in stage.messages if "Undoing Campaign" in message]
    return [re.search(r"\d+% \(\d+/\d+\)", message)[0] for message in said]


@pytest.fixture
def room(stage):
    """Let Discord accept all edits."""
    stage.discord.configure(limits={"webhook_edit": [50, 3600]})


@pytest.mark.usefixtures("room")
def test_it_tells_how_much_is_removed_and_then_why(stage):
    refuse_the_last_channel(stage)
    stage.run()
    first, second, last = stage.messages[-3:]
    assert first == (
        "↩️ **Undoing Campaign: My Campaign**\n"
        "[░░░░░░░░░░░░░░░░░░░░] 0% (0/11)\n"
        "Something went wrong. Removing everything created so far…"
    )
    assert second == first.replace("░" * 16, "█" * 16, 1).replace("0% (0/11)", "81% (9/11)")
    # When everything is removed, the final message follows at once.
    assert last.startswith("❌")
    assert undoing(stage) == ["0% (0/11)", "81% (9/11)"]


@pytest.mark.parametrize("wave_size", ["2", "4", "5", "10"])
@pytest.mark.parametrize("fixed", [False, True], ids=["sliding", "fixed window"])
def test_the_last_word_always_has_its_room(stage, monkeypatch, wave_size, fixed):
    monkeypatch.setenv("WAVE_SIZE", wave_size)
    stage.discord.configure(limits={"webhook_edit": BUCKET | {"fixed": fixed}})
    refuse_the_last_channel(stage)
    run = stage.run()
    assert run.removal.status == "SUCCEEDED"
    edits = [call for call in stage.discord.requests if call["method"] == "PATCH"]
    assert {call["status"] for call in edits} == {200}
    assert len(edits) <= BUCKET["requests"]
    assert stage.clock.waits == []
    # Whatever the bar has used, there is room to announce the undoing.
    assert undoing(stage)[0] == "0% (0/11)"


def test_where_there_is_room_for_the_last_word_alone_nothing_else_is_said(stage):
    """Four of five edits are spent before the undoing has deleted its first channel."""
    refuse_the_last_channel(stage)
    stage.run()
    assert undoing(stage) == ["0% (0/11)"]
    assert len(said_at(stage, "Could not create")) == 1


@pytest.mark.usefixtures("room")
def test_while_nothing_is_removed_nothing_new_is_said(stage):
    refuse_the_last_channel(stage)
    stage.discord.faults.add(method="DELETE", status=403, body=FORBIDDEN, times=None)
    run = stage.run()
    assert run.removal.states.count("Report Removal") == 1 + 4
    assert undoing(stage) == ["0% (0/11)"]


@pytest.mark.usefixtures("room")
def test_what_is_refused_counts_as_not_removed(stage):
    refuse_the_last_channel(stage)
    stage.discord.faults.add(
        method="DELETE", path="/channels/", status=403, body=FORBIDDEN, times=None
    )
    stage.run()
    assert undoing(stage) == ["0% (0/11)", "9% (1/11)"]
    assert "Left behind:" in stage.messages[-1]


@pytest.mark.usefixtures("room")
def test_what_is_found_later_counts_from_then_on(stage):
    """Discord created the last channel, but failed before it answered."""
    stage.discord.faults.add(**LAST, status=500, times=3)
    stage.discord.faults.add(**LAST, status=500, effect="after")
    stage.run()
    assert undoing(stage) == ["0% (0/11)", "81% (9/11)", "83% (10/12)", "91% (11/12)"]
    stage.assert_nothing_left()


@pytest.mark.usefixtures("room")
def test_a_limited_deletion_is_told_of_when_it_is_done(stage):
    refuse_the_last_channel(stage)
    limited = {"message": "You are being rate limited.", "retry_after": 20.0, "global": False}
    stage.discord.faults.add(method="DELETE", path="/channels/", status=429, body=limited, times=9)
    stage.run()
    # One deletion alone tests whether the limit is over.
    assert undoing(stage) == ["0% (0/11)", "9% (1/11)", "81% (9/11)"]
    assert len(said_at(stage, "(0/11)")) == 1
    stage.assert_nothing_left()


@pytest.mark.usefixtures("room")
def test_its_function_is_given_how_far_the_removal_is(stage):
    refuse_the_last_channel(stage)
    stage.run()
    given = [
        event["removal"]
        for name, event in stage.lambdas.calls
        if name == "report" and event["says"] == "removal"
    ]
    assert [one["next"] for one in given] == ["look", "delete", "delete"]
    assert [len(one["deletions"]) for one in given] == [0, 9, 2]
