"""Creates a guild as it is when the bot has just joined."""

from collections.abc import Sequence

from local.simulator.guild import CATEGORY, FORUM, PUBLIC_THREAD, TEXT, Channel, Guild, Role
from local.simulator.membership import own_roles
from local.simulator.permissions import BOT_DEFAULT, EVERYONE_DEFAULT
from local.simulator.world import World

GAME_MASTER, PLAYER = "gamemaster", "player"


def add_guild(
    world: World,
    *,
    name: str = "The Yawning Portal",
    features: Sequence[str] = (),
    forums: bool = True,
    bot_permissions: int | None = BOT_DEFAULT,
    owner: str = GAME_MASTER,
    players: Sequence[str] = (PLAYER,),
) -> Guild:
    """Add a guild with an owner, players and the bot.

    ``owner`` and ``players`` are user names; the first player is the one of ``guild_ids``. The
    guild has a "Text Channels" category with #general in it. ``bot_permissions`` is the bit set of
    the bot's own role: with 0 the bot joins without a role, with None only its commands are there.
    ``forums`` tells whether the guild can have forum channels.
    """
    master = world.add_user(owner)
    guild = Guild(world.snowflakes.next(), name, master.id, list(features), forums)
    guild.roles[guild.id] = Role(guild.id, "@everyone", EVERYONE_DEFAULT, 0)
    world.add_member(guild, master)
    for player in players:
        world.add_member(guild, world.add_user(player))
    if bot_permissions is not None:
        world.add_member(guild, world.bot, own_roles(world, guild, bot_permissions))
    category = Channel(world.snowflakes.next(), guild.id, CATEGORY, "Text Channels", 0, master.id)
    general = Channel(world.snowflakes.next(), guild.id, TEXT, "general", 0, master.id)
    general.parent_id = category.id
    guild.channels = {category.id: category, general.id: general}
    world.guilds[guild.id] = guild
    world.written()
    return guild


def add_thread(
    world: World, guild: Guild, channel_id: str, name: str, type_: int = PUBLIC_THREAD
) -> Channel:
    """Add a thread in a channel, or a post in a forum, with the guild's owner as its creator."""
    thread = Channel(world.snowflakes.next(), guild.id, type_, name, 0, guild.owner_id)
    thread.parent_id = guild.channels[channel_id].id
    guild.threads[thread.id] = thread
    parent = guild.channels[channel_id]
    if parent.type == FORUM:
        parent.last_message_id = thread.id
    world.written()
    return thread


def guild_ids(guild: Guild, bot_id: str) -> dict[str, str | None]:
    """Return the ids of the guild, #general, the owner and the first player."""
    players = [id_ for id_ in guild.members if id_ not in {guild.owner_id, bot_id}]
    general = [c.id for c in guild.channels.values() if c.name == "general"]
    return {
        "guild_id": guild.id,
        "channel_id": general[0] if general else None,
        "owner_id": guild.owner_id,
        "player_id": players[0] if players else None,
    }
