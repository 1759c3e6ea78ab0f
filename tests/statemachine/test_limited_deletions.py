"""Discord limits deletions or looks: the removal waits in a Wait state, and goes on."""

import pytest

from channelwright.campaign.deadlines import REMOVAL_SECONDS
from channelwright.campaign.steps import MOST_LOOKS

FORBIDDEN = {"message": "Missing Permissions", "code": 50013}
WAIT = 61.5


@pytest.fixture(autouse=True)
def _refused_channel(stage):
    stage.discord.faults.add(
        method="POST", body_contains='"gm-planning"', status=403, body=FORBIDDEN
    )


def limit(stage, retry_after=WAIT, *, method="DELETE", **call):
    body = {"message": "You are being rate limited.", "retry_after": retry_after, "global": False}
    stage.discord.faults.add(method=method, status=429, body=body, **call)


def removal(stage):
    run = stage.run()
    assert run.error == "CampaignFailed"
    return run.removal


def undone(stage):
    run = removal(stage)
    assert run.status == "SUCCEEDED", run.cause
    stage.assert_nothing_left()
    assert stage.messages[-1].endswith("Nothing was left behind.")
    return run


def deletions(stage, path=""):
    return [
        call
        for call in stage.discord.requests
        if call["method"] == "DELETE" and path in call["path"]
    ]


@pytest.mark.parametrize("path", ["/channels/", "/roles/"])
@pytest.mark.parametrize("times", [1, 3])
def test_a_limited_deletion_waits_and_goes_on(stage, path, times):
    limit(stage, path=path, times=times)
    run = undone(stage)
    limited = [call for call in deletions(stage) if call["status"] == 429]
    assert len(limited) == times
    for call in limited:
        [*_, again] = [one for one in deletions(stage) if one["path"] == call["path"]]
        assert again["at"] - call["at"] >= WAIT
        assert again["status"] in {200, 204}
        assert again["at"] - call["at"] <= times * (WAIT + 4)
    assert "Not Deleted" not in run.states


def test_the_wait_is_the_machines_and_no_lambda_sleeps(stage):
    limit(stage, path="/channels/")
    request = stage.request()
    began = stage.clock.now()
    run = stage.interpreter.run(request).removal
    assert run.status == "SUCCEEDED"
    [waited] = stage.clock.waits
    assert WAIT <= waited == pytest.approx(stage.clock.now() - began)
    assert waited < WAIT + 2
    assert run.states.count("Wait to Look") > 1


def test_the_longest_of_several_limits_is_waited_for(stage):
    limit(stage, 10.0, path="/channels/")
    limit(stage, 90.0, path="/channels/")
    limit(stage, 30.0, path="/channels/")
    undone(stage)
    limited = [call["at"] for call in deletions(stage) if call["status"] == 429]
    assert len(limited) == 3
    later = [call["at"] for call in deletions(stage) if call["at"] > limited[0] + 5]
    assert min(later) - limited[0] >= 90


def test_what_was_deleted_beside_it_is_not_deleted_again(stage):
    limit(stage, path="/channels/")
    undone(stage)
    done = [call["path"] for call in deletions(stage) if call["status"] != 429]
    assert len(done) == len(set(done))


def test_a_short_limit_is_the_machines_to_wait_for_as_well(stage):
    """After it, one deletion alone tests whether Discord accepts deletions again."""
    limit(stage, 1.25, path="/channels/", times=2)
    undone(stage)
    assert stage.clock.waits == [2]


def test_limits_count_as_no_attempt(stage):
    """However often Discord limits the deletion, one refusal still does no harm."""
    limit(stage, 5.0, path="/roles/", times=6)
    stage.discord.faults.add(method="DELETE", path="/roles/", status=403, body=FORBIDDEN)
    undone(stage)
    assert [call["status"] for call in deletions(stage, "/roles/")] == [429] * 6 + [403, 204]


def test_more_waits_than_looks_are_allowed_end_well(stage):
    limit(stage, 20.0, path="/roles/", times=7)
    run = undone(stage)
    assert run.states.count("Find Created") > MOST_LOOKS


def test_a_limit_beyond_the_removals_patience_names_what_is_left(stage):
    limit(stage, REMOVAL_SECONDS + 1.0, path="/roles/", times=None)
    run = removal(stage)
    assert run.error == "CampaignNotUndone"
    assert "Left behind:" in stage.messages[-1]
    assert "**My Campaign Members**" in stage.messages[-1]
    assert len(deletions(stage, "/roles/")) == 1, "a second attempt would not help"
    assert stage.clock.waits == []


def test_limits_without_end_end_before_the_machine_does(stage):
    """The token has died by then, so the message is written in the channel."""
    limit(stage, 100.0, path="/roles/", times=None)
    request = stage.request()
    began = stage.clock.now()
    run = stage.interpreter.run(request)
    assert run.removal.error == "CampaignNotUndone"
    assert stage.clock.now() - began <= REMOVAL_SECONDS + 60
    assert "**My Campaign Members**" in stage.in_channel[-1]


@pytest.mark.parametrize("path", ["/channels$", "/roles$"])
def test_a_limited_look_waits(stage, path):
    limit(stage, method="GET", path=path, skip=int(path == "/channels$"))
    run = undone(stage)
    assert run.states.count("Wait for Discord") == 1
    assert "Find Blindly" not in run.states


def test_what_is_said_after_a_wait_is_true_then(stage):
    """The bot looks again before the message: somebody has deleted the role meanwhile."""
    stage.discord.faults.add(method="DELETE", path="/roles/", status=500, times=None)
    limit(stage, method="PATCH", body_contains="Could not create")

    def delete_by_hand(name, event):
        guild = stage.discord.guild()
        if name == "report" and event["says"] == "failure":
            assert event["rate_limit"] or event["removal"]["found"]
            for role in [*guild.roles.values()]:
                if role.name == "My Campaign Members":
                    guild.remove_role(role.id)

    stage.lambdas.on_invoke = delete_by_hand
    undone(stage)
    refused = [call for call in stage.discord.requests if call["method"] == "PATCH"]
    assert "Left behind" in str([call["body"] for call in refused if call["status"] == 429])
