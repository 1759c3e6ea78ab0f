"""After a limit of more than a moment, the state that had to wait runs again, and no other."""

import json

import pytest

from channelwright.discord.edits import FIRST_EDIT_SECONDS
from tests.statemachine.reports import said_at

CALLS = {
    "Plan Campaign": {"method": "GET", "path": "/users/@me"},
    "Create Role": {"method": "POST", "path": "/roles$"},
    "Create Category": {"method": "POST", "path": "/channels$", "body_contains": '"type": 4'},
    "Create Channel": {"method": "POST", "path": "/channels$", "body_contains": '"dice-rolls"'},
    "Complete Campaign": {"method": "PUT", "path": "/roles/"},
    "Report Completion": {"path": "@original", "body_contains": "Campaign Created"},
    "Report Rejection": {"path": "@original", "body_contains": "Could not create"},
    "Write in Channel": {"method": "POST", "path": "/messages$"},
    "Find Created": {"method": "GET", "path": "/roles$"},
    "Report Failure": {"path": "@original", "body_contains": "Could not create"},
}
REMOVAL = {"Find Created", "Report Failure"}
# *Who Had to Wait?* leads to these states; otherwise, back to the same state.
BACK = {"Create Role": "Begin Building", "Report Failure": "Find Created"}
FORBIDDEN = {"message": "Missing Permissions", "code": 50013}
WAIT = 61.5
LIMITED = {"message": "You are being rate limited.", "retry_after": WAIT, "global": False}


def limit(stage, call, **how):
    stage.discord.faults.add(**call, status=429, body=LIMITED, **how)


def play(stage, state):
    """Run a campaign in which the state's first call is limited; return the state's execution."""
    if state == "Report Rejection":
        assert stage.run().output["status"] == "created"  # the name is taken now
        stage.discord.clear_requests()
        stage.clock.waits.clear()
    if state == "Write in Channel":
        stage.discord.faults.add(path="@original", status=404, times=None)
    if state in REMOVAL:
        stage.discord.faults.add(method="POST", body_contains='"gm-planning"', status=403)
    limit(stage, CALLS[state])
    run = stage.run()
    return run.removal if state in REMOVAL else run


@pytest.mark.parametrize("state", CALLS)
def test_who_had_to_wait_is_next_after_a_visible_wait(stage, state):
    run = play(stage, state)
    assert run.status == "SUCCEEDED", run.cause
    # An item of a Map has its own Wait state.
    wait = "Wait to Create Channel" if state == "Create Channel" else "Wait for Discord"
    before, after = (
        run.states[: run.states.index(wait)],
        run.states[run.states.index(wait) + 1 :],
    )
    back = BACK.get(state, state)
    assert after[int(after[0] == "Who Had to Wait?")] == back
    assert state in after
    assert back in before
    # The call is repeated neither too early nor much too late, and nothing is created twice.
    [limited] = [call for call in stage.discord.requests if call["status"] == 429]
    again = next(
        call
        for call in stage.discord.requests
        if call["at"] > limited["at"]
        and (call["method"], call["path"], call["body"])
        == (limited["method"], limited["path"], limited["body"])
    )
    assert WAIT <= again["at"] - limited["at"] <= WAIT + 1.5
    created = [str(call["body"]) for call in stage.discord.requests if call["status"] == 201]
    assert len(created) == len(set(created))
    if state in REMOVAL:
        stage.assert_nothing_left()


@pytest.mark.parametrize("scenario", ["a rejection", "a summary", "a failure"])
def test_who_had_to_wait_in_the_channel_says_the_same_there(stage, scenario):
    words = "Could not create"
    if scenario == "a rejection":
        assert stage.run().output["status"] == "created"  # the name is taken now
    elif scenario == "a failure":
        stage.discord.faults.add(method="POST", body_contains='"dice-rolls"', status=403)
    else:
        words = "Campaign Created"
    dead = {"message": "Invalid Webhook Token", "code": 50027}
    stage.discord.faults.add(
        path="@original", body_contains=words, status=401, body=dead, times=None
    )
    limit(stage, CALLS["Write in Channel"])
    stage.discord.clear_requests()
    run = stage.run()
    run = run.removal if scenario == "a failure" else run
    assert run.status == "SUCCEEDED"
    [said] = stage.in_channel
    assert words in said
    assert run.states.count("Write in Channel") == 2
    # The refused edit is not retried.
    assert [call["status"] for call in stage.discord.requests].count(401) == 1


@pytest.mark.parametrize("scenario", ["a rejection", "a summary", "a failure"])
def test_a_word_in_the_channel_that_discord_is_too_broken_for_is_repeated(stage, scenario):
    if scenario == "a rejection":
        assert stage.run().output["status"] == "created"
    elif scenario == "a failure":
        stage.discord.faults.add(method="POST", body_contains='"dice-rolls"', status=403)
    words = "Campaign Created" if scenario == "a summary" else "Could not create"
    stage.discord.faults.add(path="@original", body_contains=words, status=401, times=None)
    stage.discord.faults.add(**CALLS["Write in Channel"], status=503, times=4)
    run = stage.run()
    run = run.removal if scenario == "a failure" else run
    assert run.status == "SUCCEEDED"
    assert run.states.count("Write in Channel") == 1
    [said] = stage.in_channel
    assert words in said


def looks(stage, path):
    """Return how often a list was requested between the first POST and the last one."""
    made = [n for n, call in enumerate(stage.discord.requests) if call["method"] == "POST"]
    between = stage.discord.requests[made[0] : made[-1]]
    return [call["method"] for call in between if call["path"].endswith(path)].count("GET")


@pytest.mark.parametrize(
    ("state", "path"), [("Create Role", "/roles"), ("Create Category", "/channels")]
)
def test_a_create_that_only_waited_does_not_look_before_it_creates_again(stage, state, path):
    """Discord did nothing when it asked for the wait."""
    play(stage, state)
    assert looks(stage, path) == 0


def test_a_channel_that_only_waited_does_not_look_before_it_is_created_again(stage):
    play(stage, "Create Channel")
    assert looks(stage, "/channels") == 0


MADE = {
    "Create Role": ("create_role", "/roles"),
    "Create Category": ("create_category", "/channels"),
    "Create Channel": ("create_channel", "/channels"),
}


def results(stage, function, name):
    """Return the events of a function's invocations for one thing."""
    return [
        event
        for each, event in stage.lambdas.calls
        if each == function and event.get("channel", {}).get("name") in {None, name}
    ]


@pytest.mark.parametrize("state", MADE)
def test_what_only_waited_is_no_repeated_one(stage, state):
    """No second one can exist, so a look-alike is somebody's copy."""
    play(stage, state)
    function, _ = MADE[state]
    first, second = results(stage, function, "dice-rolls")
    assert first["rate_limit"] is None
    assert (second["rate_limit"]["state"], second["rate_limit"]["attempt"]) == (state, "first")
    completed = next(event for name, event in stage.lambdas.calls if name == "complete_campaign")
    assert not any('"repeated": true' in json.dumps(completed[one]) for one in ("campaign", "made"))


@pytest.mark.parametrize("state", MADE)
@pytest.mark.parametrize("effect", ["before", "after"])
def test_what_was_perhaps_made_before_the_wait_is_looked_for_after_it(stage, state, effect):
    """Discord fails at the first attempt, and limits the second one."""
    function, path = MADE[state]
    stage.discord.faults.add(**CALLS[state], status=500, effect=effect)
    limit(stage, {"method": "GET", "path": f"{path}$"}, skip=int(path == "/channels"))
    run = stage.run()
    assert run.output["status"] == "created"
    *_, last = results(stage, function, "dice-rolls")
    assert (last["rate_limit"]["state"], last["rate_limit"]["attempt"]) == (state, "again")
    assert looks(stage, path) == 2
    posts = [call for call in stage.discord.requests if call["status"] == 201]
    bodies = [json.dumps(call["body"]) for call in posts]
    assert len(bodies) == len(set(bodies))


@pytest.mark.parametrize("state", MADE)
def test_what_is_refused_after_it_only_waited_was_not_made(stage, state):
    """The outcome is known, so the bot neither waits nor looks."""
    limit(stage, CALLS[state])
    stage.discord.faults.add(**CALLS[state], status=403, body=FORBIDDEN)
    run = stage.run()
    assert "DiscordRefused" in run.cause
    assert "EarlierOutcomeUnknown" not in run.cause
    assert run.removal.status == "SUCCEEDED"
    stage.assert_nothing_left()
    [refused] = [call["at"] for call in stage.discord.requests if call["status"] == 403]
    # Nobody knows whether Discord accepts another edit after the first one, beside the role.
    first_edit = FIRST_EDIT_SECONDS if state == "Create Role" else 0
    assert said_at(stage, "Could not create")[0] == refused + first_edit
    assert looks(stage, MADE[state][1]) == 0


@pytest.mark.parametrize("state", ["Plan Campaign", "Create Role"])
def test_a_create_does_not_look_because_another_state_had_to_wait(stage, state):
    """The category's event still has *Create Role*'s wait."""
    play(stage, state)
    entered = next(event for name, event in stage.lambdas.calls if name == "create_category")
    told = entered["rate_limit"]
    assert told is None if state == "Plan Campaign" else told["state"] == state
    assert looks(stage, "/channels") == 0


def test_a_create_that_is_limited_for_another_time_does_not_look_either(stage):
    limit(stage, CALLS["Create Category"], times=3)
    run = stage.run()
    assert run.output["status"] == "created"
    assert run.states.count("Create Category") == 4
    assert looks(stage, "/channels") == 0
    names = [channel["name"] for channel in stage.discord.snapshot()["channels"]]
    assert names.count("My Campaign") == 1


def test_several_states_wait_one_after_another(stage):
    for state in ("Plan Campaign", "Create Role", "Create Category", "Complete Campaign"):
        # The first assignment runs beside the category.
        limit(stage, CALLS[state], times=2 if state == "Complete Campaign" else 1)
    run = stage.run()
    assert run.output["status"] == "created"
    waited = [event for event in run.states if event == "Who Had to Wait?"]
    assert len(waited) == 5  # the last time to check that the role lasts
    assert looks(stage, "/roles") == looks(stage, "/channels") == 0
