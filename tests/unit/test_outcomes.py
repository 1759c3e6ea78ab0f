"""The meaning of an execution's end: in words, and as the metric that counts it."""

import json

import pytest

from channelwright.aws import metrics
from channelwright.words import refusals
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


@pytest.mark.parametrize("error", ["CampaignFailed", "States.Runtime", None])
def test_a_build_that_failed_counts(error):
    assert metric(ID, "FAILED", error) == "CampaignsFailed"


@pytest.mark.parametrize("ended", [("FAILED", "MessageNotDelivered"), *FROM_OUTSIDE])
def test_what_has_an_alarm_of_its_own_or_needs_nobody_does_not(ended):
    assert metric(ID, *ended) is None


def refused(action, status, code, detail="No"):
    said = refusals.refusal(action, status, code, detail)
    return {"Error": "DiscordRefused", "Cause": json.dumps({"errorMessage": said})}


WORD = "Invalid Form Body: name: it contains a word (somebody's (own)) that is not allowed"
PEOPLES = [
    {"Error": "CampaignIncomplete", "Cause": "{}"},
    {"Error": "NameTaken", "Cause": "{}"},
    refused("create the role **Strahd**", 400, 50035, WORD),
    refused("create the role **a (b, 400/50035)**", 400, 20031),
    refused("create the category", 403, 50013, "Missing Permissions"),
    refused("create the channel **general**", 404, 10003),
    refused("create the channel **general**", 400, 50035, "Invalid Form Body: parent_id: full"),
    refused(refusals.GIVE_ROLE, 404, 10007),
]
OTHERS = [
    {"Error": "DiscordUnavailable", "Cause": "{}"},
    {"Error": "Lambda.Unknown", "Cause": "Something died"},
    refused("create the role **Strahd**", 401, 0),
    refused("create the role **Strahd**", 400, 50109),
    refused("create the channel **general**", 400, 50035, WORD),  # the operator's layout
    refused("create the channel **general**", 400, 20031),
]


def build(failure):
    return {
        "name": ID,
        "status": "FAILED",
        "error": "CampaignFailed",
        "cause": json.dumps(failure),
    }


@pytest.mark.parametrize("failure", PEOPLES)
def test_what_people_cause_rings_nobody(failure):
    assert outcome_of(build(failure)).metric is None
    assert outcome_of(build({"Error": "WaveFailed", "failures": [failure] * 2})).metric is None


@pytest.mark.parametrize("failure", OTHERS)
def test_whatever_else_fails_rings(failure):
    assert outcome_of(build(failure)).metric == "CampaignsFailed"
    wave = {"Error": "WaveFailed", "failures": [PEOPLES[0], failure]}
    assert outcome_of(build(wave)).metric == "CampaignsFailed"


def test_a_cause_that_was_cut_off_rings():
    assert outcome_of(build({}) | {"cause": '{"Error": "NameTak'}).metric == "CampaignsFailed"


@pytest.mark.parametrize("name", REMOVALS)
def test_a_removal_that_ended_well_counts_as_rolled_back(name):
    """A removal's output is its states' data."""
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


@pytest.mark.parametrize(
    ("status", "expected"), [("SUCCEEDED", None), ("FAILED", "CampaignsFailed")]
)
def test_a_record_that_came_a_day_late_or_never(status, expected):
    error = "CampaignNotRecorded" if status == "FAILED" else None
    assert metric(f"{ID}-record", status, error) == expected


def test_a_record_that_took_too_long_is_missing_too():
    assert metric(f"{ID}-record", "TIMED_OUT") == "CampaignsFailed"


def test_whoever_stops_a_recording_knows_that_nothing_is_recorded():
    """start_removal stops it when the campaign is undone."""
    assert metric(f"{ID}-record", "ABORTED") is None


@pytest.mark.parametrize(
    ("status", "error"),
    [("SUCCEEDED", None), ("FAILED", "CampaignNotUndone"), ("FAILED", "FailureNotDelivered")],
)
def test_a_deletion_that_says_how_it_ended_rings_nobody(status, error):
    """Its game master can have it finished."""
    assert metric(f"{ID}-remove-by-7", status, error, output={}) is None


@pytest.mark.parametrize("status", ["FAILED", "ABORTED", "TIMED_OUT"])
def test_one_that_broke_or_was_stopped_does(status):
    error = "States.Runtime" if status == "FAILED" else None
    assert metric(f"{ID}-remove-by-7", status, error) == "CampaignsNotUndone"
