"""Step Functions may describe a past state of an execution: EventBridge is quicker."""

import pytest

import record_outcome
import start_campaign
import start_removal
from channelwright.aws.ended import EndNotSeen
from channelwright.aws.executions import AGAIN_SUFFIX, REMOVAL_SUFFIX
from tests import log_lines
from tests.statemachine import operators
from tests.statemachine.lagging import Lagging
from tests.statemachine.operators import FORBIDDEN, Operator, assert_removed, refuse_a_channel
from tests.statemachine.test_starter import AnswerLost, arn, deliver, starter

__all__ = ["starter"]

LAG_SECONDS = 30
# Lambda waits for so long before it retries. Source: AWS docs, Lambda > Asynchronous invocation >
# Error handling.
AGAIN_SECONDS = 60


@pytest.fixture
def operator(stage, monkeypatch):
    operators.use(monkeypatch, stage)
    for module in (start_removal, record_outcome):
        lagging = Lagging(module._step_functions, stage.clock, ends_s=LAG_SECONDS)
        monkeypatch.setattr(module, "_step_functions", lagging)
    return Operator(stage)


def undelivered(stage):
    """Let Discord reject the final message of a campaign that stands."""
    stage.discord.faults.add(path="@original", body_contains="Created: My", status=503, times=None)
    stage.discord.faults.add(method="POST", path="/messages$", status=403, body=FORBIDDEN)


def leave_something(stage):
    refuse_a_channel(stage)
    stage.discord.faults.add(method="DELETE", status=403, body=FORBIDDEN, times=None)


def told_too_early(handler, event):
    with pytest.raises(EndNotSeen, match="DescribeExecution still says RUNNING: retry"):
        handler(event, None)


# ---- start_removal ----


def test_a_campaign_that_stands_whole_is_not_removed(stage, operator):
    undelivered(stage)
    assert operator.run().error == "MessageNotDelivered"
    standing = stage.standing()
    told_too_early(start_removal.handler, operator.told())
    stage.clock.sleep(AGAIN_SECONDS)
    operator.notify()
    assert operator.executions == [""]
    assert stage.standing() == standing != stage.before


def test_a_build_that_was_stopped_is_removed_for_that(stage, operator):
    operator.stop_at("create_category")
    operator.run()
    told_too_early(start_removal.handler, operator.told())
    assert operator.executions == [""]
    stage.clock.sleep(AGAIN_SECONDS)
    assert_removed(stage, operator.remove())


def test_a_removal_that_was_stopped_goes_on(stage, operator):
    refuse_a_channel(stage)
    operator.stop_at("find_created")
    assert operator.run().removal.status == "ABORTED"
    told_too_early(start_removal.handler, operator.told(REMOVAL_SUFFIX))
    assert operator.executions == ["", REMOVAL_SUFFIX]
    stage.clock.sleep(AGAIN_SECONDS)
    assert_removed(stage, operator.remove_again(), "Discord refused to create the channel")


def test_a_removal_that_came_to_its_end_has_no_second_one(stage, operator):
    leave_something(stage)
    assert operator.run().removal.error == "CampaignNotUndone"
    told_too_early(start_removal.handler, operator.told(REMOVAL_SUFFIX))
    stage.clock.sleep(AGAIN_SECONDS)
    operator.notify(REMOVAL_SUFFIX)
    assert operator.executions == ["", REMOVAL_SUFFIX]


# ---- record_outcome ----


@pytest.mark.parametrize(
    ("befall", "suffix", "counted"),
    [
        (lambda _stage: None, "", "CampaignsCreated"),
        (undelivered, "", None),
        (refuse_a_channel, "", None),
        (refuse_a_channel, REMOVAL_SUFFIX, "CampaignsRolledBack"),
        (leave_something, REMOVAL_SUFFIX, "CampaignsNotUndone"),
    ],
)
def test_an_end_is_counted_once_and_as_what_it_was(stage, operator, befall, suffix, counted):
    befall(stage)
    operator.run()
    event = operator.told(suffix)
    with log_lines.captured() as early:
        told_too_early(record_outcome.handler, event)
    assert log_lines.total(early) == {}
    stage.clock.sleep(AGAIN_SECONDS)
    with log_lines.captured() as lines:
        record_outcome.handler(event, None)
    outcomes = {name for name in log_lines.total(lines) if name.startswith("Campaigns")}
    assert outcomes == ({counted} if counted else set())


# ---- By hand: without a status ----


def by_hand(operator, suffix=""):
    start_removal.handler({"detail": {"executionArn": operator.arn(suffix)}}, None)


def test_by_hand_nothing_that_runs_is_removed(stage, operator):
    seen = []

    def ask(name, _event):
        if name == "complete_campaign":
            stage.clock.sleep(AGAIN_SECONDS)
            with pytest.raises(EndNotSeen):
                by_hand(operator)
            seen.append(name)

    stage.lambdas.on_invoke = ask
    assert operator.run().output["status"] == "created"
    assert seen
    assert operator.executions == [""]


def test_by_hand_nothing_that_succeeded_is_removed(stage, operator):
    assert operator.run().output["status"] == "created"
    stage.clock.sleep(AGAIN_SECONDS)
    by_hand(operator)
    assert operator.executions == [""]


def test_by_hand_what_ended_long_ago_is_removed(stage, operator):
    operator.stop_at("create_category")
    operator.run()
    stage.clock.sleep(AGAIN_SECONDS)
    by_hand(operator)
    assert_removed(stage, operator.finish())
    assert AGAIN_SUFFIX not in operator.executions


# ---- start_campaign ----


@pytest.mark.parametrize("lag", [0, 0.5, 2.9])
@pytest.mark.usefixtures("starter")
def test_a_start_that_was_not_heard_of_is_looked_for_again(stage, monkeypatch, lag):
    client = Lagging(AnswerLost(start_campaign._step_functions), stage.clock, starts_s=lag)
    monkeypatch.setattr(start_campaign, "_step_functions", client)
    deliver(stage.request(), 3)
    assert stage.interpreter.finish(arn(stage)).status == "SUCCEEDED"
    assert "Nothing was created." not in "".join(stage.messages)
