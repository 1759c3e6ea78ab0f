"""An execution's output is the same, however its final message was sent."""

import json

import pytest

from local.simulator.guild import Role
from tests.statemachine.interpreter import TIMED_OUT

FORBIDDEN = {"message": "Missing Permissions", "code": 50013}
CREATED = {"status", "interaction_id", "guild_id", "role_id", "category_id", "channel_ids"}
REJECTED = {"status", "interaction_id", "guild_id", "reasons"}

# Faults of the final message, by the way that it then takes.
WAYS = {
    "at once": [],
    "after a wait": [{"status": 429, "body": {"retry_after": 61.5, "message": "?"}}],
    "at the second attempt": [{"connection": "reset"}],
    "in the channel": [{"status": 404, "body": {"message": "?", "code": 10015}, "times": None}],
}


@pytest.fixture
def way(stage, request):
    """Return a function that adds this way's faults of the message with these words."""

    def let_come(words):
        for fault in WAYS[request.param]:
            stage.discord.faults.add(path="@original", body_contains=words, **fault)

    return let_come


@pytest.mark.parametrize("way", WAYS, indirect=True)
def test_a_campaign_that_was_created(stage, way):
    way("Campaign Created")
    run = stage.run()
    assert run.status == "SUCCEEDED"
    assert run.output.keys() == CREATED
    assert run.output["status"] == "created"
    assert run.output["interaction_id"] == stage.asked
    assert run.output["guild_id"] == stage.discord.info["guild_id"]
    guild = stage.discord.guild()
    assert guild.roles[run.output["role_id"]].name == "My Campaign Members"
    assert guild.channels[run.output["category_id"]].name == "My Campaign"
    assert len({guild.channels[id_].name for id_ in run.output["channel_ids"]}) == 10


@pytest.mark.parametrize("way", WAYS, indirect=True)
def test_a_campaign_that_was_rejected(stage, way):
    stage.discord.guild().roles["77"] = Role("77", "My Campaign Members", 0, 1)
    way("Could not create")
    run = stage.run()
    assert run.status == "SUCCEEDED"
    assert run.output.keys() == REJECTED
    assert run.output["status"] == "rejected"
    assert run.output["interaction_id"] == stage.asked
    assert run.output["guild_id"] == stage.discord.info["guild_id"]
    assert all(
        reason in (stage.messages + stage.in_channel)[-1] for reason in run.output["reasons"]
    )


def test_a_build_that_failed_has_its_failure_for_a_cause(stage):
    stage.discord.faults.add(method="POST", body_contains='"type": 4', status=403, body=FORBIDDEN)
    run = stage.run()
    assert (run.status, run.error, run.output) == ("FAILED", "CampaignFailed", None)
    failure = json.loads(run.cause)
    assert failure["Error"] == "DiscordRefused"
    assert "create the category" in json.loads(failure["Cause"])["errorMessage"]


def test_a_state_that_was_given_up_is_a_cause_too(stage):
    stage.lambdas.deaths["create_category"] = [("before", TIMED_OUT)] * 9
    run = stage.run()
    assert run.error == "CampaignFailed"
    assert json.loads(run.cause)["Error"] == TIMED_OUT
    assert f"the number {stage.asked}." in stage.messages[-1]


def test_a_removal_that_is_done_puts_out_no_more_than_it_must(stage):
    """Only operators read the output, and a state's data has the token that edits the message."""
    stage.discord.faults.add(method="POST", body_contains='"type": 4', status=403, body=FORBIDDEN)
    run = stage.run()
    assert run.removal.status == "SUCCEEDED"
    assert "reply" not in (run.removal.output or {})
