"""The simulator computes permissions as Discord's docs say."""

import pytest

from local.simulator import ManualClock, Simulator
from local.simulator.bot_client import BotClient
from local.simulator.guild import CATEGORY, TEXT, VOICE, Channel, Guild, Member, Overwrite, Role
from local.simulator.permissions import (
    ADMINISTRATOR,
    ALL,
    BOT_DEFAULT,
    CONNECT,
    EMBED_LINKS,
    EVERYONE_DEFAULT,
    MANAGE_CHANNELS,
    MANAGE_ROLES,
    READ_MESSAGE_HISTORY,
    SEND_MESSAGES,
    SEND_MESSAGES_IN_THREADS,
    VIEW_CHANNEL,
    base_permissions,
    channel_permissions,
    outranks,
)


@pytest.fixture
def guild() -> Guild:
    return Simulator(ManualClock()).guild()


def member(guild: Guild, name: str) -> Member:
    return next(m for m in guild.members.values() if m.user.username == name)


def channel(type_: int, *overwrites: Overwrite) -> Channel:
    made = Channel("1", "2", type_, "a", 0, "3")
    made.overwrites = {overwrite.id: overwrite for overwrite in overwrites}
    return made


def test_base_permissions(guild: Guild) -> None:
    assert base_permissions(guild, member(guild, "gamemaster")) == ALL
    assert base_permissions(guild, member(guild, "player")) == EVERYONE_DEFAULT
    bot = member(guild, "channelwright")
    assert base_permissions(guild, bot) == EVERYONE_DEFAULT | BOT_DEFAULT
    guild.roles[bot.role_ids[0]].permissions = ADMINISTRATOR
    assert base_permissions(guild, bot) == ALL


def test_denied_everyone_loses_every_permission(guild: Guild) -> None:
    private = channel(TEXT, Overwrite(guild.id, 0, 0, VIEW_CHANNEL))
    assert channel_permissions(guild, member(guild, "player"), private) == 0
    assert channel_permissions(guild, member(guild, "channelwright"), private) == 0
    assert channel_permissions(guild, member(guild, "gamemaster"), private) == ALL


def test_roles_override_everyone_and_members_override_roles(guild: Guild) -> None:
    player = member(guild, "player")
    for role_id, position in (("10", 2), ("11", 3)):
        guild.roles[role_id] = Role(role_id, role_id, 0, position)
        player.role_ids.append(role_id)
    private = channel(
        TEXT,
        Overwrite(guild.id, 0, 0, VIEW_CHANNEL | SEND_MESSAGES),
        Overwrite("10", 0, VIEW_CHANNEL, SEND_MESSAGES),
        Overwrite("11", 0, SEND_MESSAGES, VIEW_CHANNEL),
    )
    # One role's allow beats the other role's deny, whatever their order.
    both = VIEW_CHANNEL | SEND_MESSAGES
    assert channel_permissions(guild, player, private) & both == both
    private.overwrites[player.user.id] = Overwrite(player.user.id, 1, 0, SEND_MESSAGES)
    assert channel_permissions(guild, player, private) & both == VIEW_CHANNEL


@pytest.mark.parametrize(("type_", "left"), [(VOICE, False), (TEXT, True), (CATEGORY, True)])
def test_without_connect_a_voice_channel_gives_nothing(
    guild: Guild, type_: int, left: bool
) -> None:
    silent = channel(type_, Overwrite(guild.id, 0, 0, CONNECT))
    held = channel_permissions(guild, member(guild, "channelwright"), silent)
    assert held & VIEW_CHANNEL
    assert bool(held & MANAGE_CHANNELS) is left


def test_an_overwrite_gives_what_the_guild_does_not(guild: Guild) -> None:
    given = channel(TEXT, Overwrite(guild.id, 0, MANAGE_ROLES, 0))
    assert channel_permissions(guild, member(guild, "player"), given) & MANAGE_ROLES


def test_who_cannot_send_cannot_embed(guild: Guild) -> None:
    silent = channel(TEXT, Overwrite(guild.id, 0, EMBED_LINKS, SEND_MESSAGES))
    player = member(guild, "player")
    assert not channel_permissions(guild, player, silent) & EMBED_LINKS
    silent.overwrites[guild.id].deny = 0
    assert channel_permissions(guild, player, silent) & EMBED_LINKS


def test_a_timeout_leaves_watching(guild: Guild) -> None:
    watching = VIEW_CHANNEL | READ_MESSAGE_HISTORY
    for name in ("gamemaster", "channelwright", "player"):
        member(guild, name).timed_out_until = 100.0
    bot, player = member(guild, "channelwright"), member(guild, "player")
    generous = channel(TEXT, Overwrite(guild.id, 0, SEND_MESSAGES, 0))
    assert base_permissions(guild, bot, 99.9) == watching
    assert channel_permissions(guild, player, generous, 99.9) == watching
    assert channel_permissions(guild, player, generous, 100.0) & SEND_MESSAGES
    # Owners and administrators are exempt.
    assert base_permissions(guild, member(guild, "gamemaster"), 99.9) == ALL
    guild.roles[bot.role_ids[0]].permissions |= ADMINISTRATOR
    assert base_permissions(guild, bot, 99.9) == ALL


def test_a_timed_out_bot_is_refused() -> None:
    clock = ManualClock()
    simulator = Simulator(clock)
    guild = simulator.guild()
    with BotClient(simulator) as bot:
        member(guild, "channelwright").timed_out_until = clock.now() + 60
        shown = bot.call("GET", f"/guilds/{guild.id}/members/{simulator.info['bot_user_id']}")
        assert shown.json()["communication_disabled_until"].startswith("2027-01-15T08:01:00")
        assert bot.call("GET", f"/guilds/{guild.id}/channels").status_code == 200
        for path in (f"/guilds/{guild.id}/roles", f"/guilds/{guild.id}/channels"):
            answer = bot.call("POST", path, {"name": "a"})
            assert (answer.status_code, answer.json()["code"]) == (403, 50013)
        message = bot.call("POST", f"/channels/{simulator.info['channel_id']}/messages", {})
        assert message.json()["code"] == 50013
        clock.sleep(60)
        assert bot.call("POST", f"/guilds/{guild.id}/roles", {"name": "a"}).status_code == 200
    simulator.close()


def test_a_bot_that_was_kicked_has_no_access() -> None:
    simulator = Simulator(ManualClock())
    guild = simulator.guild()
    with BotClient(simulator) as bot:
        del guild.members[simulator.info["bot_user_id"]]
        assert bot.call("GET", f"/guilds/{guild.id}").json()["code"] == 10004
        for method, path in (
            ("GET", f"/guilds/{guild.id}/channels"),
            ("POST", f"/guilds/{guild.id}/channels"),
            ("POST", f"/guilds/{guild.id}/roles"),
            ("DELETE", f"/channels/{simulator.info['channel_id']}"),
        ):
            answer = bot.call(method, path, {"name": "a"} if method == "POST" else None)
            assert (answer.status_code, answer.json()["code"]) == (403, 50001)
    simulator.close()


def thread(guild: Guild, type_: int, *overwrites: Overwrite) -> Channel:
    """Return a thread of a type, in a text channel that has these overwrites."""
    parent = channel(TEXT, *overwrites)
    guild.channels[parent.id] = parent
    return Channel("7", guild.id, type_, "a", 0, "3", parent_id=parent.id)


THREADS = pytest.mark.parametrize("type_", [10, 11, 12])


@THREADS
def test_a_thread_has_the_permissions_of_its_parent_but_to_send(guild: Guild, type_: int) -> None:
    player = member(guild, "player")
    held = channel_permissions(guild, player, thread(guild, type_))
    assert held == EVERYONE_DEFAULT & ~SEND_MESSAGES
    hidden = thread(guild, type_, Overwrite(guild.id, 0, 0, VIEW_CHANNEL))
    assert channel_permissions(guild, player, hidden) == 0
    assert channel_permissions(guild, member(guild, "gamemaster"), hidden) == ALL
    given = thread(guild, type_, Overwrite(player.user.id, 1, MANAGE_CHANNELS, 0))
    assert channel_permissions(guild, player, given) & MANAGE_CHANNELS


@THREADS
def test_who_cannot_send_in_threads_cannot_embed_there(guild: Guild, type_: int) -> None:
    player = member(guild, "player")
    silent = thread(guild, type_, Overwrite(guild.id, 0, 0, SEND_MESSAGES))
    assert channel_permissions(guild, player, silent) & EMBED_LINKS
    silent = thread(guild, type_, Overwrite(guild.id, 0, 0, SEND_MESSAGES_IN_THREADS))
    assert not channel_permissions(guild, player, silent) & EMBED_LINKS


def test_hierarchy(guild: Guild) -> None:
    bot, own = member(guild, "channelwright"), 1
    assert guild.roles[bot.role_ids[0]].position == own
    assert outranks(guild, bot, guild.everyone)
    assert not outranks(guild, bot, Role("9", "equal", 0, own))
    assert not outranks(guild, member(guild, "player"), guild.everyone)
    assert outranks(guild, member(guild, "gamemaster"), Role("9", "high", 0, 99))


def test_a_guild_that_requires_two_factor_authentication_refuses_bots_whose_owner_has_none() -> (
    None
):
    simulator = Simulator(ManualClock())
    guild, path = simulator.guild(), f"/guilds/{simulator.guild().id}"
    general = next(c.id for c in guild.channels.values() if c.name == "general")
    guild.mfa_level = 1
    with BotClient(simulator) as client:
        assert client.call("GET", path).json()["mfa_level"] == 1
        assert client.call("GET", "/users/@me").json()["mfa_enabled"] is True
        assert client.call("POST", f"{path}/roles", {"name": "a"}).status_code == 200
        simulator.world.bot.mfa_enabled = False
        assert client.call("GET", "/users/@me").json()["mfa_enabled"] is False
        for method, to, body in (
            ("POST", f"{path}/roles", {"name": "b"}),
            ("POST", f"{path}/channels", {"name": "b"}),
            ("DELETE", f"/channels/{general}", None),
        ):
            assert client.call(method, to, body).json()["code"] == 60003
        said = client.call("POST", f"/channels/{general}/messages", {"content": "a"})
        assert said.status_code == 200
        guild.mfa_level = 0
        assert client.call("POST", f"{path}/roles", {"name": "b"}).status_code == 200
    simulator.close()
