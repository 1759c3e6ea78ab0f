"""The net: which ends start a removal, under which name, and with what."""

import json
from types import SimpleNamespace

import pytest

import start_removal
from channelwright import edits
from channelwright.campaign import REMOVAL_SECONDS
from tests.statemachine.histories import Histories

ID = "175928847299117063"
ARN = "arn:aws:states:us-east-1:123456789012:execution:x:"
NOW = 1_700_000_000.0
BUILD = {"request": {"interaction_id": ID}, "reply": {"interaction_token": "x"}, "turn": {}}
REMOVAL = {
    "request": {"interaction_id": ID},
    "reply": {"interaction_token": "x"},
    "failure": {"Error": "NoAnswer", "Cause": "{}"},
    "known": {"campaign": {}, "made": []},
    "edits": edits.NONE_YET,
    "until": 0,
}
BROKEN = [
    {"status": "ABORTED"},
    {"status": "ABORTED", "error": "MessageNotDelivered"},  # whoever stops it may say anything
    {"status": "ABORTED", "error": "CampaignNotUndone"},
    {"status": "TIMED_OUT"},
    {"status": "FAILED", "error": "States.Runtime", "cause": "x"},
    {"status": "FAILED"},
]


class Taken(Exception):
    """The name is."""


class StepFunctions(Histories):
    """Describes one execution that has ended, and keeps what is started."""

    exceptions = SimpleNamespace(ExecutionAlreadyExists=Taken)

    def __init__(self, name, given, ended):
        super().__init__(lambda _arn: [])
        self.ended = {"name": name, "executionArn": ARN + name, "input": json.dumps(given)} | ended
        self.started = []
        self.is_taken = False

    def describe_execution(self, *, executionArn):  # noqa: N803
        assert executionArn == self.ended["executionArn"]
        return self.ended

    def start_execution(self, **given):
        if self.is_taken:
            raise Taken
        self.started.append(given)


@pytest.fixture
def started(monkeypatch):
    """Return a function that tells what the net starts after an execution's end."""
    monkeypatch.setenv("REMOVE_CAMPAIGN_ARN", "arn:remove")
    monkeypatch.setattr(start_removal, "time", SimpleNamespace(time=lambda: NOW))

    def after(name, given, *, is_taken=False, **ended):
        client = StepFunctions(name, given, ended)
        client.is_taken = is_taken
        monkeypatch.setattr(start_removal, "_step_functions", client)
        start_removal.handler({"detail": {"executionArn": ARN + name}}, None)
        assert all(one["stateMachineArn"] == "arn:remove" for one in client.started)
        return {one["name"]: json.loads(one["input"]) for one in client.started}

    return after


@pytest.mark.parametrize("ended", BROKEN)
def test_a_build_that_ended_from_outside_is_removed(started, ended):
    removals = started(ID, BUILD, **ended)
    given = removals.pop(f"{ID}-remove")
    assert removals == {}
    error = ended.get("error", "") if ended["status"] == "FAILED" else ended["status"]
    assert given["failure"] == {"Error": error, "Cause": ended.get("cause", "")}
    assert (given["request"], given["reply"]) == (BUILD["request"], BUILD["reply"])
    assert given["until"] == NOW + REMOVAL_SECONDS
    assert given[start_removal.STARTED_BY] == ARN + ID


def test_a_build_that_failed_is_removed_for_what_it_says(started):
    """In case it could not start the removal itself."""
    failure = {"Error": "WaveFailed", "failures": [{"Error": "NoAnswer", "Cause": "{}"}]}
    cause = json.dumps(failure)
    removals = started(ID, BUILD, status="FAILED", error="CampaignFailed", cause=cause)
    assert removals[f"{ID}-remove"]["failure"] == failure


def test_a_removal_that_was_started_is_not_started_again(started):
    assert started(ID, BUILD, status="ABORTED", is_taken=True) == {}
    assert started(f"{ID}-remove", REMOVAL, status="ABORTED", is_taken=True) == {}


def test_a_campaign_that_stands_is_not_removed(started):
    assert started(ID, BUILD, status="FAILED", error="MessageNotDelivered", cause="{}") == {}


@pytest.mark.parametrize("ended", BROKEN)
def test_a_removal_that_ended_from_outside_is_started_once_more(started, ended):
    assert started(f"{ID}-remove", REMOVAL, **ended) == {
        f"{ID}-remove-again": REMOVAL
        | {
            start_removal.STARTED_BY: f"{ARN}{ID}-remove",
            "edits": edits.since(None, NOW),
            "until": NOW + REMOVAL_SECONDS,
        }
    }


@pytest.mark.parametrize("after", ["-remove-again", "-remove-2"])
@pytest.mark.parametrize("ended", BROKEN)
def test_a_second_removal_or_one_by_hand_is_not_started_again(started, after, ended):
    assert started(f"{ID}{after}", REMOVAL, **ended) == {}


@pytest.mark.parametrize("after", ["-remove", "-remove-again", "-remove-2"])
@pytest.mark.parametrize("error", sorted(start_removal.REMOVALS_ENDS))
def test_a_removal_that_came_to_its_end_is_for_a_person(started, after, error):
    assert started(f"{ID}{after}", REMOVAL, status="FAILED", error=error, cause="x") == {}
