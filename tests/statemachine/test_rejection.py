"""What the user can mend is explained, and is no failure."""

import pytest

from channelwright.permissions import MANAGE_CHANNELS, MANAGE_ROLES, VIEW_CHANNEL
from local.simulator.guild import Channel, Overwrite, Role

HEADING = "❌ **Could not create campaign: My Campaign**\n"


@pytest.fixture
def channel_moderator(stage):
    """Somebody who may manage the one channel where the command is run, but not the server."""
    user = stage.discord.info["player_id"]
    channel = stage.discord.guild().channels[stage.discord.info["channel_id"]]
    allow = VIEW_CHANNEL | MANAGE_CHANNELS | MANAGE_ROLES
    channel.overwrites[user] = Overwrite(user, 1, allow=allow, deny=0)
    return user


def rejected(stage, **build) -> str:
    stage.before = stage.standing()
    run = stage.run(**build)
    assert run.status == "SUCCEEDED"
    assert run.output["status"] == "rejected"
    assert run.output["reasons"]
    assert run.states == [
        "Build or Roll Back?",
        "Plan Campaign",
        "Campaign Accepted?",
        "Report Rejection",
    ]
    stage.assert_nothing_left()
    [message] = stage.messages
    assert message.startswith(HEADING)
    assert message.endswith("\n\nNothing was created.")
    return message


def test_the_plan_decides_by_the_callers_permissions_in_the_whole_server(stage, channel_moderator):
    message = rejected(stage, user_id=channel_moderator)
    assert "You need the permissions Manage Channels and Manage Roles" in message


def test_a_name_that_is_taken(stage):
    assert stage.run().output["status"] == "created"
    message = rejected(stage)
    assert "already a role called **My Campaign Members**" in message
    assert "already a category called **My Campaign**" in message


def test_a_channel_of_that_name_does_not_matter(stage):
    guild = stage.discord.guild()
    guild.channels["5"] = Channel("5", guild.id, 2, "My Campaign", 9, created_by="1")
    assert stage.run().output["status"] == "created"


def test_no_room(stage):
    guild = stage.discord.guild()
    while len(guild.roles) < 250:
        id_ = str(1000 + len(guild.roles))
        guild.roles[id_] = Role(id_, f"role {id_}", 0, 1)
    for n in range(490 - len(guild.channels)):
        guild.channels[str(n)] = Channel(str(n), guild.id, 0, f"c{n}", n, created_by="1")
    message = rejected(stage)
    assert "needs 1 more roles, but this server has room for 0" in message
    assert "needs 11 more channels (with its category), but this server has room for 10" in message


def test_exactly_enough_room(stage):
    guild = stage.discord.guild()
    for n in range(489 - len(guild.channels)):
        guild.channels[str(n)] = Channel(str(n), guild.id, 0, f"c{n}", n, created_by="1")
    assert stage.run().output["status"] == "created"


def test_all_reasons_at_once(stage, channel_moderator):
    for role in stage.discord.guild().roles.values():
        role.permissions = 0
    message = rejected(stage, user_id=channel_moderator, overrides={"app_permissions": "8"})
    assert "- You need the permissions Manage Channels and Manage Roles" in message
    assert "- The bot lacks the permissions View Channel, Manage Channels, Manage Roles" in message


def test_a_rejection_that_cannot_be_told_is_a_failure(stage, channel_moderator):
    stage.discord.faults.add(path="@original|/messages$", status=403, times=None)
    run = stage.run(user_id=channel_moderator)
    assert (run.status, run.error) == ("FAILED", "MessageNotDelivered")
    stage.assert_nothing_left()
