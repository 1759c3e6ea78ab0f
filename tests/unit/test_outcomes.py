"""What the end of an execution means: in words, and as the metric that counts it."""

import json

import pytest

from channelwright import metrics
from record_outcome import OUTCOMES, outcome_of

ID = "175928847299117063"
REMOVALS = [f"{ID}-remove", f"{ID}-remove-again", f"{ID}-remove-2"]  # the last one is by hand
FROM_OUTSIDE = [("ABORTED", None), ("ABORTED", "CampaignFailed"), ("TIMED_OUT", "States.Timeout")]
BROKEN = [*FROM_OUTSIDE, ("FAILED", "States.Runtime"), ("FAILED", None)]


def metric(name, status, error=None, output=None):
    ended = {"name": name, "status": status}
    ended |= {"error": error} if error else {}
    ended |= {"output": json.dumps(output)} if status == "SUCCEEDED" else {}
    return outcome_of(ended).metric


def test_every_metric_exists_and_every_outcome_says_something():
    for outcome in OUTCOMES.values():
        assert outcome.words
        assert outcome.metric is None or outcome.metric in metrics.UNITS


@pytest.mark.parametrize(
    ("status", "counted"), [("created", "CampaignsCreated"), ("rejected", "CampaignsRejected")]
)
def test_a_build_that_succeeded_says_what_it_made(status, counted):
    assert metric(ID, "SUCCEEDED", output={"status": status}) == counted


@pytest.mark.parametrize(
    "ended", [("FAILED", "CampaignFailed"), ("FAILED", "MessageNotDelivered"), *BROKEN]
)
def test_a_build_that_failed_counts_when_its_removal_has_ended(ended):
    assert metric(ID, *ended) is None


@pytest.mark.parametrize("name", REMOVALS)
def test_a_removal_that_ended_well_counts_as_rolled_back(name):
    """Its output is the data of its states."""
    assert metric(name, "SUCCEEDED", output={"removal": {}}) == "CampaignsRolledBack"
    assert metric(name, "FAILED", "FailureNotDelivered") == "CampaignsRolledBack"


@pytest.mark.parametrize("name", REMOVALS)
def test_a_removal_that_left_something_counts_for_a_person(name):
    assert metric(name, "FAILED", "CampaignNotUndone") == "CampaignsNotUndone"


@pytest.mark.parametrize("ended", BROKEN)
def test_a_removal_that_broke_counts_when_it_is_not_started_again(ended):
    first, *others = REMOVALS
    assert metric(first, *ended) is None
    for name in others:
        assert metric(name, *ended) == "CampaignsNotUndone"


def test_whoever_stops_an_execution_may_give_it_any_error():
    for error in ("CampaignNotUndone", "FailureNotDelivered", "created"):
        assert metric(ID, "ABORTED", error) is None
        assert metric(f"{ID}-remove", "ABORTED", error) is None
