"""The interaction Lambda refuses a command if its user or the bot lacks a permission."""

import pytest

from channelwright.discord.permissions import BOT_NEEDS
from local.simulator.guild import Overwrite
from local.simulator.permissions import SEND_MESSAGES, SEND_MESSAGES_IN_THREADS
from tests.unit.interactions import COMMAND, DISCORD, NOW, ask, build, change, refused

pytestmark = pytest.mark.usefixtures("queue")


def test_the_caller_lacks_a_permission(queue):
    member = {**COMMAND["member"], "permissions": str(1 << 4)}
    content = refused(change(member=member), queue)
    assert content == (
        "You need the permission Manage Roles in the whole server to create a campaign. "
        "Ask an administrator. If you already have that, you may be timed out, or blocked by this "
        "channel's own permissions (then run the command in another channel)."
    )


def test_the_bot_lacks_permissions(queue):
    content = refused(change(app_permissions=str(BOT_NEEDS & ~(1 << 28) & ~(1 << 20))), queue)
    assert "The bot lacks the permissions Manage Roles and Connect." in content


def test_a_bot_that_is_timed_out(queue):
    bot = DISCORD.guild().members[DISCORD.info["bot_user_id"]]
    bot.timed_out_until = NOW + 60
    payload = build(options={"name": "x"})
    bot.timed_out_until = None
    content = refused(payload, queue)
    assert "The bot lacks the permissions Manage Channels, " in content
    assert content.endswith(
        "If its role already has that, the bot may be timed out, blocked by the server's "
        "two-factor requirement, or blocked by this channel's own permissions (then run the "
        "command in another channel)."
    )


ABSENT = (
    "The bot lacks the permissions Manage Channels and Manage Roles. Check whether the bot is a "
    "member of this server. If not, only its commands are here: invite it again. If it is, grant "
    "that to its role (or give it a role) in Server Settings > Roles, then try again. If its role "
    "already has that, "
)


@pytest.mark.parametrize("bot_permissions", [None, 0])
def test_the_commands_are_there_without_the_bot_or_it_is_without_a_role(queue, bot_permissions):
    """In both cases, Discord sends the permissions that everyone has in the channel."""
    guild_id = DISCORD.add_guild(bot_permissions=bot_permissions)["guild_id"]
    payload = build(options={"name": "x"}, guild_id=guild_id)
    everyone = DISCORD.guild(guild_id).everyone
    assert payload["app_permissions"] == str(everyone.permissions)
    assert refused(payload, queue).startswith(ABSENT)


@pytest.mark.parametrize(
    ("held", "may_be_absent"),
    [
        (2251804225, True),
        (0, True),
        # As Discord once documented: only the permissions that a response may use.
        ((1 << 14) | (1 << 15) | (1 << 17) | (1 << 18), True),
        # Everyone may have one of the two.
        (BOT_NEEDS & ~(1 << 28), True),
        (BOT_NEEDS & ~(1 << 4), True),
        (BOT_NEEDS & ~(1 << 20), False),
        (BOT_NEEDS & ~SEND_MESSAGES, False),
    ],
)
def test_a_bot_that_manages_something_is_there(queue, held, may_be_absent):
    content = refused(change(app_permissions=str(held)), queue)
    assert ("only its commands are here: invite it again" in content) is may_be_absent
    assert ("Grant that to the bot's role in Server Settings" in content) is not may_be_absent


@pytest.fixture(params=[10, 11, 12])
def thread(request):
    """Yield a thread of each type in #general; remove #general's overwrites afterwards."""
    general = DISCORD.guild().channels[DISCORD.info["channel_id"]]
    yield DISCORD.add_thread(general.id, type_=request.param)
    general.overwrites.clear()


def deny_bot(permission):
    general = DISCORD.guild().channels[DISCORD.info["channel_id"]]
    bot_id = DISCORD.info["bot_user_id"]
    general.overwrites[bot_id] = Overwrite(bot_id, 1, 0, permission)


def test_a_command_in_a_thread(thread, queue):
    """Threads do not inherit Send Messages."""
    payload = build(options={"name": "x"}, channel_id=thread)
    assert not int(payload["app_permissions"]) & SEND_MESSAGES
    assert ask(payload) == {"type": 5}
    assert queue()[0]["channel_id"] == thread


def test_a_channel_in_which_the_bot_cannot_send_may_have_threads(thread, queue):
    deny_bot(SEND_MESSAGES)
    assert "lacks the permission Send Messages." in refused(build(options={"name": "x"}), queue)
    assert ask(build(options={"name": "x"}, channel_id=thread)) == {"type": 5}


@pytest.mark.parametrize("more", [0, SEND_MESSAGES])
def test_a_bot_that_cannot_send_in_threads(thread, queue, more):
    deny_bot(SEND_MESSAGES_IN_THREADS)
    payload = build(options={"name": "x"}, channel_id=thread)
    payload["app_permissions"] = str(int(payload["app_permissions"]) | more)
    content = refused(payload, queue)
    assert "The bot lacks the permission Send Messages in Threads." in content
    assert "run the command in another channel" in content
    assert ask(build(options={"name": "x"})) == {"type": 5}


@pytest.mark.parametrize("channel", [None, [], {}, {"type": None}, {"type": [11]}, {"type": "11"}])
def test_a_channel_of_no_known_type_is_a_channel(queue, channel):
    assert ask(change(channel=channel)) == {"type": 5}
    assert len(queue()) == 1
    without = change(channel=channel, app_permissions=str(BOT_NEEDS & ~SEND_MESSAGES))
    assert "Send Messages" in refused(without, queue)


def test_an_administrator_needs_nothing_else():
    member = {**COMMAND["member"], "permissions": "8"}
    assert ask(change(member=member, app_permissions="8")) == {"type": 5}
