"""Discord's 429: a short one is slept, a longer one is a wait one can see, one too long fails."""

from itertools import pairwise

import pytest

from channelwright.snowflake import created_at

CALLS = {
    "Plan Campaign": {"method": "GET", "path": "/users/@me"},
    "Create Role": {"method": "POST", "path": "/roles$"},
    "Create Category": {"method": "POST", "path": "/channels$", "body_contains": '"type": 4'},
    "Assign Role": {"method": "PUT", "path": "/roles/"},
    "Create Channel": {"method": "POST", "path": "/channels$", "body_contains": '"dice-rolls"'},
    "Complete Campaign": {"method": "GET", "path": "/roles$"},
    "Report Completion": {"path": "@original", "body_contains": "Campaign Created"},
}
LIMITED = {"message": "You are being rate limited.", "retry_after": 61.5, "global": False}


def limit(stage, call, retry_after, **how) -> None:
    body = {**LIMITED, "retry_after": retry_after}
    stage.discord.faults.add(**call, status=429, body=body, **how)


@pytest.mark.parametrize("state", CALLS)
def test_a_long_limit_is_a_visible_wait(stage, state):
    limit(stage, CALLS[state], 61.5)
    run = stage.run()
    assert run.output["status"] == "created"
    # In a Map or a Parallel, each has a wait of its own.
    own = f"Wait to {state}"
    wait = run.states.index(own if own in run.states else "Wait for Discord")
    assert state in run.states[wait:]
    assert run.states.count(state) == (11 if state == "Create Channel" else 2)
    assert len(stage.clock.waits) == 1


@pytest.mark.parametrize("state", CALLS)
def test_no_call_is_repeated_too_early(stage, state):
    limit(stage, CALLS[state], 61.5)
    stage.run()
    limited = [call for call in stage.discord.requests if call["status"] == 429]
    assert len(limited) == 1
    again = next(
        call
        for call in stage.discord.requests
        if call["at"] > limited[0]["at"]
        and (call["method"], call["path"], call["body"])
        == (limited[0]["method"], limited[0]["path"], limited[0]["body"])
    )
    assert 61.5 <= again["at"] - limited[0]["at"] <= 63


def test_a_short_limit_is_slept_in_the_lambda(stage):
    limit(stage, CALLS["Create Role"], 1.25, times=2)
    run = stage.run()
    assert run.output["status"] == "created"
    assert "Wait for Discord" not in run.states


def test_a_limit_beyond_the_deadline_fails_at_once(stage):
    limit(stage, CALLS["Create Role"], 14 * 3600 - 60)
    run = stage.run()
    assert run.error == "CampaignFailed"
    assert "Discord lets this bot create a role again in 14 hours." in stage.messages[-1]
    assert "Wait for Discord" not in run.states
    stage.assert_nothing_left()


LONG = {**LIMITED, "retry_after": 13.5 * 3600}


@pytest.mark.parametrize(
    ("fault", "scope", "words"),
    [
        ({"body": LONG}, "user", "create a role again"),
        (
            {"body": LONG, "headers": {"X-RateLimit-Scope": "shared"}},
            "shared",
            "create a role again",
        ),
        ({"body": LONG, "headers": {"X-RateLimit-Scope": "global"}}, "global", "go on"),
        ({"body": LONG, "headers": {"X-RateLimit-Global": "true"}}, "global", "go on"),
        ({"body": {**LONG, "global": True}}, "global", "go on"),
        ({"body": "error 1015", "headers": {"Retry-After": "48600"}}, "cloudflare", "go on"),
    ],
)
def test_the_limits_are_told_apart(stage, caplog, fault, scope, words):
    caplog.set_level("INFO", logger="channelwright")
    stage.discord.faults.add(**CALLS["Create Role"], status=429, **fault)
    run = stage.run()
    assert run.error == "CampaignFailed"
    assert f"Discord lets this bot {words} in 14 hours." in stage.messages[-1]
    assert f"rate limit ({scope}): create a role again in 48600.0 s" in caplog.text
    stage.assert_nothing_left()


def test_an_answer_of_cloudflare_has_no_json(stage):
    stage.discord.faults.add(**CALLS["Create Category"], status=429, body="error code: 1015")
    run = stage.run()
    assert run.output["status"] == "created"
    assert stage.clock.waits[0] >= 60


def test_limits_without_end_end_at_the_deadline(stage):
    limit(stage, CALLS["Create Channel"], 100, times=None)
    began = stage.clock.now()
    run = stage.run()
    assert run.error == "CampaignFailed"
    assert stage.clock.now() - began <= 15 * 60
    stage.assert_nothing_left()


def test_the_bucket_for_edits_is_never_exceeded(stage, monkeypatch):
    """One channel a wave: more edits than Discord allows in a few seconds."""
    monkeypatch.setenv("WAVE_SIZE", "1")
    began = stage.clock.now()
    run = stage.run()
    assert run.output["status"] == "created"
    assert len(stage.messages) == 11
    assert [call for call in stage.discord.requests if call["status"] == 429] == []
    assert stage.clock.now() > began


@pytest.mark.parametrize(
    ("edit", "wait"),
    [
        ("(0/10)", "Wait for Discord"),
        ("(4/10)", "Wait to Show Progress"),
        ("(8/10)", "Wait to Show Progress"),
    ],
)
def test_a_limited_edit_is_dropped_and_no_other_is_sent_before_its_time(stage, edit, wait):
    limit(stage, {"path": "@original", "body_contains": edit}, 61.5)
    run = stage.run()
    assert run.output["status"] == "created"
    assert wait in run.states
    assert not any(edit in message for message in stage.messages)
    times = [version["at"] for version in stage.discord.messages(stage.asked)]
    times.insert(0, created_at(stage.asked))
    assert max(later - one for one, later in pairwise(times)) >= 61.5


@pytest.mark.parametrize("edit", ["(0/10)", "(4/10)"])
def test_when_no_edit_is_allowed_in_time_it_is_undone_and_said_in_the_channel(stage, edit):
    limit(stage, {"path": "@original", "body_contains": edit}, 50_400)
    run = stage.run()
    assert run.error == "CampaignFailed"
    stage.assert_nothing_left()
    assert "Report Failure" not in run.states
    assert "Report Rollback" not in run.states
    [said] = stage.in_channel
    assert "Discord lets this bot edit its message again in 14 hours" in said
    assert said.endswith("Nothing was left behind.")


@pytest.mark.parametrize("connection", ["reset", "timeout"])
def test_after_an_edit_without_an_answer_no_other_is_sent_before_it_can_come_no_more(
    stage, connection
):
    stage.discord.faults.add(path="@original", body_contains="(4/10)", connection=connection)
    run = stage.run()
    assert run.output["status"] == "created"
    assert stage.clock.waits == [47.0]
    assert "Wait for Late Progress" in run.states


def test_a_limited_rejection_waits(stage):
    stage.discord.guild().roles[stage.discord.info["guild_id"]].permissions = 0
    assert stage.run().output["status"] == "created"
    limit(stage, {"path": "@original"}, 61.5)
    run = stage.run()  # the name is taken now
    assert run.output["status"] == "rejected"
    assert "Wait for Discord" in run.states


@pytest.mark.parametrize(
    ("call", "wait"),
    [
        ({"method": "GET", "path": "/roles$"}, "Wait for Discord"),
        ({"method": "DELETE", "path": "/channels/"}, "Wait to Delete Created"),
        ({"path": "@original", "body_contains": "Could not"}, "Wait for Discord"),
    ],
)
def test_the_rollback_waits_too(stage, call, wait):
    stage.discord.faults.add(method="POST", body_contains='"dice-rolls"', status=403)
    limit(stage, call, 61.5)
    run = stage.run()
    assert run.error == "CampaignFailed"
    assert wait in run.states
    assert stage.messages[-1].endswith("Nothing was left behind.")
    stage.assert_nothing_left()


DEAD_TOKEN = {"message": "Invalid Webhook Token", "code": 50027}
LAST_WORDS = {
    "Report Completion": "Campaign Created",
    "Report Failure": "Could not create",
    "Report Rejection": "Could not create",
}


@pytest.mark.parametrize("state", LAST_WORDS)
@pytest.mark.parametrize("fault", [{"status": 503}, {"status": 429, "body": LIMITED}])
def test_a_word_in_the_channel_is_tried_again_without_the_edit_that_was_refused(
    stage, state, fault
):
    if state == "Report Rejection":
        assert stage.run().output["status"] == "created"  # the name is taken now
    elif state == "Report Failure":
        stage.discord.faults.add(method="POST", body_contains='"dice-rolls"', status=403)
    words = LAST_WORDS[state]
    stage.discord.faults.add(
        path="@original", body_contains=words, status=401, body=DEAD_TOKEN, times=None
    )
    stage.discord.faults.add(method="POST", path="/messages$", **fault)
    stage.discord.clear_requests()
    run = stage.run()
    assert run.error == ("CampaignFailed" if state == "Report Failure" else None)
    [said] = stage.in_channel
    assert words in said
    assert run.states.count(state) == 1
    assert run.states.count(f"{state} in Channel") == (2 if fault["status"] == 429 else 1)
    refused = [call for call in stage.discord.requests if call["status"] == 401]
    assert len(refused) == 1
