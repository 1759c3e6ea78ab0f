"""Each end is counted once: a failed campaign's at the end of its removal."""

import json

import pytest

import record_outcome

REMOVED, LEFT = "CampaignsRolledBack", "CampaignsNotUndone"


def ended(status="SUCCEEDED", name="1", output=None, error=None):
    told = {"name": name, "status": status, "output": json.dumps(output), "error": error}
    return {key: value for key, value in told.items() if value is not None}


def metric(execution):
    return record_outcome.outcome_of(execution).metric


@pytest.mark.parametrize(
    ("execution", "counted"),
    [
        (ended(output={"status": "created"}), "CampaignsCreated"),
        (ended(output={"status": "rejected"}), "CampaignsRejected"),
        (ended("FAILED", error="MessageNotDelivered"), None),
        # The ends of their removals are counted, too.
        (ended("FAILED", error="CampaignFailed"), "CampaignsFailed"),
        (ended("FAILED", error="States.Runtime"), "CampaignsFailed"),
        (ended("TIMED_OUT"), None),
        (ended("ABORTED"), None),
        (ended("ABORTED", error="CampaignFailed"), None),
        (ended("ABORTED", error="CampaignNotUndone"), None),
    ],
)
def test_of_a_build(execution, counted):
    assert metric(execution) == counted


@pytest.mark.parametrize(
    ("how", "counted"),
    [
        ({"output": {}}, REMOVED),
        ({"status": "FAILED", "error": "FailureNotDelivered"}, REMOVED),
        ({"status": "FAILED", "error": "CampaignNotUndone"}, LEFT),
    ],
)
@pytest.mark.parametrize("name", ["1-remove", "1-remove-again", "1-remove-2"])
def test_of_a_removal_that_came_to_its_end(name, how, counted):
    """The first removal, the second one, or one started by hand."""
    assert metric(ended(**{"name": name, **how})) == counted


@pytest.mark.parametrize(
    "how",
    [
        {"status": "FAILED", "error": "States.Runtime"},
        {"status": "FAILED", "error": "States.DataLimitExceeded"},
        {"status": "TIMED_OUT"},
        {"status": "ABORTED"},
        {"status": "ABORTED", "error": "FailureNotDelivered"},
    ],
)
@pytest.mark.parametrize(
    ("name", "counted"), [("1-remove", None), ("1-remove-again", LEFT), ("1-remove-2", LEFT)]
)
def test_of_a_removal_that_did_not(name, how, counted):
    """A second removal follows the first one; after that, only a person can help."""
    assert metric(ended(**{"name": name, **how})) == counted
