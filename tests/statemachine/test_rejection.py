"""Before it creates anything, the bot names all that the user can fix; this is no failure."""

import pytest

from channelwright.discord.permissions import (
    BOT_NEEDS,
    CALLER_NEEDS,
    MANAGE_CHANNELS,
    MANAGE_ROLES,
    VIEW_CHANNEL,
)
from channelwright.words import refusals, rejections
from local.simulator.guild import CATEGORY, TEXT, VOICE, Channel, Overwrite, Role
from local.simulator.permissions import BOT_DEFAULT

HEADING = "❌ **Could not create campaign: My Campaign**\n"
ALLOWED = {"app_permissions": str(BOT_NEEDS)}


@pytest.fixture
def guild(stage):
    return stage.discord.guild()


@pytest.fixture
def bot(stage, guild):
    return guild.members[stage.discord.info["bot_user_id"]]


@pytest.fixture
def channel_moderator(stage, guild):
    """Return a user who may manage the command's channel, but not the server."""
    user = stage.discord.info["player_id"]
    allow = VIEW_CHANNEL | MANAGE_CHANNELS | MANAGE_ROLES
    channel = guild.channels[stage.discord.info["channel_id"]]
    channel.overwrites[user] = Overwrite(user, 1, allow=allow, deny=0)
    return user


def fill(guild, *, roles=0, categories=0, channels=0):
    """Fill the server up to so many things of each kind (0: add none)."""
    for n in range(len(guild.roles), roles):
        guild.roles[f"8{n}"] = Role(f"8{n}", f"role {n}", 0, 1)
    there = sum(channel.type == CATEGORY for channel in guild.channels.values())
    for n in range(there, categories):
        guild.channels[f"6{n}"] = Channel(f"6{n}", guild.id, CATEGORY, f"c {n}", n, "1")
    for n in range(len(guild.channels), channels):
        guild.channels[f"7{n}"] = Channel(f"7{n}", guild.id, TEXT, f"c{n}", n, "1")


def rejected(stage, request=None, **build) -> str:
    """Run a campaign that is rejected; return the message without its constant heading and end."""
    stage.before = stage.standing()
    run = stage.interpreter.run(request or stage.request(**build))
    assert run.status == "SUCCEEDED"
    assert run.output["status"] == "rejected"
    assert run.states == ["Wait for Turn", "Plan Campaign", "Report Rejection"]
    stage.assert_nothing_left()
    assert {call["method"] for call in stage.discord.requests} <= {"GET", "PATCH"}
    [message] = stage.messages
    assert message.startswith(HEADING)
    assert message.endswith("\n\nNothing was created.")
    said = message.removeprefix(HEADING).removesuffix("\n\nNothing was created.")
    bullet = "- " if len(run.output["reasons"]) > 1 else ""
    assert said == "\n".join(bullet + reason for reason in run.output["reasons"])
    return said


def test_the_plan_decides_by_the_callers_permissions_in_the_whole_server(stage, channel_moderator):
    assert rejected(stage, user_id=channel_moderator) == (
        "You need the permissions Manage Channels and Manage Roles in the whole server to create a "
        "campaign. Ask an administrator."
    )
    asked = [call["path"] for call in stage.discord.requests if "/members/" in call["path"]]
    assert len(asked) == 1
    assert asked[0].endswith(f"/members/{channel_moderator}")


@pytest.mark.parametrize("bit", [MANAGE_CHANNELS, MANAGE_ROLES])
def test_the_plan_decides_by_the_bots_permissions_in_the_whole_server(stage, guild, bot, bit):
    name = {MANAGE_CHANNELS: "Manage Channels", MANAGE_ROLES: "Manage Roles"}[bit]
    guild.roles[bot.role_ids[0]].permissions &= ~bit
    allow = Overwrite(bot.user.id, 1, allow=bit, deny=0)
    guild.channels[stage.discord.info["channel_id"]].overwrites[bot.user.id] = allow
    assert rejected(stage) == (
        f"The bot lacks the permission {name}. Grant that to the bot's role in Server Settings > "
        "Roles, then try again."
    )


def test_another_role_may_give_the_bot_what_its_own_lacks(stage, guild, bot):
    guild.roles[bot.role_ids[0]].permissions = 0
    guild.roles["77"] = Role("77", "Helpers", BOT_NEEDS, 2)
    bot.role_ids.append("77")
    assert stage.run().output["status"] == "created"


def test_a_bot_without_a_role_could_not_give_one_out(stage, guild, bot):
    """The bot was invited without permissions, and everybody has them."""
    guild.remove_role(bot.role_ids[0])
    guild.everyone.permissions |= BOT_NEEDS
    assert rejected(stage) == (
        "The bot has no role of its own, so Discord will not let it give out the campaign's role. "
        "Give the bot a role (any will do), or invite it again."
    )


def test_any_role_of_the_bots_is_high_enough(stage, guild, bot):
    guild.remove_role(bot.role_ids[0])
    guild.everyone.permissions |= BOT_NEEDS
    guild.roles["77"] = Role("77", "Bots", 0, 1)
    guild.roles["78"] = Role("78", "Everybody else", 0, 2)
    bot.role_ids.append("77")
    assert stage.run().output["status"] == "created"


def test_somebody_is_timed_out_after_the_command(stage, guild, bot):
    guild.remove_role(bot.role_ids[0])
    guild.roles["77"] = Role("77", "Bots", BOT_NEEDS, 1)
    guild.roles["78"] = Role("78", "Game Masters", CALLER_NEEDS, 1)
    bot.role_ids.append("77")
    player = guild.members[stage.discord.info["player_id"]]
    player.role_ids.append("78")
    request = stage.request(user_id=player.user.id)
    until = int(stage.clock.now()) + 600
    bot.timed_out_until = player.timed_out_until = until
    assert rejected(stage, request) == (
        f"- You are timed out until <t:{until}:f>. Wait, or ask a moderator to end it.\n"
        f"- The bot is timed out until <t:{until}:f>. Ask a moderator to end it."
    )


def test_the_caller_has_left(stage, guild):
    guild.roles["78"] = Role("78", "Game Masters", CALLER_NEEDS, 1)
    player = stage.discord.info["player_id"]
    guild.members[player].role_ids.append("78")
    request = stage.request(user_id=player)
    del guild.members[player]
    assert rejected(stage, request) == "The person who ran the command is no longer in this server."


def test_two_factor_authentication_is_required(stage, guild):
    guild.mfa_level = 1
    stage.discord.world.bot.mfa_enabled = False
    assert rejected(stage) == (
        "This server requires two-factor authentication from moderators and from the bot's "
        "operator. Ask the operator to turn it on in their Discord account."
    )
    # The operator turns it on, while the Lambda that knew the bot without it is still warm.
    stage.discord.world.bot.mfa_enabled = True
    assert stage.run().output["status"] == "created"


def test_the_commands_are_here_without_the_bot(stage, guild, bot):
    request = stage.request()
    del guild.members[bot.user.id]
    assert rejected(stage, request) == (
        "Only the bot's commands are in this server, not the bot itself. Invite it again."
    )


def test_nor_does_it_help_that_everybody_may_do_everything(stage):
    """The interaction's permissions suffice, so the plan decides."""
    ids = stage.discord.add_guild(bot_permissions=None)
    stage.discord.guild(ids["guild_id"]).everyone.permissions |= BOT_DEFAULT
    request = stage.request(guild_id=ids["guild_id"], channel_id=ids["channel_id"])
    assert rejected(stage, request) == (
        "Only the bot's commands are in this server, not the bot itself. Invite it again."
    )


def test_a_name_that_is_taken(stage):
    assert stage.run().output["status"] == "created"
    stage.discord.clear_requests()
    assert rejected(stage) == (
        "There is already a campaign called **My Campaign**: a category with that name, and the "
        "role **My Campaign Members**. Choose another name, or rename or delete both."
    )


@pytest.mark.parametrize("kind", ["role", "category"])
def test_half_of_a_name_is_taken(stage, guild, kind):
    if kind == "role":
        name = "My Campaign Members"
        guild.roles["5"] = Role("5", name, 0, 1)
    else:
        name = "My Campaign"
        guild.channels["5"] = Channel("5", guild.id, CATEGORY, name, 9, created_by="1")
    assert rejected(stage) == (
        f"There is already a {kind} called **{name}**. "
        "Choose another name, or rename or delete the existing one."
    )


def test_a_channel_of_that_name_does_not_matter(stage, guild):
    guild.channels["5"] = Channel("5", guild.id, VOICE, "My Campaign", 9, created_by="1")
    assert stage.run().output["status"] == "created"


def test_a_name_that_discord_would_not_take(stage):
    request = stage.request() | {"campaign_name": "\u3164"}
    run = stage.interpreter.run(request)
    assert run.output["reasons"] == [
        "The campaign's name is empty. Use 1 to 80 visible characters on one line."
    ]
    stage.assert_nothing_left()


def test_no_room_for_the_role(stage, guild):
    fill(guild, roles=250)
    assert rejected(stage) == (
        "The campaign needs 1 more role, but this server has room for 0 (Discord allows 250). "
        "Delete at least 1 first."
    )


def test_no_room_for_the_category(stage, guild):
    fill(guild, categories=50)
    assert rejected(stage) == (
        "The campaign needs 1 more category, but this server has room for 0 (Discord allows 50). "
        "Delete at least 1 first."
    )


def test_no_room_for_the_channels(stage, guild):
    fill(guild, channels=492)
    assert rejected(stage) == (
        "The campaign needs 11 more channels (its category counts as one), but this server has "
        "room for 8 (Discord allows 500). Delete at least 3 first."
    )


def test_exactly_enough_room(stage, guild):
    fill(guild, roles=249, categories=49, channels=489)
    assert stage.run().output["status"] == "created"


def test_all_reasons_at_once(stage, guild, bot, channel_moderator):
    """All reasons that can hold at the same time, each with the same words as alone."""
    guild.remove_role(bot.role_ids[0])
    guild.everyone.permissions = VIEW_CHANNEL
    guild.mfa_level = 1
    stage.discord.world.bot.mfa_enabled = False
    guild.roles["5"] = Role("5", "My Campaign Members", 0, 1)
    guild.channels["5"] = Channel("5", guild.id, CATEGORY, "My Campaign", 9, created_by="1")
    fill(guild, roles=250, categories=50, channels=495)
    request = stage.request(user_id=channel_moderator, overrides=ALLOWED)
    bot.timed_out_until = int(stage.clock.now()) + 600
    assert rejected(stage, request).split("\n") == [
        f"- {reason}"
        for reason in (
            rejections.caller_lacks(["Manage Channels", "Manage Roles"]),
            rejections.bot_timed_out(bot.timed_out_until),
            rejections.bot_lacks(["Manage Channels", "Manage Roles", "Connect", "Send Messages"]),
            rejections.BOT_HAS_NO_ROLE,
            refusals.TWO_FACTOR,
            rejections.campaign_exists("My Campaign", "My Campaign Members"),
            rejections.no_room("role", 1, 0, 250),
            rejections.no_room("category", 1, 0, 50),
            rejections.no_room("channel", 11, 5, 500),
        )
    ]


def test_a_rejection_that_cannot_be_told_is_a_failure(stage, channel_moderator):
    stage.discord.faults.add(path="@original|/messages$", status=403, times=None)
    run = stage.run(user_id=channel_moderator)
    assert (run.status, run.error) == ("FAILED", "MessageNotDelivered")
    stage.assert_nothing_left()
