"""The data that the states pass to each other and to their Lambdas."""

import json
import re
from types import SimpleNamespace

import pytest

import plan_campaign
import start_removal
from channelwright.campaign import deadlines, known, removal, waves
from channelwright.campaign import request as requests
from channelwright.discord import edits
from tests.contract.machines import (
    ADD,
    ARCHIVE,
    CREATES,
    DELETE,
    FUNCTIONS,
    MEMBERS,
    PROGRESS,
    REMOVE,
    SHOW,
    STATES,
    TASKS,
    paths,
    played,
    state,
)
from tests.statemachine.histories import Histories

AT = {"execution.$": "$$.Execution.Name", "state.$": "$$.State.Name"}
REDRIVE = {"redrive_count.$": "$$.Execution.RedriveCount"}
RETRY = {"retry_count.$": "$$.State.RetryCount"}


# ---- To every Lambda ----


@pytest.mark.parametrize("box", FUNCTIONS, ids=str)
def test_a_lambda_is_told_where_it_is(box):
    """A redriven build must create and report nothing more; a redriven removal may continue."""
    told = AT
    if box.machine == ADD:
        told = told | REDRIVE
    if box.machine in {DELETE, SHOW, MEMBERS, ARCHIVE}:
        told = told | {"machine": box.machine}
    claims = {"Plan Members", "Plan Archive", "Preview Deletion"}
    if box in CREATES or box.title in {"Change Member", "Write Archive", "Find Created", *claims}:
        told = told | RETRY
    assert TASKS[box]["Parameters"]["at"] == told


@pytest.mark.parametrize("box", TASKS, ids=str)
def test_a_task_is_given_what_it_needs_and_never_all(box):
    given = json.dumps(TASKS[box]["Parameters"])
    assert not re.search(r'"(\$|\$\$|\$\$\.Execution|\$\$\.Execution\.Input)"', given)
    assert "InputPath" not in TASKS[box]


@pytest.mark.parametrize("box", TASKS, ids=str)
def test_only_whoever_edits_the_message_gets_its_token(box):
    """The token is in `reply` of an execution's input."""
    given = json.dumps(TASKS[box]["Parameters"])
    is_given = bool(re.search(r"\breply\b|interaction_token", given))
    edits_it = FUNCTIONS.get(box) == "Report"
    starts_the_removal = box.title == "Remove Campaign"
    assert is_given == (edits_it or starts_the_removal)
    assert ("reply.$" in TASKS[box]["Parameters"]) == edits_it


def test_no_other_state_hands_the_token_to_another():
    for box, one in STATES.items():
        if box not in TASKS:
            given = {key: one.get(key) for key in ("Parameters", "ItemSelector", "CausePath")}
            assert "reply" not in json.dumps(given), box


# ---- From the beginning ----


def given_at_the_start():
    return {"request": {}, "reply": {}, "turn": {}, **requests.NOTHING_YET}


def resolves(path, data):
    for part in re.findall(r"\w+", path.removeprefix("$")):
        if not isinstance(data, dict) or part not in data:
            return False
        data = data[part]
    return True


@pytest.mark.parametrize("title", ["Plan Campaign", "Report Rejection", "Remove Campaign"])
def test_whatever_ends_the_plan_what_a_state_reads_is_there(title):
    """A missing path is a States.Runtime error, which no Catch catches."""
    given = given_at_the_start() | {"failure": {}}
    read = {path for path in paths(state(ADD, title)["Parameters"]) if path != "$"}
    assert [path for path in sorted(read) if not resolves(path, given)] == [
        path for path in sorted(read) if path == "$.turn.begins_at"
    ]


def test_wherever_the_last_word_is_written_what_it_is_about_is_there():
    given = given_at_the_start() | {"failure": {}}
    for title in ("Write in Channel", "Campaign Failed", "Message Not Delivered"):
        one = state(ADD, title)
        read = set(paths(one.get("Parameters", one.get("CausePath"))))
        assert read
        assert all(resolves(path, given) for path in read), title


def test_the_plan_hands_on_all_that_was_there_but_what_it_was_asked():
    assert set(plan_campaign.Plan.__annotations__) - set(requests.NOTHING_YET) == {"last"}
    assert set(requests.NOTHING_YET) <= set(plan_campaign.Plan.__annotations__)


def roots(box):
    """Return the top-level fields of its data that a state reads."""
    own = {"Branches", "ItemProcessor", "Retry", "Catch", "ResultSelector", "ResultPath"}
    read = paths({key: one for key, one in STATES[box].items() if key not in own | {"OutputPath"}})
    return {re.match(r"\$\.(\w+)", path)[1] for path in read}


def test_a_state_of_the_building_reads_what_the_plan_handed_on():
    there = set(plan_campaign.Plan.__annotations__)
    for box in STATES:
        if box.machine == ADD and "Create Channels" not in box.inside:
            before_the_plan = box.title in {"Wait for Turn", "Plan Campaign"}
            assert roots(box) <= there | ({"turn"} if before_the_plan else set()), box
    assert roots((ADD, "Wave Built?", ())) == {"made", "building", "last"}


def test_a_state_of_the_removal_reads_what_it_was_given():
    there = set(_removals_input_of_the_state()) | {"not_edited", "not_told"}
    for box in STATES:
        if box.machine == REMOVE and not box.inside:
            assert roots(box) <= there, box


# ---- To the removal ----


def _removals_input_of_the_state():
    given = state(ADD, "Remove Campaign")["Parameters"]["Input"]
    return {key.removesuffix(".$"): value for key, value in given.items()}


def test_the_removal_is_given_the_same_by_the_state_and_by_the_net(monkeypatch):
    """The state serves a build that failed, start_removal one that ended from outside."""
    monkeypatch.setattr(start_removal, "_step_functions", Histories(lambda _arn: []))
    ended = {
        "executionArn": "arn:1",
        "input": json.dumps({"request": {}, "reply": {}}),
        "cause": "x",
    }
    by_the_net = start_removal._input(ended, "ABORTED")
    by_the_state = _removals_input_of_the_state()
    assert set(by_the_net) == set(by_the_state)
    assert (
        set(by_the_net["known"])
        == {key.removesuffix(".$") for key in by_the_state["known"]}
        == set(known.Known.__annotations__)
    )
    assert by_the_net["removal"] == by_the_state["removal"] == removal.NOT_LOOKED
    assert by_the_net["rate_limit"] is by_the_state["rate_limit"] is None
    assert by_the_state[start_removal.STARTED_BY] == "$$.Execution.Id"
    assert by_the_net[start_removal.STARTED_BY] == "arn:1"


@pytest.mark.parametrize("status", ["ABORTED", "FAILED", "TIMED_OUT"])
def test_a_second_removal_is_given_the_same(monkeypatch, status):
    monkeypatch.setattr(start_removal, "_step_functions", Histories(lambda _arn: []))
    first = dict.fromkeys(_removals_input_of_the_state(), "x") | {"edits": edits.NONE_YET}
    ended = {"input": json.dumps(first), "executionArn": "arn:2", "status": status}
    again = start_removal._again(ended)
    changed = {key for key in again if again[key] != first.get(key)}
    assert set(again) == set(first)
    assert changed == {start_removal.STARTED_BY, "edits", "until"}


def test_one_that_goes_on_is_given_the_same_and_how_far_the_first_one_came(monkeypatch):
    first = dict.fromkeys(_removals_input_of_the_state(), "x")
    first |= {"edits": edits.NONE_YET, "rate_limit": None}
    far = removal.NOT_LOOKED | {"next": "finished"}
    state = {"name": "Report Failure", "input": json.dumps(first | {"removal": far})}
    events = [{"type": "TaskStateEntered", "stateEnteredEventDetails": state}]
    monkeypatch.setattr(start_removal, "_step_functions", Histories(lambda _arn: events))
    ended = {"input": json.dumps(first), "executionArn": "arn:2", "status": "ABORTED"}
    again = start_removal._again(ended)
    changed = {key for key in again if again[key] != first.get(key)}
    assert set(again) == set(first)
    assert changed == {start_removal.STARTED_BY, "edits", "until", "removal"}
    # An operator may have stopped it to fix what blocked it.
    assert again["removal"] == far | {"looks": 0, "refused": {}, "blind": False}


def test_after_an_end_from_outside_an_edit_may_still_be_on_its_way(monkeypatch):
    """This time counts from the end, not from the removal's first check."""
    monkeypatch.setattr(start_removal, "_step_functions", Histories(lambda _arn: []))
    now = 1_700_000_000.0
    monkeypatch.setattr(start_removal, "time", SimpleNamespace(time=lambda: now))
    build = {"request": {}, "reply": {}}
    first = start_removal._input({"executionArn": "arn:1", "input": json.dumps(build)}, "ABORTED")
    assert first["edits"] == edits.since(edits.ON_ITS_WAY, now)
    known_so_far = {"input": json.dumps({"edits": {**edits.NONE_YET, "left": 1}})}
    again = start_removal._again(known_so_far | {"executionArn": "arn:1", "status": "FAILED"})
    assert again["edits"] == {**first["edits"], "left": 0}
    assert again["edits"]["late_until"] == now + edits.UNKNOWN_OUTCOME_SECONDS
    assert first["until"] == again["until"] == now + deadlines.REMOVAL_SECONDS


def test_the_removal_is_told_what_became_of_every_channel():
    made, before = [[[], [1]], [2]], [3]
    given = _removals_input_of_the_state()["known"]
    assert given == {
        "campaign.$": "$.campaign",
        "made.$": "States.Array($.building.made, $.made.channels)",
    }
    told = played(
        {"Type": "Pass", "Parameters": {"made.$": given["made.$"]}},
        {"building": {"made": made}, "made": {"channels": before}},
    )
    assert told == {"made": [made, before]}
    assert state(ADD, "Complete Campaign")["Parameters"]["made.$"] == given["made.$"]


def test_a_wave_that_failed_tells_the_failures_of_its_channels():
    failures = [{"Error": "NoAnswer", "Cause": "{}"}, {"Error": "OutOfTime", "Cause": "{}"}]
    channels = [
        {"ok": False, "position": 0, "failure": failures[0]},
        {"ok": True, "position": 1, "id": "1031"},
        {"ok": False, "position": 2, "failure": failures[1]},
    ]
    told = played(state(ADD, "Wave Failed"), {"made": {"channels": channels}})["failure"]
    assert told == {"Error": "WaveFailed", "failures": failures}
    assert known.causes(told) == failures


def test_a_channel_that_was_not_made_says_so():
    given = {
        "campaign": {},
        "channel": {"position": 3, "name": "x"},
        "failure": {"Error": "NoAnswer", "Cause": "{}"},
    }
    told = played(state(ADD, "Channel Not Created"), given)
    assert told == {"ok": False, "position": 3, "failure": given["failure"]}


# ---- To the next wave ----

PLANNED = waves.cut([{"name": f"c{n}", "position": n} for n in range(5)], 2)
MADE = [[{"ok": True, "position": one["position"]} for one in wave] for wave in PLANNED]
DIED = {"Error": "States.Timeout", "Cause": "x"}
EDITS = {**edits.NONE_YET, "left": 3, "died": DIED}


def test_a_wave_goes_on_without_progress_as_with_it():
    first = {**waves.first(PLANNED, edits.ON_ITS_WAY), "edits": {"died": DIED}}
    second = {**waves.after(first, PLANNED, MADE[0], edits.NONE_YET), "edits": EDITS}
    for building, made in ((first, MADE[0]), (second, MADE[1])):
        data = {"waves": PLANNED, "last": 2, "building": building, "made": {"channels": made}}
        gone_on = played(state(ADD, "Go On without Progress"), data)
        edited = building["edits"]
        assert gone_on == {**data, "building": waves.after(building, PLANNED, made, edited)}


def test_what_killed_a_progress_is_told_beside_what_was_known_of_the_message():
    """The known state of the message stays; `died` only adds that the edit may arrive late."""
    for box in PROGRESS:
        [rule] = TASKS[box]["Catch"]
        assert rule["ResultPath"].endswith("edits.died"), box


def test_where_progress_died_at_the_start_the_first_wave_is_made():
    building = {**waves.first(PLANNED, edits.ON_ITS_WAY), "edits": {"died": DIED}}
    told = played(state(ADD, "Progress Not Shown"), {"building": building, "campaign": {}})
    # The other branch returns the campaign; both outputs are merged.
    assert told == {"building": building}
    selector = state(ADD, "Report Progress at Start")["ResultSelector"]
    assert selector == {"building.$": "$"}
    assert "ResultPath" not in state(ADD, "Report Progress at Start")
