"""Discord's 429: a Lambda sleeps for a short wait, a state waits longer, too long a wait fails."""

import pytest

from channelwright.campaign.deadlines import build_deadline

CALLS = {
    "Create Role": {"method": "POST", "path": "/roles$"},
    "Create Category": {"method": "POST", "path": "/channels$", "body_contains": '"type": 4'},
    "Create Channel": {"method": "POST", "path": "/channels$", "body_contains": '"dice-rolls"'},
}
LIMITED = {"message": "You are being rate limited.", "retry_after": 61.5, "global": False}


def limit(stage, call, retry_after, **how) -> None:
    body = {**LIMITED, "retry_after": retry_after}
    stage.discord.faults.add(**call, status=429, body=body, **how)


def test_a_short_limit_is_slept_in_the_lambda(stage):
    limit(stage, CALLS["Create Role"], 1.25)
    run = stage.run()
    assert run.output["status"] == "created"
    assert "Wait for Discord" not in run.states


def test_a_limit_beyond_the_deadline_fails_at_once(stage):
    limit(stage, CALLS["Create Role"], 14 * 3600 - 60)
    run = stage.run()
    assert run.error == "CampaignFailed"
    assert "making this bot wait 14 hours before it can create a role." in stage.messages[-1]
    assert "Wait for Discord" not in run.states
    stage.assert_nothing_left()


LONG = {**LIMITED, "retry_after": 13.5 * 3600}


@pytest.mark.parametrize(
    ("fault", "scope", "words"),
    [
        ({"body": LONG}, "user", " before it can create a role"),
        (
            {"body": LONG, "headers": {"X-RateLimit-Scope": "shared"}},
            "shared",
            " before it can create a role",
        ),
        ({"body": LONG, "headers": {"X-RateLimit-Scope": "global"}}, "global", ""),
        ({"body": LONG, "headers": {"X-RateLimit-Global": "true"}}, "global", ""),
        ({"body": {**LONG, "global": True}}, "global", ""),
        ({"body": "error 1015", "headers": {"Retry-After": "48600"}}, "cloudflare", ""),
    ],
)
def test_the_limits_are_told_apart(stage, caplog, fault, scope, words):
    caplog.set_level("INFO", logger="channelwright")
    stage.discord.faults.add(**CALLS["Create Role"], status=429, **fault)
    run = stage.run()
    assert run.error == "CampaignFailed"
    assert f"Discord is making this bot wait 14 hours{words}. Try" in stage.messages[-1]
    assert f"rate limit ({scope}): wait 48600.0 s to create a role" in caplog.text
    stage.assert_nothing_left()


def test_an_answer_of_cloudflare_has_no_json(stage):
    stage.discord.faults.add(**CALLS["Create Category"], status=429, body="error code: 1015")
    run = stage.run()
    assert run.output["status"] == "created"
    assert stage.clock.waits[0] >= 60


def test_limits_without_end_end_at_the_deadline(stage):
    limit(stage, CALLS["Create Channel"], 100, times=None)
    request = stage.request()
    run = stage.interpreter.run(request)
    assert run.error == "CampaignFailed"
    creates = [call for call in stage.discord.requests if call["path"].endswith("/channels")]
    made = [call["at"] for call in creates if call["method"] == "POST"]
    assert max(made) < build_deadline(stage.asked)
    assert "Try again after that." in (stage.messages + stage.in_channel)[-1]
    stage.assert_nothing_left()


def test_after_limits_without_end_the_message_still_can_be_edited(stage):
    limit(stage, CALLS["Create Channel"], 100, times=None)
    stage.run()
    assert stage.messages[-1].endswith("Nothing was left behind.")
    assert stage.in_channel == []


def test_a_limit_that_says_no_time_breaks_nothing(stage):
    """Neither of Discord's two places for the wait has a number."""
    body = {"message": "?", "retry_after": "soon", "global": False}
    stage.discord.faults.add(
        **CALLS["Create Role"], status=429, body=body, headers={"Retry-After": "later"}
    )
    run = stage.run()
    assert run.output["status"] == "created"
    assert stage.clock.waits[0] >= 60
