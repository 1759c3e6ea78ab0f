"""`private:true`: the progress and the last word are for the user alone, whatever happens."""

import pytest

from channelwright.campaign import deadlines
from channelwright.errors import KeptPrivate
from tests.statemachine import company
from tests.statemachine.company import deliver
from tests.statemachine.test_records import refuse_a_channel

EPHEMERAL = 64
DEAD_EDIT = {"method": "PATCH", "status": 401, "body": {"message": "Invalid", "code": 50027}}


@pytest.fixture(autouse=True)
def starter(stage, monkeypatch):
    company.use(monkeypatch, stage)


def assert_private(stage):
    """Check that nobody else has seen anything in the channel."""
    assert stage.written_in_channel == []
    shown = stage.discord.messages(stage.asked)
    assert all(version["flags"] & EPHEMERAL for version in shown)


def test_only_the_user_sees_the_progress_and_the_summary(stage):
    request = stage.request(private=True)
    assert request["private"] == "yes"
    assert stage.interpreter.run(request).output["status"] == "created"
    assert "Creating Campaign" in stage.messages[0]
    assert "Campaign Created" in stage.messages[-1]
    assert_private(stage)


def test_without_it_everybody_does(stage):
    request = stage.request()
    assert "private" not in request
    stage.interpreter.run(request)
    assert not any(one["flags"] & EPHEMERAL for one in stage.discord.messages(stage.asked))


def test_a_summary_that_cannot_be_edited_is_not_written_in_the_channel(stage):
    stage.discord.faults.add(**DEAD_EDIT, body_contains="Campaign Created", times=99)
    run = stage.interpreter.run(stage.request(private=True))
    assert (run.status, run.error) == ("FAILED", "MessageNotDelivered")
    assert run.states[-2:] == ["Write in Channel", "Message Not Delivered"]
    assert "You chose a private message" in run.cause
    assert_private(stage)


def test_a_failure_that_cannot_be_edited_is_not_written_either_and_all_is_undone(stage):
    refuse_a_channel(stage)
    stage.discord.faults.add(**DEAD_EDIT, body_contains="Could not", times=99)
    run = stage.interpreter.run(stage.request(private=True))
    assert run.removal.error == "FailureNotDelivered"
    stage.assert_nothing_left()
    assert_private(stage)


def test_a_refusal_that_cannot_be_edited_is_retried_and_never_written(stage, monkeypatch):
    monkeypatch.setenv("CAMPAIGNS_AT_ONCE", "0")
    request = stage.request(private=True)
    stage.discord.faults.add(method="PATCH", status=500, times=1)
    with pytest.raises(KeptPrivate):
        deliver(request)
    assert_private(stage)
    deliver(request, receives=2)
    assert "limit of 0 campaigns at once" in stage.messages[-1]
    assert_private(stage)


def test_a_refusal_whose_edit_is_limited_for_hours_ends_there(stage, monkeypatch, caplog):
    monkeypatch.setenv("CAMPAIGNS_AT_ONCE", "0")
    limit = {"message": "You are being rate limited.", "retry_after": 50400, "global": False}
    stage.discord.faults.add(
        method="PATCH", status=429, body=limit, headers={"Retry-After": "50400"}
    )
    deliver(stage.request(private=True))
    assert "the game master was not told" in caplog.text
    assert_private(stage)


def test_a_command_that_came_too_late_is_not_written_either(stage, caplog):
    request = stage.request(private=True)
    stage.clock.sleep(deadlines.BUILD_SECONDS + 300)
    deliver(request)
    assert "the game master was not told" in caplog.text
    assert_private(stage)
