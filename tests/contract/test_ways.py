"""The states that may wait for Discord, where they continue, and what a Choice compares."""

import json
import re

import pytest

from channelwright import errors
from channelwright.archive.steps import Progress
from channelwright.campaign import removal
from channelwright.webhooks import schedule
from channelwright.webhooks.outcome import Outcome
from tests.contract.machines import (
    ADD,
    ARCHIVE,
    CREATES,
    DELETE,
    DELIVER,
    FUNCTIONS,
    MACHINES,
    MEMBERS,
    REMOVE,
    SHOW,
    STATES,
    TASKS,
    played,
    state,
)

UNTIL = "2026-11-23T15:04:06Z"
# The only variables of a Choice that may be missing.
MAY_BE_MISSING = {
    (ADD, "Wave Built?"): {"$.building.edits.died"},
    (DELIVER, "Is It Off?"): {"$.switch.Item"},
    (DELETE, "Has It Controls?"): {"$.request.message_id"},
    (DELETE, "Is It Being Removed?"): {"$.preview.known"},
    (MEMBERS, "Has Anything Changed?"): {"$.answer.event"},
    (ARCHIVE, "Has Anything Changed?"): {"$.archive.event"},
    (REMOVE, "What Is Left?"): {"$.not_edited"},
    (REMOVE, "Can It Be Edited?"): {"$.not_edited"},
    (REMOVE, "Was It Told?"): {"$.not_told"},
    (REMOVE, "How Did It End?"): {"$.known.campaign.here"},
}


@pytest.mark.parametrize("attempt", ["first", "again"])
@pytest.mark.parametrize(
    "kind", [errors.RateLimited, errors.EarlierChangeUnknown, errors.EarlierEditUnknown]
)
@pytest.mark.parametrize(
    ("machine", "title"),
    [
        *(
            (machine, "Read Rate Limit")
            for machine in (ADD, REMOVE, DELETE, SHOW, ARCHIVE, MEMBERS)
        ),
        (ADD, "Read Channel's Rate Limit"),
        (ARCHIVE, "Read Write's Rate Limit"),
    ],
)
def test_a_rate_limit_is_read_as_the_error_says_it(machine, title, kind, attempt):
    limited = kind(UNTIL, "user")
    limited.state, limited.attempt, limited.times = "Create Role", attempt, 3
    cause = {"errorMessage": str(limited), "errorType": kind.__name__, "stackTrace": ["x"]}
    caught = {"Error": kind.__name__, "Cause": json.dumps(cause)}
    read = played(state(machine, title), {"campaign": 1, "rate_limit": caught})
    assert (read["campaign"], read["rate_limit"]["until"]) == (1, UNTIL)
    assert read["rate_limit"]["state"] == "Create Role"
    # A last word that waited for an earlier edit need not do so again.
    named = {} if title != "Read Rate Limit" else {"error": kind.__name__}
    # A removal creates nothing, and a look changes nothing.
    is_told = machine in {ADD, DELETE, ARCHIVE, MEMBERS}
    named |= {"attempt": attempt} if is_told else {}
    assert read["rate_limit"] == {"until": UNTIL, "state": "Create Role", "times": "3"} | named


@pytest.mark.parametrize("box", sorted(CREATES), ids=str)
def test_whoever_makes_something_is_told_of_its_wait(box):
    """The wait marks a retry, which has to check first what exists."""
    assert TASKS[box]["Parameters"]["rate_limit.$"] == "$.rate_limit"


def test_a_look_is_waited_for_wherever_it_comes_from():
    """Deletions are reported before the next ones begin."""
    leading = {box.title for box, one in STATES.items() if one.get("Next") == "Find Created"}
    assert leading == {"Wait to Look", "Wait for Discord"}
    assert state(REMOVE, "Wait to Look")["SecondsPath"] == "$.removal.wait_seconds"
    assert MACHINES[REMOVE]["StartAt"] == "Claim Campaign"
    assert state(REMOVE, "Claim Campaign")["Next"] == "Report Removal"
    assert state(REMOVE, "Delete All Created")["Next"] == "Report Removal"
    assert state(REMOVE, "Report Removal")["Next"] == "Wait to Look"
    again = {rule["Next"] for rule in state(REMOVE, "What Is Left?")["Choices"]}
    assert again == {"Delete All Created", "Wait to Look", "Write in Channel"}


def waiting(machine):
    """Return the states that may have to wait, each with the state to return to."""
    back = {}
    for box, one in STATES.items():
        if box.machine != machine or not leads(one, "Read Rate Limit"):
            continue
        inner = [each for each in TASKS if each.inside == (box.title,)]
        # A branch that catches all lets no rate limit out.
        limited = [each.title for each in inner if "Catch" not in TASKS[each]]
        back |= dict.fromkeys(limited if inner else [box.title], box.title)
    return back


def leads(one, title):
    return any(rule["Next"] == title for rule in one.get("Catch", []))


def test_whoever_had_to_wait_goes_on():
    choice = state(ADD, "Who Had to Wait?")
    named = {
        rule["StringEquals"]: rule["Next"]
        for rule in choice["Choices"]
        if rule["Variable"] == "$.rate_limit.state"
    }
    assert len(named) == len(choice["Choices"])
    assert named | {"Write in Channel": choice["Default"]} == waiting(ADD)
    assert waiting(ADD)["Create Role"] == "Begin Building"
    assert state(ADD, "Read Rate Limit")["Next"] == "Wait for Discord"
    assert state(ADD, "Wait for Discord")["TimestampPath"] == "$.rate_limit.until"
    assert state(ADD, "Wait for Discord")["Next"] == "Who Had to Wait?"


@pytest.mark.parametrize("machine", [DELETE, SHOW, ARCHIVE])
def test_in_the_other_machines_too(machine):
    choice = state(machine, "Who Had to Wait?")
    named = {rule["StringEquals"]: rule["Next"] for rule in choice["Choices"]}
    assert {rule["Variable"] for rule in choice["Choices"]} == {"$.rate_limit.state"}
    assert named | {choice["Default"]: choice["Default"]} == waiting(machine)
    assert state(machine, "Read Rate Limit")["Next"] == "Wait for Discord"
    assert state(machine, "Wait for Discord")["TimestampPath"] == "$.rate_limit.until"
    assert state(machine, "Wait for Discord")["Next"] == "Who Had to Wait?"


def test_in_a_removal_a_fresh_look_comes_first_whoever_had_to_wait():
    assert waiting(REMOVE) == {
        title: title
        for title in ("Find Created", "Report Failure", "Write in Channel", "Delete Last Channel")
    }
    assert state(REMOVE, "Read Rate Limit")["Next"] == "Wait for Discord"
    assert state(REMOVE, "Wait for Discord")["TimestampPath"] == "$.rate_limit.until"
    assert state(REMOVE, "Wait for Discord")["Next"] == "Find Created"


def test_a_channel_that_had_to_wait_is_made_again():
    assert leads(state(ADD, "Create Channel"), "Read Channel's Rate Limit")
    assert state(ADD, "Read Channel's Rate Limit")["Next"] == "Wait to Create Channel"
    assert state(ADD, "Wait to Create Channel")["Next"] == "Create Channel"
    assert state(ADD, "Wait to Create Channel")["TimestampPath"] == "$.rate_limit.until"


def test_a_write_that_had_to_wait_is_done_again():
    assert leads(state(ARCHIVE, "Write Archive"), "Read Write's Rate Limit")
    assert state(ARCHIVE, "Read Write's Rate Limit")["Next"] == "Wait to Go On"
    assert state(ARCHIVE, "Wait to Go On")["Next"] == "Write Archive"
    assert state(ARCHIVE, "Wait to Go On")["TimestampPath"] == "$.rate_limit.until"


def test_whoever_can_be_limited_waits_and_nobody_else():
    """A deletion returns its limit; progress skips the wait; *Find Blindly* calls nobody."""
    for box, task in TASKS.items():
        caught = {name for rule in task.get("Catch", [])[:-1] for name in rule["ErrorEquals"]}
        is_last_edit = box.title in {"Report Rejection", "Report Completion", "Report Failure"}
        assert ("EarlierEditUnknown" in caught) == is_last_edit, box
    every = {box.title for box in FUNCTIONS}
    machines = (ADD, REMOVE, DELETE, SHOW, MEMBERS, ARCHIVE)
    patient = {title for machine in machines for title in waiting(machine)}
    patient |= {"Create Channel", "Change Member", "Write Archive"}
    assert every - patient == {
        "Complete Members",
        "Delete Created",
        "Find Blindly",
        "Remove Controls",
        "Report Progress",
        "Report Progress at Start",
        "Report Removal",
    }


# ---- Choices ----


def test_no_choice_infers():
    """A Choice compares variables that exist, or checks first whether one is present."""
    asked = {}
    for box, one in STATES.items():
        if one["Type"] == "Choice":
            text = json.dumps(one["Choices"])
            asked[box[:2]] = set(re.findall(r'"Variable": "([^"]+)", "IsPresent": true', text))
            assert text.count("IsPresent") == len(asked[box[:2]])
            assert "And" not in text
            assert "IsNull" not in text
    assert {box: variables for box, variables in asked.items() if variables} == MAY_BE_MISSING


def test_what_an_archivings_choice_compares_it_is_handed():
    text = json.dumps(state(ARCHIVE, "What Is Left?")["Choices"])
    words = set(re.findall(r'"\$\.archive\.(\w+)", "StringEquals": "(\w+)"', text))
    assert words == {
        *(("next", next_) for next_ in ("show", "release", "write")),
        ("status", "created"),
    }
    assert "write" in Progress.__annotations__["next"].__args__
    assert "created" in Progress.__annotations__["status"].__args__


def test_what_a_choice_compares_it_is_handed():
    """The definition uses the code's words for the removal's next step."""
    words = set(
        re.findall(r'"\$\.removal\.next", "StringEquals": "([\w ]+)"', json.dumps(MACHINES[REMOVE]))
    )
    assert words == {"delete", "look again", "finished"} == set(removal.Next.__args__) - {"look"}


def test_what_a_deliverys_choice_compares_it_is_handed():
    """The definition uses the sender's words for what comes next."""
    choices = state(DELIVER, "How Did It End?")["Choices"]
    words = {rule["StringEquals"] for rule in choices if "StringEquals" in rule}
    assert words | {"retry"} == set(Outcome.__annotations__["next"].__args__)
    [last] = [rule["NumericGreaterThan"] for rule in choices if "NumericGreaterThan" in rule]
    assert last == schedule.ATTEMPTS
    assert set(state(DELIVER, "Not Sent")["Parameters"]) == {
        f"{name}.$" if name in {"url", "attempt", "reason"} else name
        for name in Outcome.__annotations__
    }
