"""No server and no user takes all the room; a refused user is told once."""

import pytest

import start_campaign
from channelwright.campaign import deadlines
from channelwright.errors import ChannelClosed, EditClosed
from channelwright.pace import limiter, places, schedule
from tests.statemachine import company
from tests.statemachine.company import deliver

LIMIT = {"message": "You are being rate limited.", "retry_after": 50400, "global": False}
CLOSED = {"status": 429, "body": LIMIT, "headers": {"Retry-After": "50400"}}


def take(request, most):
    until = deadlines.build_deadline(request["interaction_id"])
    return places.take_all(request, most, until)


@pytest.fixture(autouse=True)
def two_at_once(stage, monkeypatch):
    monkeypatch.setenv("CAMPAIGNS_AT_ONCE", "2")
    company.use(monkeypatch, stage)


def fill(stage):
    for number in range(2):
        request = stage.request(f"Campaign {number}")
        assert take(request, 2).has_room


def test_a_third_campaign_at_once_is_refused_with_words(stage):
    fill(stage)
    deliver(stage.request("Another"))
    assert stage.messages == [
        "❌ **Could not create campaign: Another**\n"
        "This server has reached its limit of 2 campaigns at once. A campaign that failed or was "
        "rejected still counts for half a minute. Wait for one to finish, then try again.\n\n"
        "Nothing was created."
    ]
    stage.assert_nothing_left()


def test_a_user_hears_that_it_is_theirs(stage):
    for number in range(2):
        request = stage.request(f"Campaign {number}") | {"guild_id": f"7{number}"}
        assert take(request, 2).has_room
    deliver(stage.request("Another"))
    assert "You have reached your limit of 2 campaigns at once" in stage.messages[-1]


def test_a_replay_of_what_was_refused_is_told_nothing(stage):
    fill(stage)
    request = stage.request("Another")
    deliver(request)
    calls = len(stage.discord.requests)
    deliver(request)
    assert len(stage.discord.requests) == calls


def test_a_refusal_that_could_not_be_told_is_told_when_the_message_comes_again(stage):
    fill(stage)
    request = stage.request("Another")
    stage.discord.faults.add(method="PATCH", connection="reset", times=2)
    stage.discord.faults.add(method="POST", path="/channels/", connection="reset", times=9)
    with pytest.raises(Exception, match=r"."):
        deliver(request)
    stage.discord.faults.clear()
    deliver(request, receives=2)
    assert "limit of 2 campaigns at once" in stage.messages[-1]


def test_a_refusal_whose_edit_is_closed_for_hours_is_retried_in_the_channel_alone(stage):
    fill(stage)
    request = stage.request("Another")
    stage.discord.faults.add(method="PATCH", **CLOSED)
    stage.discord.faults.add(method="POST", path="/channels/", status=500, times=9)
    with pytest.raises(EditClosed):
        deliver(request)
    stage.discord.faults.clear()
    before = len(stage.discord.requests)
    deliver(request, receives=2)
    (written,) = stage.discord.requests[before:]
    assert written["path"] == f"/channels/{request['channel_id']}/messages"
    assert "limit of 2 campaigns at once" in stage.in_channel[-1]


@pytest.mark.parametrize("end", ["told", "refused"])
def test_a_refusal_whose_channel_is_closed_for_hours_is_retried_as_an_edit_alone(stage, end):
    fill(stage)
    request = stage.request("Another")
    stage.discord.faults.add(method="PATCH", status=503, times=1)
    stage.discord.faults.add(method="POST", path="/channels/", **CLOSED)
    with pytest.raises(ChannelClosed):
        deliver(request)
    stage.discord.faults.clear()
    if end == "refused":
        stage.discord.faults.add(method="PATCH", status=403)
    before = len(stage.discord.requests)
    deliver(request, receives=2)
    deliver(request, receives=3)
    (edited,) = stage.discord.requests[before:]
    assert edited["method"] == "PATCH"
    assert ["limit of 2 campaigns at once" in one for one in stage.messages] == (
        [True] if end == "told" else []
    )
    assert stage.in_channel == []


def test_what_is_refused_takes_no_turn(stage):
    fill(stage)
    before = limiter._read()
    deliver(stage.request("Another"))
    assert limiter._read() == before


def test_a_campaign_that_is_done_makes_room(stage, play):
    for number in range(4):
        _, run = play(name=f"Campaign {number}")
        assert run.output["status"] == "created"


def test_what_came_to_nothing_keeps_its_place_for_half_a_minute(stage, play):
    play(name="Taken")
    for _ in range(2):
        _, run = play(name="Taken")
        assert run.output["status"] == "rejected"
    deliver(stage.request("Another"))
    assert "limit of 2 campaigns at once" in stage.messages[-1]
    stage.clock.sleep(places.AFTER_NOTHING_SECONDS + 1)
    _, run = play(name="Another")
    assert run.output["status"] == "created"


def test_a_second_delivery_is_not_refused_while_nobody_can_see_the_first(stage, monkeypatch):
    """Step Functions may show an execution late; SQS then delivers the message again."""
    request = stage.request()
    assert take(request, 2).has_room  # the first delivery
    late = schedule.Turn(stage.clock.time() + 3600, 3600.0, in_company=True)
    monkeypatch.setattr(limiter, "reserve_turn", lambda *_, **__: late)
    monkeypatch.setattr(start_campaign, "_has_started", lambda *_: False)
    with pytest.raises(start_campaign.NotYetSeen):
        deliver(request)
    assert stage.messages == []
    stage.clock.sleep(start_campaign.AGAIN_SECONDS)
    deliver(request, receives=2)
    assert "Too many campaigns are being created right now" in stage.messages[-1]
