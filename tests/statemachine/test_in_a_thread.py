"""A campaign requested in a thread or a forum's post: the bot can write there, too."""

import pytest

from local.simulator.guild import Overwrite
from local.simulator.permissions import SEND_MESSAGES

DEAD_TOKEN = {"path": "@original", "status": 401, "body": {"message": "?", "code": 50027}}


@pytest.fixture(params=[10, 11, 12])
def thread(stage, request):
    """Add a thread to a channel in which the bot may send messages only in threads."""
    guild = stage.discord.guild()
    general = guild.channels[stage.discord.info["channel_id"]]
    bot_id = stage.discord.info["bot_user_id"]
    general.overwrites[bot_id] = Overwrite(bot_id, 1, 0, SEND_MESSAGES)
    return stage.discord.add_thread(general.id, type_=request.param)


def said_in(stage, thread):
    return [message.content for message in stage.discord.world.messages.get(thread, [])]


def test_it_is_created(stage, thread):
    assert stage.run(channel_id=thread).output["status"] == "created"
    assert "Campaign Created" in stage.messages[-1]


def test_the_last_word_is_written_there(stage, thread):
    stage.discord.faults.add(**DEAD_TOKEN, times=None)
    run = stage.run(channel_id=thread)
    assert run.states[-1] == "Write in Channel"
    assert "Campaign Created" in said_in(stage, thread)[-1]


def test_the_last_word_on_a_failure_is_written_there(stage, thread):
    stage.discord.faults.add(**DEAD_TOKEN, times=None)
    stage.discord.faults.add(method="POST", body_contains='"dice-rolls"', status=403)
    run = stage.run(channel_id=thread)
    assert run.removal.status == "SUCCEEDED"
    assert "Could not create" in said_in(stage, thread)[-1]
    stage.assert_nothing_left()
