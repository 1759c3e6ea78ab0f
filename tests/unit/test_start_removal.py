"""The net: which ends start a removal, under which name, and with which input."""

import json
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

import start_removal
from channelwright.campaign.deadlines import REMOVAL_SECONDS
from channelwright.campaign.removal import NOT_LOOKED
from channelwright.discord import edits
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
    "waves": [],
    "edits": {**edits.NONE_YET, "left": 4},
    "until": 0,
    "removal": NOT_LOOKED,
    "rate_limit": None,
}
# For this long after an end from outside, an edit may still arrive.
LATE = {"late_until": NOW + edits.UNKNOWN_OUTCOME_SECONDS}
BROKEN = [
    {"status": "ABORTED"},
    {"status": "ABORTED", "error": "MessageNotDelivered"},  # the operator may enter any error
    {"status": "ABORTED", "error": "CampaignNotUndone"},
    {"status": "TIMED_OUT"},
    {"status": "FAILED", "error": "States.Runtime", "cause": "x"},
    {"status": "FAILED"},
]
STOPPED = [one for one in BROKEN if one["status"] == "ABORTED"]
NOT_STOPPED = [one for one in BROKEN if one not in STOPPED]


class Taken(Exception):
    """An execution of this name exists."""


class Unknown(Exception):
    """No execution has this name."""


class StepFunctions(Histories):
    """Describes one ended execution, and records those that are stopped and started."""

    exceptions = SimpleNamespace(ExecutionAlreadyExists=Taken, ExecutionDoesNotExist=Unknown)

    def __init__(self, name, given, ended, events=()):
        super().__init__(lambda arn: list(events) if arn == ARN + name else None)
        self.ended = {"name": name, "executionArn": ARN + name, "input": json.dumps(given)} | ended
        self.started = []
        self.is_taken = False
        self.recording = None
        self.calls = []

    def describe_execution(self, *, executionArn):  # noqa: N803
        assert executionArn == self.ended["executionArn"]
        return self.ended

    def start_execution(self, **given):
        if self.is_taken:
            raise Taken
        self.calls.append("start")
        self.started.append(given)

    def stop_execution(self, *, executionArn, cause):  # noqa: N803
        assert cause
        self.calls.append("stop")
        if executionArn != self.recording:
            raise Unknown


@pytest.fixture
def started(monkeypatch):
    """Return a function that returns the net's executions after an execution's end."""
    monkeypatch.setenv("REMOVE_CAMPAIGN_ARN", "arn:remove")
    monkeypatch.setenv("RECORD_CAMPAIGN_ARN", "arn:stateMachine:record")
    monkeypatch.setattr(start_removal, "time", SimpleNamespace(time=lambda: NOW))

    def after(name, given, *, events=(), is_taken=False, calls=None, recording=None, **ended):
        client = StepFunctions(name, given, ended, events)
        client.is_taken, client.recording = is_taken, recording
        client.calls = [] if calls is None else calls
        monkeypatch.setattr(start_removal, "_step_functions", client)
        detail = {"executionArn": ARN + name, "status": ended["status"]}
        start_removal.handler({"detail": detail}, None)
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
    """The build may have failed to start the removal itself."""
    failure = {"Error": "WaveFailed", "failures": [{"Error": "NoAnswer", "Cause": "{}"}]}
    cause = json.dumps(failure)
    removals = started(ID, BUILD, status="FAILED", error="CampaignFailed", cause=cause)
    assert removals[f"{ID}-remove"]["failure"] == failure


@pytest.mark.parametrize("recording", [None, f"arn:execution:record:{ID}-record"])
@pytest.mark.parametrize("ended", BROKEN)
def test_nothing_records_a_build_that_is_removed(started, ended, recording):
    calls = []
    assert started(ID, BUILD, calls=calls, recording=recording, **ended)
    assert calls == ["start", "stop"]


def test_a_build_is_removed_even_if_its_recording_could_not_be_stopped(monkeypatch, started):
    """Lambda retries the rest."""
    calls = []

    def broken(client, **_):
        client.calls.append("stop")
        raise RuntimeError

    monkeypatch.setattr(StepFunctions, "stop_execution", broken)
    with pytest.raises(RuntimeError):
        started(ID, BUILD, calls=calls, status="ABORTED")
    assert calls == ["start", "stop"]


@pytest.mark.parametrize("ended", BROKEN)
def test_only_a_builds_recording_is_stopped(started, ended):
    calls = []
    assert started(f"{ID}-remove", REMOVAL, calls=calls, **ended)
    assert calls == ["start"]


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
            "edits": {**edits.NONE_YET, "left": 3, **LATE},
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


# ---- The history ----

SPENT = {**edits.NONE_YET, "shown": 4, "left": 2, "full_at": NOW + 5}
DELETING = {**NOT_LOOKED, "next": "delete", "wait_seconds": 7, "to_delete": [{"id": "1031"}]}
DELETED = {"id": "1031", "gone": True, "deleted": True}


def entered(data):
    details = {"name": "x", "input": json.dumps(data)}
    return {"type": "TaskStateEntered", "stateEnteredEventDetails": details}


def succeeded(data):
    details = {"output": json.dumps(data)}
    return {"type": "LambdaFunctionSucceeded", "lambdaFunctionSucceededEventDetails": details}


def limit(seconds, title):
    """Return a limit of the state `title` that ends `seconds` after NOW."""
    until = datetime.fromtimestamp(NOW + seconds, UTC)
    return {"error": "RateLimited", "until": f"{until:%Y-%m-%dT%H:%M:%SZ}", "state": title}


@pytest.fixture
def again(started):
    """Return a function that returns a second removal's input after a first one's states."""

    def after(*states, events=(), **ended):
        history = [entered(one) for one in (REMOVAL, *states)] + [*events]
        return started(f"{ID}-remove", REMOVAL, events=history, **ended)[f"{ID}-remove-again"]

    return after


@pytest.mark.parametrize("ended", STOPPED)
def test_a_removal_that_was_stopped_goes_on_where_it_was(again, ended):
    """The deletions that had ended since then count."""
    deleting = REMOVAL | {"removal": DELETING, "edits": SPENT}
    given = again(deleting, events=[succeeded(DELETED)], **ended)
    tried_anew = {"looks": 0, "refused": {}, "blind": False}
    assert given["removal"] == DELETING | {"deletions": [DELETED]} | tried_anew
    others = {"removal", "edits", "until", start_removal.STARTED_BY}
    assert {key: given[key] for key in given.keys() - others} == {
        key: REMOVAL[key] for key in REMOVAL.keys() - others
    }


@pytest.mark.parametrize("ended", STOPPED)
def test_one_that_was_stopped_before_its_first_step_begins(again, ended):
    assert again(**ended)["removal"] == NOT_LOOKED


@pytest.mark.parametrize("ended", NOT_STOPPED)
def test_a_removal_that_broke_or_took_too_long_is_begun_anew(again, ended):
    """Going on from there might break again."""
    limited = {"rate_limit": limit(30, "Find Created")}
    deleting = REMOVAL | {"removal": DELETING, "edits": SPENT} | limited
    given = again(deleting, events=[succeeded(DELETED)], **ended)
    assert given["removal"] == NOT_LOOKED
    assert given["rate_limit"] is None


@pytest.mark.parametrize("ended", BROKEN)
def test_a_second_removal_knows_how_the_message_stands(again, ended):
    """All is known but the edit that may be on its way."""
    given = again(REMOVAL | {"removal": DELETING, "edits": SPENT}, **ended)
    assert given["edits"] == {**SPENT, "left": 1, **LATE}


@pytest.mark.parametrize("ended", BROKEN)
def test_it_says_nothing_before_the_end_of_a_last_words_limit(again, ended):
    limited = {"rate_limit": limit(300, "Report Failure")}
    given = again(REMOVAL | {"removal": DELETING, "edits": SPENT} | limited, **ended)
    assert given["edits"] == {**SPENT, "left": 1, "closed_until": NOW + 300, **LATE}
    assert given["rate_limit"] is None


@pytest.mark.parametrize("title", ["Find Created", "Report Failure", "Write in Channel"])
@pytest.mark.parametrize(
    ("seconds", "waits"), [(-60, 7), (0, 7), (7, 7), (8, 8), (61, 61), (900, 900)]
)
def test_one_that_goes_on_waits_for_the_end_of_the_last_limit(again, title, seconds, waits):
    """The second removal waits at least as long as the first one would have."""
    limited = {"rate_limit": limit(seconds, title)}
    given = again(REMOVAL | {"removal": DELETING} | limited, status="ABORTED")
    assert given["removal"]["wait_seconds"] == waits


def test_a_part_of_a_second_is_waited_for_whole(again, monkeypatch):
    """A Wait takes whole seconds; rounded down, it would end too early."""
    monkeypatch.setattr(start_removal, "time", SimpleNamespace(time=lambda: NOW + 0.25))
    limited = {"rate_limit": limit(30, "Find Created")}
    given = again(REMOVAL | {"removal": DELETING} | limited, status="ABORTED")
    waits = given["removal"]["wait_seconds"]
    assert (waits, type(waits)) == (30, int)


def built(message, rate_limit=None):
    """Return the data that a build's states pass on during a wave."""
    building = {"number": 0, "wave": [], "made": [], "edits": message}
    plan = {"campaign": {"name": "x"}, "waves": [[]], "last": 0, "made": {"channels": []}}
    return BUILD | plan | {"building": building, "rate_limit": rate_limit}


@pytest.mark.parametrize("ended", BROKEN)
@pytest.mark.parametrize(
    ("rate_limit", "closed"), [(None, 0.0), (limit(300, "Report Completion"), NOW + 300)]
)
def test_the_removal_of_a_build_knows_how_its_message_stands(started, ended, rate_limit, closed):
    events = [entered(built(SPENT, rate_limit))]
    given = started(ID, BUILD, events=events, **ended)[f"{ID}-remove"]
    assert given["edits"] == {**SPENT, "left": 1, "closed_until": closed, **LATE}
    assert (given["removal"], given["rate_limit"]) == (NOT_LOOKED, None)


def test_of_a_build_before_its_first_edit_only_that_is_on_its_way(started):
    events = [entered(built(edits.ON_ITS_WAY))]
    given = started(ID, BUILD, events=events, status="ABORTED")[f"{ID}-remove"]
    assert given["edits"] == {**edits.NONE_YET, **LATE}
