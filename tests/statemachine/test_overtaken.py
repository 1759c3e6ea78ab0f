"""Campaigns that wait for their turn, and that campaigns of the other lane overtake."""

import re
from dataclasses import asdict, replace

import pytest

from channelwright.aws import executions
from channelwright.campaign import deadlines
from channelwright.pace import limiter, table
from channelwright.pace.lane import Stretch
from channelwright.pace.schedule import Ticket
from tests.statemachine import company
from tests.statemachine.company import FAR, PRIORITY, bot_calls, deliver, finish, others, play


@pytest.fixture(autouse=True)
def starter(stage, monkeypatch):
    company.use(monkeypatch, stage)


def test_who_is_overtaken_waits_once_more_where_one_can_see_it(stage, monkeypatch):
    others(stage, 30)
    overtake(stage, monkeypatch, 100)
    began = stage.clock.now()
    run = play(stage)
    assert run.output["status"] == "created"
    assert run.states.count("Plan Campaign") == 2
    assert run.states.count("Wait for Discord") == 1
    # Half of its wait was left, and it gets the fifth of the room that is not priority's.
    assert bot_calls(stage)[0]["at"] - began == pytest.approx(15 + 15 * 5, abs=3)


def test_who_is_overtaken_beyond_the_deadline_is_told_so_and_nothing_is_made(stage, monkeypatch):
    others(stage, 600)
    overtake(stage, monkeypatch, 1000)
    run = play(stage)
    assert run.output["status"] == "rejected"
    assert "Too many campaigns are being created right now." in stage.messages[-1]
    assert stage.messages[-1].endswith("Nothing was created.")
    assert bot_calls(stage) == []


def test_who_is_overtaken_beyond_the_deadline_keeps_no_room_for_themselves(stage, monkeypatch):
    request, now = stage.request(), stage.clock.now()
    deadline = deadlines.turn_deadline(stage.asked)
    others(stage, 600, until=deadline)
    overtake(stage, monkeypatch, 1000)
    deliver(request)
    assert finish(stage).output["status"] == "rejected"
    assert "Too many campaigns are being created right now." in stage.messages[-1]
    assert bot_calls(stage) == []
    [kept] = limiter._read()[0].normal.stretches
    assert kept.end == pytest.approx(300 + (deadline - now - 300) / 5, abs=2)


def test_who_has_given_up_is_told_so_even_if_those_behind_have_begun(stage):
    """The campaign checks late: its place has passed, but others have got the room."""
    request = stage.request()
    others(stage, 100)
    lane = limiter._read()[0].normal
    deadline = deadlines.turn_deadline(stage.asked)
    hidden = replace(lane, begun=60.0, stretches=(Stretch(40, 50, deadline), Stretch(60, 100, FAR)))
    schedule, version = limiter._read()
    assert table.put("schedule", limiter._as_item(replace(schedule, normal=hidden)), version)
    begins_at = executions.utc(stage.clock.now() + 20)
    ticket = asdict(Ticket(False, 55.0, 0.4, stage.clock.now() + 20))
    turn = {"in_company": True, "begins_at": begins_at, "reserved": ticket}
    run = stage.interpreter.finish(stage.interpreter.start(request, **turn))
    assert run.output["status"] == "rejected"
    # Not the time until the lost place would have begun: that is one second.
    assert re.search(r"Try again in about (19|20) seconds\.", stage.messages[-1])
    assert stage.messages[-1].endswith("Nothing was created.")
    assert bot_calls(stage) == []


def test_priority_that_waits_makes_room_for_the_others_that_came(stage, monkeypatch):
    others(stage, 40, priority=True)
    overtake(stage, monkeypatch, 100, priority=False)
    began = stage.clock.now()
    run = play(stage, source=PRIORITY)
    assert run.output["status"] == "created"
    assert run.states.count("Wait for Discord") == 1
    assert bot_calls(stage)[0]["at"] - began == pytest.approx(20 + 20 / 0.8, abs=3)


def overtake(stage, monkeypatch, seconds, *, priority=True):
    """Let others' campaigns of so many seconds arrive while the campaign waits for its turn."""
    sleep = stage.clock.wait
    come = iter([True])

    def wait(event, length):
        if length > 10 and next(come, False):
            sleep(event, length / 2)
            others(stage, seconds, priority=priority)
            length /= 2
        sleep(event, length)

    monkeypatch.setattr(stage.clock, "wait", wait)
