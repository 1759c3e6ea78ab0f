"""An operator starts a failed removal again by hand, as the runbook says."""

import pytest

from channelwright.aws.executions import REMOVAL_SUFFIX
from channelwright.campaign.deadlines import REMOVAL_SECONDS
from tests import runbook
from tests.statemachine import operators
from tests.statemachine.interpreter import REMOVE
from tests.statemachine.operators import (
    FORBIDDEN,
    Operator,
    limit_deletions,
    refuse_a_channel,
)

BY_HAND = f"{REMOVAL_SUFFIX}-2"


@pytest.fixture
def operator(stage, monkeypatch):
    """Return the operator of a campaign whose removal failed a day ago."""
    operators.use(monkeypatch, stage)
    operator = Operator(stage)
    refuse_a_channel(stage)
    stage.discord.faults.add(method="DELETE", status=403, body=FORBIDDEN, times=None)
    assert operator.run().removal.error == "CampaignNotUndone"
    stage.discord.faults.clear()
    stage.clock.sleep(24 * 3600)
    return operator


def start(stage, operator):
    """Start the removal with the runbook's commands."""
    known = operator.arn(REMOVAL_SUFFIX)
    given = runbook.start_execution(
        "**A removal that failed**",
        machine=stage.interpreter.arns[REMOVE],
        interaction_id=stage.asked,
        known=known,
        known_input=operator.client.describe_execution(executionArn=known)["input"],
        now=stage.clock.now(),
    )
    assert given["name"] == f"{stage.asked}{BY_HAND}"
    operator.client.start_execution(**given)


def test_it_removes_what_was_left_and_is_as_patient_as_any(stage, operator):
    start(stage, operator)
    limit_deletions(stage)
    run = operator.finish(BY_HAND)
    assert run.status == "SUCCEEDED", run.cause
    stage.assert_nothing_left()
    assert "create the channel **dice-rolls**" in stage.in_channel[-1]
    assert stage.in_channel[-1].endswith("\n\nNothing was left behind.")


def test_it_gets_the_input_of_the_first_one_with_more_time(stage, operator):
    start(stage, operator)
    first, by_hand = (operator.given(suffix) for suffix in (REMOVAL_SUFFIX, BY_HAND))
    assert by_hand.pop("until") == int(stage.clock.now()) + REMOVAL_SECONDS
    assert first.pop("until") == 0
    assert by_hand == first


def test_its_end_is_counted(stage, operator):
    start(stage, operator)
    assert operator.finish(BY_HAND).status == "SUCCEEDED"
    assert operator.metric(BY_HAND) == "CampaignsRolledBack"


def test_it_is_no_campaigns_end(stage, operator):
    start(stage, operator)
    stage.discord.faults.add(method="DELETE", status=403, body=FORBIDDEN, times=None)
    assert operator.finish(BY_HAND).error == "CampaignNotUndone"
    before = operator.executions
    operator.notify(BY_HAND)
    assert operator.executions == before == ["", REMOVAL_SUFFIX, BY_HAND]


def test_one_that_is_stopped_is_no_campaigns_end_either(stage, operator):
    """Otherwise, a removal of a removal would know nothing, and report that nothing was left."""
    start(stage, operator)
    operator.stop_at("find_created", execution=BY_HAND)
    assert operator.finish(BY_HAND).status == "ABORTED"
    operator.notify(BY_HAND)
    assert operator.executions == ["", REMOVAL_SUFFIX, BY_HAND]
    assert operator.metric(BY_HAND) == "CampaignsNotUndone"
