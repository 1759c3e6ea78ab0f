"""Guilds and their members (Discord docs: Resources > Guild)."""

from local.simulator import errors
from local.simulator.answer import Answer
from local.simulator.call import Call, read
from local.simulator.form import is_decimal
from local.simulator.objects import guild_object, member_object


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


def get_member(call: Call, guild_id: str, user_id: str) -> Answer:
    """Get Guild Member."""
    member = call.world.view(call.world.guild(guild_id)).members.get(user_id)
    if member is None:
        raise errors.unknown_member()
    return Answer(200, member_object(member))


def list_members(call: Call, guild_id: str) -> Answer:
    """List Guild Members: ``limit`` (1-1000, default 1), by id, after the id ``after``."""
    guild = call.world.view(call.world.guild(guild_id))
    limit, after = call.query.get("limit", "1"), call.query.get("after", "0")
    if not is_decimal(limit) or not 1 <= int(limit) <= 1000:
        raise errors.invalid_form({"limit": ("NUMBER_TYPE_MAX", "Must be between 1 and 1000.")})
    if not is_decimal(after):
        message = f'Value "{after}" is not snowflake.'
        raise errors.invalid_form({"after": ("NUMBER_TYPE_COERCE", message)})
    ids = sorted((id_ for id_ in guild.members if int(id_) > int(after)), key=int)
    return Answer(200, [member_object(guild.members[id_]) for id_ in ids[: int(limit)]])


ROUTES = [
    read("/guilds/<guild_id>", get_guild),
    read("/guilds/<guild_id>/members", list_members),
    read("/guilds/<guild_id>/members/<user_id>", get_member),
]
