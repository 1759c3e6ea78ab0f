"""The data of a command or of a press, and how it shows users, members and channels.

Discord docs: Interactions > Receiving and Responding (interaction data, resolved data).
"""

from collections.abc import Sequence
from typing import Any

from local.simulator.component_types import (
    CHANNEL_SELECT,
    MENTIONABLE_SELECT,
    ROLE_SELECT,
    USER_SELECT,
)
from local.simulator.guild import Channel, Guild, Member
from local.simulator.objects import (
    Json,
    attachment_object,
    channel_object,
    member_object,
    role_object,
    user_object,
)
from local.simulator.permissions import base_permissions, channel_permissions
from local.simulator.world import World

CHAT_INPUT = 1
SUB_COMMAND, STRING, INTEGER, BOOLEAN = 1, 3, 4, 5
USER, CHANNEL, ROLE, MENTIONABLE, NUMBER, ATTACHMENT = range(6, 12)
VALUE_TYPES = {bool: BOOLEAN, int: INTEGER, float: NUMBER, dict: SUB_COMMAND}
# The option types whose values are those of a select.
PICKED = {
    USER_SELECT: USER,
    ROLE_SELECT: ROLE,
    MENTIONABLE_SELECT: MENTIONABLE,
    CHANNEL_SELECT: CHANNEL,
}
# An interaction has neither a user's profile nor a member's voice state.
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
    """Return a command's data, in which channels show the user's permissions."""
    registered = registered_command(world, guild, name) or {}
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
    resolved = _resolved(world, guild, user_id, given)
    return data | {"resolved": resolved} if resolved else data


def component_data(
    world: World,
    guild: Guild | None,
    user_id: str,
    component: Json,
    values: Sequence[str] | None = None,
) -> Json:
    """Return the data of a press; a select has ``values``, whose objects are resolved."""
    type_ = component["type"]
    data = {"id": component["id"], "custom_id": component["custom_id"], "component_type": type_}
    if values is None:
        return data
    picked = [{"type": PICKED.get(type_, STRING), "value": value} for value in values]
    resolved = _resolved(world, guild, user_id, picked)
    data |= {"values": list(values)}
    return data | {"resolved": resolved} if resolved else data


def registered_command(world: World, guild: Guild | None, name: str) -> Json | None:
    """Return the command that a user gets by this name; a guild's own comes before a global one."""
    guild_id = guild.id if guild else None
    commands = [*world.commands.get(guild_id, []), *world.commands.get(None, [])]
    key = (CHAT_INPUT, name)
    return next((c for c in commands if (c["type"], c["name"]) == key), None)


def held(world: World, guild: Guild, member: Member, channel: Channel) -> str:
    """Return a member's permissions in a channel."""
    return str(channel_permissions(guild, member, channel, world.clock.now()))


def partial_user(user: Json) -> Json:
    """Return a user object without the profile."""
    return {key: value for key, value in user.items() if key not in PROFILE}


def partial_channel(world: World, guild: Guild, member: Member, channel: Channel) -> Json:
    """Return a channel without its settings, but with a member's permissions there."""
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


def _resolved(
    world: World, guild: Guild | None, user_id: str, options: list[Json]
) -> dict[str, Json]:
    """Return the objects whose ids are among the options, as the invoking user sees them."""
    resolved: dict[str, Json] = {}
    for option in options:
        inner = option.get("options")
        found = (
            _resolved(world, guild, user_id, inner)
            if inner
            else {**_users(world, guild, option), **_things(world, guild, user_id, option)}
        )
        for kind, objects in found.items():
            resolved.setdefault(kind, {}).update(objects)
    return resolved


def _users(world: World, guild: Guild | None, option: Json) -> dict[str, Json]:
    """Return the user that an option names, and the member if the user is in the guild."""
    id_ = str(option.get("value"))
    if option["type"] not in {USER, MENTIONABLE}:
        return {}
    if guild is not None and id_ in guild.members:
        member = guild.members[id_]
        user = {id_: partial_user(user_object(member.user))}
        return {"users": user, "members": {id_: _partial_member(world, guild, member)}}
    return (
        {"users": {id_: partial_user(user_object(world.users[id_]))}} if id_ in world.users else {}
    )


def _things(world: World, guild: Guild | None, user_id: str, option: Json) -> dict[str, Json]:
    """Return the role, channel or attachment that an option names."""
    type_, id_ = option["type"], str(option.get("value"))
    if type_ == ATTACHMENT:
        return {"attachments": {id_: attachment_object(world, id_)}}
    if guild is None:
        return {}
    if type_ in {ROLE, MENTIONABLE} and id_ in guild.roles:
        return {"roles": {id_: role_object(guild.roles[id_])}}
    if type_ == CHANNEL and (place := guild.place(id_)):
        asking = guild.members[user_id]
        return {"channels": {id_: partial_channel(world, guild, asking, place)}}
    return {}


def _partial_member(world: World, guild: Guild, member: Member) -> Json:
    permissions = base_permissions(guild, member, world.clock.now())
    shown = member_object(member) | {"permissions": str(permissions)}
    return {key: value for key, value in shown.items() if key not in {"user", *VOICE_STATE}}
