"""Guilds (Discord docs: Resources > Guild)."""

from local.simulator import errors
from local.simulator.answer import Answer
from local.simulator.call import Call, read
from local.simulator.guild import Guild
from local.simulator.objects import Json, guild_object
from local.simulator.permissions import base_permissions


def get_guild(call: Call, guild_id: str) -> Answer:
    """Get Guild: it doesn't exist for a bot that isn't in it."""
    known = call.world.guilds.get(guild_id)
    if known is None or call.world.bot.id not in known.members:
        raise errors.unknown_guild()
    guild = call.world.view(known)
    shown = guild_object(guild)
    if call.query.get("with_counts") == "true":
        count = len(guild.members)
        shown |= {"approximate_member_count": count, "approximate_presence_count": count}
    return Answer(200, shown)


def list_own_guilds(call: Call) -> Answer:
    """Get Current User Guilds."""
    bot = call.world.bot
    guilds = [guild for guild in call.world.guilds.values() if bot.id in guild.members]
    return Answer(200, [_own_guild(call, guild) for guild in guilds])


def _own_guild(call: Call, guild: Guild) -> Json:
    held = base_permissions(guild, call.world.bot_member(guild))
    return {
        "id": guild.id,
        "name": guild.name,
        "icon": None,
        "banner": None,
        "owner": guild.owner_id == call.world.bot.id,
        "permissions": str(held),
        "features": list(guild.features),
    }


ROUTES = [
    read("/guilds/<guild_id>", get_guild),
    read("/users/@me/guilds", list_own_guilds),
]
