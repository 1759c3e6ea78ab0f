"""Cloudflare stands in front of Discord, with its own outages and bans."""

import pytest

from channelwright.campaign import layout

NETWORK_ERROR = {"status": 403, "body": {"message": "internal network error", "code": 40333}}
HTML = {"status": 403, "body": "<html>error code: 1020</html>"}
OVERLOADED = {"status": 503, "body": "<html>503 Service Temporarily Unavailable</html>"}
BANNED = {"code": 0, "message": "You are being blocked from accessing our API temporarily"}
CALLS = 25


@pytest.mark.parametrize("answer", [NETWORK_ERROR, HTML, OVERLOADED], ids=["JSON", "HTML", "503"])
@pytest.mark.parametrize("seconds", [5, 20, 60, 200])
@pytest.mark.parametrize("since", range(0, CALLS, 4))
def test_an_outage_ends_well_whenever_it_comes(stage, answer, seconds, since):
    """The campaign is whole or completely undone, and the game master learns which."""
    stage.discord.faults.add(skip=since, seconds=seconds, **answer)
    stage.run()
    said = [*stage.messages, *stage.in_channel][-1]
    if "Campaign Created" in said:
        roles, channels = stage.standing()
        assert len(roles - stage.before[0]) == 1
        assert {"My Campaign", *(one["name"] for one in layout.load())} <= channels
    else:
        stage.assert_nothing_left()
        assert "Discord did not answer" in said


def test_what_the_edge_refuses_is_not_refused(stage):
    """The create is retried after an error that did not come from Discord."""
    stage.discord.faults.add(method="POST", path="/roles$", **NETWORK_ERROR)
    assert stage.run().output["status"] == "created"


def test_a_banned_address_promises_nothing(stage):
    stage.discord.faults.add(method="POST", path="/roles$", status=429, body=BANNED, times=None)
    run = stage.run()
    assert run.error == "CampaignFailed"
    assert "minute" not in stage.messages[-1]
    stage.assert_nothing_left()


def limited(stage):
    return [call for call in stage.discord.requests if call["status"] == 429]


@pytest.mark.parametrize(
    "call",
    [
        {},
        {"method": "GET"},
        {"method": "POST", "path": "/roles$"},
        {"method": "POST", "path": "/channels$", "skip": 1},
        {"method": "PUT"},
        {"method": "PATCH"},
    ],
    ids=str,
)
def test_limits_of_nearly_nothing_without_end_are_not_asked_for_again_and_again(stage, call):
    body = {"message": "You are being rate limited.", "retry_after": 0.03, "global": False}
    stage.discord.faults.add(**call, status=429, body=body, times=None)
    stage.run()
    assert 0 < len(limited(stage)) < 40


@pytest.mark.parametrize("path", ["", "/channels/", "/roles/"])
def test_neither_are_deletions(stage, path):
    body = {"message": "You are being rate limited.", "retry_after": 0.03, "global": False}
    forbidden = {"message": "Missing Permissions", "code": 50013}
    stage.discord.faults.add(
        method="POST", body_contains='"gm-planning"', status=403, body=forbidden
    )
    stage.discord.faults.add(method="DELETE", path=path, status=429, body=body, times=None)
    stage.run()
    assert 0 < len(limited(stage)) < 40
