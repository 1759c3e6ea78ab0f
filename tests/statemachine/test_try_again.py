"""*Try again* below a failure: the same name, by whoever presses, checked anew."""

import json

import pytest

import interaction
from channelwright.discord import permissions
from local.simulator.guild import Channel
from tests.statemachine.deleting import new_member, press_below
from tests.statemachine.test_records import refuse_a_channel

NAME = "Curse of *Strahd*"
NOT_MADE = {"method": "DELETE", "status": 403, "body": {"message": "No", "code": 50013}}


def fail(stage, name=NAME, **build):
    """Let a campaign fail, and Discord be well afterwards."""
    refuse_a_channel(stage)
    run = stage.interpreter.run(stage.request(name, **build))
    assert run.error == "CampaignFailed"
    stage.discord.faults.clear()
    return run


def press(stage, **build):
    """Press the button below the last message; return the answer and what is queued."""
    signed = press_below(stage, stage.asked, **build)
    answer = interaction.handler({"headers": signed.headers, "body": signed.body}, None)
    said = json.loads(answer["body"])
    stage.discord.receive(signed.id, said)
    stage.asked = signed.id
    return said, stage._queue.take()


def shown(stage):
    return stage.discord.messages(stage.asked)[-1]


def test_a_failure_that_left_nothing_can_be_tried_again(stage):
    fail(stage)
    [row] = shown(stage)["components"]
    assert [(one["label"], one["style"]) for one in row["components"]] == [("Try again", 2)]


def test_a_press_creates_the_campaign_in_a_message_of_its_own(stage):
    fail(stage)
    failed = stage.asked
    answer, [message] = press(stage)
    assert answer == {"type": 5}
    assert stage.interpreter.run(message).output["status"] == "created"
    assert stage.messages[-1].startswith("✅ **Campaign Created: Curse of \\*Strahd\\***")
    assert stage.discord.messages(failed)[-1]["content"].startswith("❌ **Could not create")
    assert NAME in stage.standing()[1]


def test_whoever_presses_is_its_game_master(stage):
    fail(stage)
    administrator = new_member(stage, permissions.ADMINISTRATOR)
    _, [message] = press(stage, user_id=administrator)
    assert message["user_id"] == administrator
    run = stage.interpreter.run(message)
    member = stage.discord.guild().members[administrator]
    assert run.output["role_id"] in member.role_ids


def test_whoever_may_not_create_a_campaign_is_told_why_in_private(stage):
    fail(stage)
    player = new_member(stage)
    answer, queued = press(stage, user_id=player)
    assert queued == []
    assert answer["data"]["flags"] == 64
    assert "You need the permissions" in answer["data"]["content"]
    assert answer["data"]["content"].endswith("Nothing was created.")


def test_it_is_checked_anew(stage):
    fail(stage)
    guild = stage.discord.guild()
    guild.channels["5"] = Channel("5", guild.id, 4, NAME, 9, created_by="1")
    _, [message] = press(stage)
    assert stage.interpreter.run(message).output["status"] == "rejected"
    assert shown(stage)["components"] == []


def test_what_failed_in_private_is_tried_again_in_private(stage):
    fail(stage, private=True)
    answer, [message] = press(stage)
    assert answer == {"type": 5, "data": {"flags": 64}}
    assert message["private"] == "yes"


def test_a_failure_that_left_something_behind_cannot(stage):
    stage.discord.faults.add(**NOT_MADE, path="/channels/", times=99)
    refuse_a_channel(stage)
    stage.run(NAME)
    assert "Left behind:" in stage.messages[-1]
    assert shown(stage)["components"] == []


def test_a_failure_in_the_channel_can_be_tried_again_too(stage):
    dead = {"method": "PATCH", "status": 401, "body": {"message": "Invalid", "code": 50027}}
    stage.discord.faults.add(**dead, body_contains="Could not create", times=99)
    fail(stage)
    [message] = stage.written_in_channel
    custom_id = message.components[0]["components"][0]["custom_id"]
    signed = stage.discord.build_press(message.id, custom_id)
    interaction.handler({"headers": signed.headers, "body": signed.body}, None)
    [queued] = stage._queue.take()
    assert queued["campaign_name"] == NAME


@pytest.mark.parametrize(("name", "has_one"), [("x" * 80, True), ("🎲" * 80, False)])
def test_the_longest_names_fit_unless_discord_may_count_them_as_longer(stage, name, has_one):
    fail(stage, name)
    assert bool(shown(stage)["components"]) == has_one
    if has_one:
        _, [message] = press(stage)
        assert message["campaign_name"] == name
