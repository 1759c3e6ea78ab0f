"""Guilds (Discord docs: Resources > Guild)."""

from local.simulator import errors
from local.simulator.answer import Answer
from local.simulator.call import Call, read
from local.simulator.guild import Guild
from local.simulator.objects import Json, guild_object
from local.simulator.permissions import base_permissions

MAXIMUM_ID = (1 << 64) - 1


def get_guild(call: Call, guild_id: str) -> Answer:
    """Get Guild: a 10004 unless the bot is in the guild."""
    known = call.world.guilds.get(guild_id)
    if known is None or call.world.bot.id not in known.members:
        raise errors.unknown_guild()
    guild = call.world.view(known)
    return Answer(200, guild_object(guild) | _counts(call, guild))


def list_own_guilds(call: Call) -> Answer:
    """Get Current User Guilds: at most ``limit`` (1-200), by id.

    They are the first after the id ``after`` or, if there is a ``before``, the last before that.
    """
    limit, after = call.query_integer("limit", 200, 1, 200), call.query_integer("after", 0)
    before = call.query_integer("before", MAXIMUM_ID)
    joined = [g for g in call.world.guilds.values() if call.world.bot.id in g.members]
    asked = sorted((g for g in joined if after < int(g.id) < before), key=lambda g: int(g.id))
    page = asked[-limit:] if "before" in call.query else asked[:limit]
    return Answer(200, [_own_guild(call, guild) for guild in page])


def _own_guild(call: Call, guild: Guild) -> Json:
    held = base_permissions(guild, call.world.bot_member(guild))
    shown = {
        "id": guild.id,
        "name": guild.name,
        "icon": None,
        "banner": None,
        "owner": guild.owner_id == call.world.bot.id,
        "permissions": str(held),
        "features": list(guild.features),
    }
    return shown | _counts(call, guild)


def _counts(call: Call, guild: Guild) -> Json:
    """Return the member counts if the call asks for them."""
    if not call.query_boolean("with_counts"):
        return {}
    count = len(guild.members)
    return {"approximate_member_count": count, "approximate_presence_count": count}


ROUTES = [
    read("/guilds/<guild_id>", get_guild),
    read("/users/@me/guilds", list_own_guilds),
]
