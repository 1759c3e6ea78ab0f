"""Many campaigns at once: each begins in its turn, or is told that it cannot."""

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError

import start_campaign
from channelwright.campaign import deadlines, layout
from channelwright.campaign.things import CALLS_BESIDE_CHANNELS
from channelwright.pace import limiter, outage
from tests.statemachine import company
from tests.statemachine.company import (
    COLD_CALLS,
    PRIORITY,
    Lost,
    bot_calls,
    deliver,
    finish,
    has_started,
    others,
    play,
    slots_until,
    waiting,
)


@pytest.fixture(autouse=True)
def starter(stage, monkeypatch):
    company.use(monkeypatch, stage)


def test_a_campaign_takes_as_many_calls_as_its_turn_is_long(stage):
    assert play(stage).output["status"] == "created"
    assert CALLS_BESIDE_CHANNELS + len(layout.load()) == start_campaign.CALLS
    assert len(bot_calls(stage)) == COLD_CALLS
    stage.discord.clear_requests()
    deliver(stage.request("Another"))
    assert finish(stage).output["status"] == "created"
    assert len(bot_calls(stage)) == start_campaign.CALLS


def test_a_campaign_alone_waits_for_nothing_and_takes_no_slot(stage):
    began = stage.clock.now()
    run = play(stage)
    assert run.output["status"] == "created"
    assert stage.clock.waits == []
    assert slots_until() is None
    assert stage.clock.now() == began


def test_who_waits_for_long_is_told(stage):
    others(stage, 200)
    play(stage)
    assert stage.messages[0] == (
        "⏳ **In line: My Campaign**\n"
        "Many campaigns are being created right now. Yours starts in about 4 minutes."
    )
    assert stage.messages[-1].startswith("✅")


def test_who_cannot_be_told_waits_all_the_same(stage):
    others(stage, 200)
    stage.discord.faults.add(path="@original", status=500)
    assert play(stage).output["status"] == "created"


def test_a_turn_beyond_the_deadline_is_refused_at_once_and_nothing_is_made(stage):
    others(stage, deadlines.BUILD_SECONDS)
    began = stage.clock.now()
    deliver(stage.request())
    assert not has_started(stage)
    assert stage.messages == [
        "❌ **Could not create campaign: My Campaign**\n"
        "Too many campaigns are being created right now. Try again in about "
        "13 minutes.\n"
        "\n"
        "Nothing was created."
    ]
    assert bot_calls(stage) == []
    assert stage.clock.now() == began


def test_a_second_delivery_of_what_has_begun_is_not_refused(stage):
    request = stage.request()
    deliver(request)
    run = finish(stage)
    others(stage, deadlines.BUILD_SECONDS)
    deliver(request)
    assert run.output["status"] == "created"
    assert stage.messages[-1].startswith("✅")


@pytest.mark.parametrize("source", ["tasks", PRIORITY])
def test_a_message_that_comes_again_takes_no_second_turn(stage, source):
    request = stage.request()
    deliver(request, source=source)
    assert finish(stage).output["status"] == "created"
    others(stage, 100)
    before = waiting(stage)
    for _ in range(5):
        deliver(request, source=source)
    assert waiting(stage) == pytest.approx(before, abs=0.1)


def test_a_start_that_fails_takes_no_turn(stage, monkeypatch):
    others(stage, 100)
    monkeypatch.setenv("STATE_MACHINE_ARN", "arn:aws:states:us-east-1:123456789012:stateMachine:x")
    with pytest.raises(ClientError, match="StateMachineDoesNotExist"):
        deliver(stage.request())
    assert waiting(stage) == pytest.approx(100, abs=0.1)


def test_a_start_of_which_nobody_knows_keeps_its_turn(stage, monkeypatch):
    others(stage, 100)
    monkeypatch.setattr(start_campaign, "_step_functions", Lost(start_campaign._step_functions))
    with pytest.raises(ReadTimeoutError):
        deliver(stage.request())
    assert finish(stage).output["status"] == "created"
    campaign_seconds = start_campaign.CALLS / (50 * outage.CAMPAIGNS_SHARE)
    assert limiter._read()[0].normal.handed_out == pytest.approx(100 + campaign_seconds, abs=0.01)


def test_a_refusal_that_does_not_arrive_comes_again(stage):
    others(stage, deadlines.BUILD_SECONDS)
    stage.discord.faults.add(status=500, times=None)
    with pytest.raises(Exception, match="Discord did not answer"):
        deliver(stage.request())


def test_those_behind_the_many_who_gave_up_are_made(stage, monkeypatch):
    """The campaigns in line were all pushed beyond their deadline: a later one passes them."""
    now = stage.clock.now()
    others(stage, 700, until=now + 650)
    others(stage, 1000, priority=True)
    request = stage.request()
    deliver(request)
    assert has_started(stage)
    assert finish(stage).output["status"] == "created"
    assert 650 < bot_calls(stage)[0]["at"] - now < 665
