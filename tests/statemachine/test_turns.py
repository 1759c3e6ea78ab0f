"""Many campaigns at once: turns, slots for calls, and what happens without their table."""

import json
import os
import re
from dataclasses import asdict, replace

import boto3
import pytest
from botocore.exceptions import ClientError, ReadTimeoutError

import clean_up_campaign
import plan_campaign
import start_campaign
from channelwright import campaign, layout, limiter
from channelwright.calls import CALLS_BESIDE_CHANNELS
from channelwright.lane import Stretch
from channelwright.schedule import Ticket, reserve

PRIORITY = os.environ["PRIORITY_QUEUE_ARN"]
STEP = 1 / (50 * limiter.CALLS_SHARE)
# Every test begins with a new container of Plan Campaign, which asks who it is.
COLD_CALLS = start_campaign.CALLS + 1
FAR = 1e11  # a deadline in Unix seconds
DOWN = ClientError({"Error": {"Code": "InternalServerError"}}, "UpdateItem")


@pytest.fixture(autouse=True)
def starter(stage, monkeypatch):
    monkeypatch.setenv("STATE_MACHINE_ARN", stage.interpreter._arn)
    monkeypatch.setenv("MAX_RECEIVES", "3")
    monkeypatch.setattr(start_campaign, "time", stage.clock)


def deliver(request, source="tasks"):
    attributes = {"ApproximateReceiveCount": "1"}
    record = {"body": json.dumps(request), "attributes": attributes, "eventSourceARN": source}
    start_campaign.handler({"Records": [record]}, None)


def others(stage, seconds, *, priority=False, until=FAR):
    """Let so many seconds of Discord's limit be reserved by others."""
    schedule, version = limiter._read()
    for _ in range(seconds):
        schedule, _ = reserve(schedule, stage.clock.now(), 1.0, until, priority=priority)
    assert limiter._write(schedule, version)


def arn(stage):
    return stage.interpreter._arn.replace(":stateMachine:", ":execution:") + f":{stage.asked}"


def finish(stage):
    return stage.interpreter.finish(arn(stage))


def play(stage, **how):
    deliver(stage.request(), **how)
    return finish(stage)


def has_started(stage):
    client = boto3.client("stepfunctions")
    try:
        client.describe_execution(executionArn=arn(stage))
    except client.exceptions.ExecutionDoesNotExist:
        return False
    return True


def bot_calls(stage):
    return [call for call in stage.discord.requests if not call["path"].startswith("/webhooks")]


def slots_until():
    """The moment until which slots are taken; None if none ever was."""
    table = os.environ["LIMITER_TABLE"]
    item = boto3.client("dynamodb").get_item(TableName=table, Key={"id": {"S": "calls"}})
    return float(item["Item"]["free_at"]["N"]) if "Item" in item else None


class Table:
    """The table, which breaks when it is asked for the n-th time."""

    def __init__(self, works_for=0, breaks_with=DOWN):
        self._client = boto3.client("dynamodb")
        self.exceptions = self._client.exceptions
        self._left = works_for
        self._error = breaks_with

    def __getattr__(self, name):
        self._left -= 1
        if self._left < 0:
            raise self._error
        return getattr(self._client, name)


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
    assert "Wait for Turn" not in run.states
    assert slots_until() is None
    assert stage.clock.now() == began


def test_an_execution_of_a_starter_from_before_the_update_has_no_company(stage):
    request = stage.request()
    boto3.client("stepfunctions").start_execution(
        stateMachineArn=stage.interpreter._arn, name=stage.asked, input=json.dumps(request)
    )
    run = finish(stage)
    assert run.output["status"] == "created"
    assert "No Turn Sent" in run.states
    assert slots_until() is None


def test_a_definition_from_before_the_update_hands_on_no_turn(stage):
    planned = plan_campaign.handler(stage.request(), None)
    assert planned["status"] == "accepted"
    assert slots_until() is None


def test_a_campaign_in_company_waits_for_its_turn_and_takes_a_slot_for_each_call(
    stage, monkeypatch
):
    taken, take = [], limiter.seconds_to_slot
    monkeypatch.setattr(limiter, "seconds_to_slot", lambda: taken.append(take()) or taken[-1])
    others(stage, 30)
    began = stage.clock.now()
    run = play(stage)
    assert run.output["status"] == "created"
    assert run.states[:3] == ["Build or Roll Back?", "Wait for Turn", "Plan Campaign"]
    first = bot_calls(stage)[0]["at"]
    assert 29 < first - began < 32
    # The edits take none.
    assert len(taken) == COLD_CALLS
    assert slots_until() - first >= (COLD_CALLS - 5) * STEP  # a wave's may share a moment
    assert run.states.count("Wait for Discord") == 0


def test_who_waits_for_long_is_told(stage):
    others(stage, 200)
    play(stage)
    assert stage.messages[0] == (
        "⏳ **In line: My Campaign**\n"
        "Many campaigns are being made just now. Yours begins in about 4 minutes."
    )
    assert stage.messages[-1].startswith("✅")


def test_who_cannot_be_told_waits_all_the_same(stage):
    others(stage, 200)
    stage.discord.faults.add(path="@original", status=500)
    assert play(stage).output["status"] == "created"


def test_a_turn_beyond_the_deadline_is_refused_at_once_and_nothing_is_made(stage):
    others(stage, campaign.BUILD_SECONDS)
    began = stage.clock.now()
    deliver(stage.request())
    assert not has_started(stage)
    assert stage.messages == [
        "❌ **Could not create campaign: My Campaign**\n"
        "Too many campaigns are being made just now. There is room again in about 13 minutes: "
        "run the command then.\n"
        "\n"
        "Nothing was created."
    ]
    assert bot_calls(stage) == []
    assert stage.clock.now() == began


def test_a_second_delivery_of_what_has_begun_is_not_refused(stage):
    request = stage.request()
    deliver(request)
    run = finish(stage)
    others(stage, campaign.BUILD_SECONDS)
    deliver(request)
    assert run.output["status"] == "created"
    assert stage.messages[-1].startswith("✅")


def waiting(stage):
    """The seconds of Discord's limit that are handed out and not yet spent."""
    schedule = limiter._read()[0].later(stage.clock.now())
    return schedule.priority.waiting + schedule.normal.waiting


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
    campaign_seconds = start_campaign.CALLS / (50 * limiter.CAMPAIGNS_SHARE)
    assert limiter._read()[0].normal.handed_out == pytest.approx(100 + campaign_seconds, abs=0.01)


class Lost:
    """Step Functions whose answer to a start gets lost."""

    def __init__(self, client):
        self._client = client

    def start_execution(self, **given):
        self._client.start_execution(**given)
        raise ReadTimeoutError(endpoint_url="https://states")

    def __getattr__(self, name):
        return getattr(self._client, name)


def test_an_execution_whose_ticket_is_from_an_earlier_release_begins_when_promised(stage):
    others(stage, 40)
    request = stage.request()
    begins_at = campaign.utc(stage.clock.now() + 20)
    turn = {"in_company": True, "begins_at": begins_at, "ticket": 40.0}
    run = stage.interpreter.finish(stage.interpreter.start(request, **turn))
    assert run.output["status"] == "created"
    assert run.states[:3] == ["Build or Roll Back?", "Wait for Turn", "Plan Campaign"]


def test_a_refusal_that_does_not_arrive_comes_again(stage):
    others(stage, campaign.BUILD_SECONDS)
    stage.discord.faults.add(status=500, times=None)
    with pytest.raises(Exception, match="Discord did not answer"):
        deliver(stage.request())


def test_who_is_overtaken_waits_once_more_where_one_can_see_it(stage, monkeypatch):
    others(stage, 30)
    overtake(stage, monkeypatch, 100)
    began = stage.clock.now()
    run = play(stage)
    assert run.output["status"] == "created"
    assert run.states.count("Plan Campaign") == 2
    assert run.states.count("Wait for Discord") == 1
    # Half of its wait was left, for which it has the fifth of the room that is not priority's.
    assert bot_calls(stage)[0]["at"] - began == pytest.approx(15 + 15 * 5, abs=3)


def test_who_is_overtaken_beyond_the_deadline_is_told_so_and_nothing_is_made(stage, monkeypatch):
    others(stage, 600)
    overtake(stage, monkeypatch, 1000)
    run = play(stage)
    assert run.output["status"] == "rejected"
    assert "Too many campaigns are being made just now." in stage.messages[-1]
    assert stage.messages[-1].endswith("Nothing was created.")
    assert bot_calls(stage) == []


def test_who_is_overtaken_beyond_the_deadline_keeps_no_room_for_themselves(stage, monkeypatch):
    request, now = stage.request(), stage.clock.now()
    deadline = campaign.turn_deadline(stage.asked)
    others(stage, 600, until=deadline)
    overtake(stage, monkeypatch, 1000)
    deliver(request)
    assert finish(stage).output["status"] == "rejected"
    assert "Too many campaigns are being made just now." in stage.messages[-1]
    assert bot_calls(stage) == []
    [kept] = limiter._read()[0].normal.stretches
    assert kept.end == pytest.approx(300 + (deadline - now - 300) / 5, abs=2)


def test_who_has_given_up_is_told_so_even_if_those_behind_have_begun(stage):
    """Whoever looks late: their place is passed, but its room was others'."""
    request = stage.request()
    others(stage, 100)
    lane = limiter._read()[0].normal
    deadline = campaign.turn_deadline(stage.asked)
    hidden = replace(lane, begun=60.0, stretches=(Stretch(40, 50, deadline), Stretch(60, 100, FAR)))
    schedule, version = limiter._read()
    assert limiter._write(replace(schedule, normal=hidden), version)
    begins_at = campaign.utc(stage.clock.now() + 20)
    ticket = asdict(Ticket(False, 55.0, 0.4, stage.clock.now() + 20))
    turn = {"in_company": True, "begins_at": begins_at, "reserved": ticket}
    run = stage.interpreter.finish(stage.interpreter.start(request, **turn))
    assert run.output["status"] == "rejected"
    # Not when the lost place would have begun: that is a second from now.
    assert re.search(r"room again in about (19|20) seconds: run", stage.messages[-1])
    assert stage.messages[-1].endswith("Nothing was created.")
    assert bot_calls(stage) == []


def test_those_behind_the_many_who_gave_up_are_made(stage, monkeypatch):
    """The others of a minute were all pushed too far: who comes then does not wait for them."""
    now = stage.clock.now()
    others(stage, 700, until=now + 650)
    others(stage, 1000, priority=True)
    request = stage.request()
    deliver(request)
    assert has_started(stage)
    assert finish(stage).output["status"] == "created"
    assert 650 < bot_calls(stage)[0]["at"] - now < 665


def test_priority_that_waits_makes_room_for_the_others_that_came(stage, monkeypatch):
    others(stage, 40, priority=True)
    overtake(stage, monkeypatch, 100, priority=False)
    began = stage.clock.now()
    run = play(stage, source=PRIORITY)
    assert run.output["status"] == "created"
    assert run.states.count("Wait for Discord") == 1
    assert bot_calls(stage)[0]["at"] - began == pytest.approx(20 + 20 / 0.8, abs=3)


def overtake(stage, monkeypatch, seconds, *, priority=True):
    """Let other campaigns of so many seconds come while the campaign waits for its turn."""
    sleep = stage.clock.sleep
    come = iter([True])

    def wait(length):
        if length > 10 and next(come, False):
            sleep(length / 2)
            others(stage, seconds, priority=priority)
            length /= 2
        sleep(length)

    monkeypatch.setattr(stage.clock, "sleep", wait)


@pytest.mark.parametrize("source", ["tasks", PRIORITY])
@pytest.mark.parametrize("works_for", [0, 1, 2, 3, 4, 10])
def test_a_table_that_breaks_stops_nothing(stage, monkeypatch, works_for, source):
    others(stage, 30)
    monkeypatch.setattr(limiter, "_client", Table(works_for))
    run = play(stage, source=source)
    assert run.output["status"] == "created"
    assert len(bot_calls(stage)) == COLD_CALLS


def test_a_slot_that_is_far_is_a_visible_wait(stage):
    limiter.seconds_to_slot()
    boto3.client("dynamodb").put_item(
        TableName=os.environ["LIMITER_TABLE"],
        Item={"id": {"S": "calls"}, "free_at": {"N": str(stage.clock.now() + 40)}},
    )
    others(stage, 1)
    began = stage.clock.now()
    run = play(stage)
    assert run.output["status"] == "created"
    assert "Wait for Discord" in run.states
    assert bot_calls(stage)[0]["at"] - began >= 40 - limiter.MOST_AHEAD_SECONDS


def test_the_undoing_takes_slots_too(stage):
    others(stage, 30)
    stage.discord.faults.add(
        method="POST", path="/channels$", body_contains='"gm-planning"', status=403, times=None
    )
    run = play(stage)
    assert run.error == "CampaignFailed"
    stage.assert_nothing_left()
    assert_paced_deletions(stage, 9)


def test_the_clean_up_takes_slots_too_and_waits_for_no_turn(stage):
    others(stage, 30)
    run = play(stage)
    others(stage, campaign.BUILD_SECONDS)
    clean_up_campaign.handler({"detail": {"executionArn": arn(stage)}}, None)
    rollback = stage.interpreter.finish(arn(stage) + campaign.CLEAN_UP_SUFFIX)
    assert (run.status, rollback.status) == ("SUCCEEDED", "SUCCEEDED")
    assert "Wait for Turn" not in rollback.states
    stage.assert_nothing_left()
    assert_paced_deletions(stage, 10)


def assert_paced_deletions(stage, channels):
    deletions = sorted(call["at"] for call in bot_calls(stage) if call["method"] == "DELETE")
    assert len(deletions) == channels + 2
    # moto's table may give two threads the same slot. Without slots no time passes at all.
    assert deletions[channels - 1] - deletions[0] >= (channels - 1) * STEP / 2


def test_without_the_table_a_starter_keeps_the_pace_after_the_start(stage, monkeypatch):
    monkeypatch.setattr(limiter, "_client", Table())
    began = stage.clock.now()
    deliver(stage.request())
    assert has_started(stage)
    campaign_seconds = start_campaign.CALLS / (50 * limiter.SHARE_WITHOUT_TABLE)
    assert stage.clock.now() - began == pytest.approx(5 * campaign_seconds, abs=0.5)


def test_without_the_table_who_is_new_begins_behind_those_who_wait(stage, monkeypatch):
    others(stage, 300)
    limiter.reserve_turn(start_campaign.CALLS, latest=0.0)  # too late, but it hears of them
    monkeypatch.setattr(limiter, "_client", Table())
    began = stage.clock.now()
    run = play(stage)
    assert run.output["status"] == "created"
    assert run.states[:3] == ["Build or Roll Back?", "Wait for Turn", "Plan Campaign"]
    stretched = 300 * limiter.CAMPAIGNS_SHARE / limiter.SHARE_WITHOUT_TABLE
    assert bot_calls(stage)[-1]["at"] - began == pytest.approx(stretched, abs=5)


def test_without_the_table_who_waited_in_the_queue_for_too_long_is_told_so(stage, monkeypatch):
    monkeypatch.setattr(limiter, "_client", Table())
    request = stage.request()
    stage.clock.sleep(campaign.BUILD_SECONDS - campaign.TURN_SECONDS + 1)
    deliver(request)
    assert not has_started(stage)
    assert "It took longer than the time Discord allows for a command." in stage.messages[-1]
    assert stage.messages[-1].endswith("Nothing was created.")
    assert bot_calls(stage) == []
