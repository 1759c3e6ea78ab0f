"""What an interaction says of a command, and how it shows users, members and channels.

Discord docs: Interactions > Receiving and Responding (interaction data, resolved data).
"""

from typing import Any

from local.simulator.guild import Channel, Guild, Member
from local.simulator.objects import Json, channel_object, member_object, role_object, user_object
from local.simulator.permissions import base_permissions, channel_permissions
from local.simulator.world import World

CHAT_INPUT = 1
SUB_COMMAND, STRING, INTEGER, BOOLEAN, USER, CHANNEL, ROLE, NUMBER = 1, 3, 4, 5, 6, 7, 8, 10
VALUE_TYPES = {bool: BOOLEAN, int: INTEGER, float: NUMBER, dict: SUB_COMMAND}
# A user's profile, and a member's voice state, are not in an interaction.
PROFILE = ("banner", "accent_color", "flags")
VOICE_STATE = ("deaf", "mute")
CHANNEL_SETTINGS = (
    "permission_overwrites",
    "available_tags",
    "default_reaction_emoji",
    "default_sort_order",
    "default_forum_layout",
)


def command_data(
    world: World, guild: Guild | None, user_id: str, name: str, options: dict[str, Any]
) -> Json:
    """Return the data of a command; the channels in it show the permissions of the user."""
    guild_id = guild.id if guild else None
    commands = [*world.commands.get(guild_id, []), *world.commands.get(None, [])]
    key = (CHAT_INPUT, name)
    registered = next((c for c in commands if (c["type"], c["name"]) == key), {})
    given = _options(options, registered.get("options") or [])
    data: Json = {
        "id": registered.get("id") or world.snowflakes.next(),
        "name": name,
        "type": CHAT_INPUT,
    }
    if "guild_id" in registered:
        data["guild_id"] = registered["guild_id"]
    if given:
        data["options"] = given
    resolved = _resolved(world, guild, guild.members[user_id], given) if guild else {}
    return data | {"resolved": resolved} if resolved else data


def held(world: World, guild: Guild, member: Member, channel: Channel) -> str:
    """Return a member's permissions in a channel."""
    return str(channel_permissions(guild, member, channel, world.clock.now()))


def partial_user(user: Json) -> Json:
    """Return a user object without the profile."""
    return {key: value for key, value in user.items() if key not in PROFILE}


def partial_channel(world: World, guild: Guild, member: Member, channel: Channel) -> Json:
    """Return a channel without its overwrites, with the permissions of a member there."""
    shown = channel_object(channel) | {"permissions": held(world, guild, member, channel)}
    return {key: value for key, value in shown.items() if key not in CHANNEL_SETTINGS}


def _options(options: dict[str, Any], registered: list[Json]) -> list[Json]:
    described = {option["name"]: option for option in registered}
    given = []
    for name, value in options.items():
        option = described.get(name, {})
        type_ = option.get("type") or VALUE_TYPES.get(type(value), STRING)
        if isinstance(value, dict):
            nested = _options(value, option.get("options") or [])
            given.append({"name": name, "type": type_, "options": nested})
        else:
            given.append({"name": name, "type": type_, "value": value})
    return given


def _resolved(world: World, guild: Guild, asking: Member, options: list[Json]) -> dict[str, Json]:
    """Return the objects behind the ids among the options, as the member who asks sees them."""
    resolved: dict[str, Json] = {}
    for option in options:
        for kind, objects in _resolved(world, guild, asking, option.get("options", [])).items():
            resolved.setdefault(kind, {}).update(objects)
        value = str(option.get("value"))
        if option["type"] == USER and value in guild.members:
            found = guild.members[value]
            resolved.setdefault("users", {})[value] = partial_user(user_object(found.user))
            resolved.setdefault("members", {})[value] = _partial_member(world, guild, found)
        elif option["type"] == ROLE and value in guild.roles:
            resolved.setdefault("roles", {})[value] = role_object(guild.roles[value])
        elif option["type"] == CHANNEL and value in guild.channels:
            channel = partial_channel(world, guild, asking, guild.channels[value])
            resolved.setdefault("channels", {})[value] = channel
    return resolved


def _partial_member(world: World, guild: Guild, member: Member) -> Json:
    permissions = base_permissions(guild, member, world.clock.now())
    shown = member_object(member) | {"permissions": str(permissions)}
    return {key: value for key, value in shown.items() if key not in {"user", *VOICE_STATE}}
