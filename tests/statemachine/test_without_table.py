"""Without the limiter's table, campaigns are still created, at a slower pace."""

import pytest

import start_campaign
from channelwright.campaign import deadlines
from channelwright.pace import limiter, outage
from tests.statemachine import company
from tests.statemachine.company import (
    COLD_CALLS,
    PRIORITY,
    Table,
    bot_calls,
    deliver,
    has_started,
    others,
    play,
)


@pytest.fixture(autouse=True)
def starter(stage, monkeypatch):
    company.use(monkeypatch, stage)


@pytest.mark.parametrize("source", ["tasks", PRIORITY])
@pytest.mark.parametrize("works_for", [0, 1, 2, 3, 4, 10])
def test_a_table_that_breaks_stops_nothing(stage, monkeypatch, works_for, source):
    others(stage, 30)
    monkeypatch.setattr("channelwright.pace.table._client", Table(works_for))
    run = play(stage, source=source)
    assert run.output["status"] == "created"
    assert len(bot_calls(stage)) == COLD_CALLS


def test_without_the_table_a_starter_keeps_the_pace_after_the_start(stage, monkeypatch):
    monkeypatch.setattr("channelwright.pace.table._client", Table())
    began = stage.clock.now()
    deliver(stage.request())
    assert has_started(stage)
    campaign_seconds = start_campaign.CALLS / (50 * outage.SHARE_WITHOUT_TABLE)
    assert stage.clock.now() - began == pytest.approx(5 * campaign_seconds, abs=0.5)


def test_without_the_table_who_is_new_begins_behind_those_who_wait(stage, monkeypatch):
    others(stage, 300)
    limiter.reserve_turn(start_campaign.CALLS, latest=0.0)  # too late, but it learns of the others
    monkeypatch.setattr("channelwright.pace.table._client", Table())
    began = stage.clock.now()
    run = play(stage)
    assert run.output["status"] == "created"
    assert run.states[:3] == ["Wait for Turn", "Plan Campaign", "Begin Building"]
    stretched = 300 * outage.CAMPAIGNS_SHARE / outage.SHARE_WITHOUT_TABLE
    assert bot_calls(stage)[-1]["at"] - began == pytest.approx(stretched, abs=5)


def test_without_the_table_who_waited_in_the_queue_for_too_long_is_told_so(stage, monkeypatch):
    monkeypatch.setattr("channelwright.pace.table._client", Table())
    request = stage.request()
    stage.clock.sleep(deadlines.BUILD_SECONDS - deadlines.TURN_SECONDS + 1)
    deliver(request)
    assert not has_started(stage)
    assert "The command took longer than Discord allows." in stage.messages[-1]
    assert stage.messages[-1].endswith("Nothing was created.")
    assert bot_calls(stage) == []
