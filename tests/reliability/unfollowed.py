"""Executions that needed a removal, but none could be started: the operator has the evidence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from channelwright.aws.executions import AGAIN_SUFFIX, REMOVAL_SUFFIX

if TYPE_CHECKING:
    from tests.reliability.answered import Answered
    from tests.reliability.promises import Campaign

# Ends that nothing has to follow: see start_removal.py.
OF_THEMSELVES = {"MessageNotDelivered", "CampaignNotUndone", "FailureNotDelivered"}
# start_removal needs these to start one.
STARTING = {"start_removal", "DescribeExecution", "GetExecutionHistory", "StartExecution"}
SUFFIXES = ("", REMOVAL_SUFFIX, AGAIN_SUFFIX)


def is_unfollowed(campaign: Campaign | Answered) -> bool:
    """Tell whether the last execution lacks a removal because its end became a dead letter."""
    runs, outcome = campaign.runs, campaign.outcome
    if not runs or runs[-1].status == "SUCCEEDED" or runs[-1].error in OF_THEMSELVES:
        return False
    dead = {death.function for death in outcome.schedule.deaths}
    has_dead_end = campaign.id + SUFFIXES[len(runs) - 1] in outcome.dead_ends
    return has_dead_end and bool(dead & STARTING) and len(runs) < len(SUFFIXES)
