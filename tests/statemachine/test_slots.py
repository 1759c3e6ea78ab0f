"""In company, every call waits for its slot within Discord's global limit."""

import pytest

from channelwright.aws.executions import REMOVAL_SUFFIX
from channelwright.campaign import deadlines
from channelwright.pace import limiter, table
from tests.statemachine import company, operators
from tests.statemachine.company import (
    COLD_CALLS,
    STEP,
    bot_calls,
    finish,
    others,
    play,
    slots_until,
)


@pytest.fixture(autouse=True)
def starter(stage, monkeypatch):
    company.use(monkeypatch, stage)


def test_a_campaign_in_company_waits_for_its_turn_and_takes_a_slot_for_each_call(
    stage, monkeypatch
):
    taken, take = [], limiter.seconds_to_slot
    monkeypatch.setattr(limiter, "seconds_to_slot", lambda: taken.append(take()) or taken[-1])
    others(stage, 30)
    began = stage.clock.now()
    run = play(stage)
    assert run.output["status"] == "created"
    assert run.states[:3] == ["Wait for Turn", "Plan Campaign", "Begin Building"]
    first = bot_calls(stage)[0]["at"]
    assert 29 < first - began < 32
    # Edits take no slots.
    assert len(taken) == COLD_CALLS
    assert slots_until() - first >= (COLD_CALLS - 5) * STEP  # calls of a wave may share a moment
    assert run.states.count("Wait for Discord") == 0


def test_a_slot_that_is_far_is_a_visible_wait(stage):
    limiter.seconds_to_slot()
    earlier = "attribute_not_exists(free_at) OR free_at < :next"
    table.update("calls", "SET free_at = :next", earlier, {":next": stage.clock.now() + 40})
    others(stage, 1)
    began = stage.clock.now()
    run = play(stage)
    assert run.output["status"] == "created"
    assert "Wait for Discord" in run.states
    assert bot_calls(stage)[0]["at"] - began >= 40 - limiter.MOST_AHEAD_SECONDS


def test_a_removal_takes_slots_too(stage):
    others(stage, 30)
    stage.discord.faults.add(
        method="POST", path="/channels$", body_contains='"gm-planning"', status=403, times=None
    )
    assert play(stage).error == "CampaignFailed"
    assert finish(stage, REMOVAL_SUFFIX).status == "SUCCEEDED"
    stage.assert_nothing_left()
    assert_paced_deletions(stage, 9)


def test_a_removal_after_a_stop_takes_slots_too_and_waits_for_no_turn(stage, monkeypatch):
    operators.use(monkeypatch, stage)
    operator = operators.Operator(stage)
    operator.stop_at("complete_campaign")
    others(stage, 30)
    assert play(stage).status == "ABORTED"
    operator.wait_for_lambdas()
    others(stage, deadlines.BUILD_SECONDS)
    waits = len(stage.clock.waits)
    removal = operator.remove()
    assert removal.status == "SUCCEEDED"
    assert max(stage.clock.waits[waits:]) < 60
    stage.assert_nothing_left()
    assert_paced_deletions(stage, 10)


def assert_paced_deletions(stage, channels):
    deletions = sorted(call["at"] for call in bot_calls(stage) if call["method"] == "DELETE")
    assert len(deletions) == channels + 2
    # moto's table may give two threads the same slot; without slots, no time passes at all.
    assert deletions[channels - 1] - deletions[0] >= (channels - 1) * STEP / 2
