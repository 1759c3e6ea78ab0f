"""The interaction as Discord sends it (Discord docs: Interactions > Receiving and Responding)."""

from typing import Any

from local.simulator.guild import Channel, Guild, Member
from local.simulator.interactions import Interaction
from local.simulator.objects import (
    Json,
    channel_object,
    member_object,
    role_object,
    user_object,
)
from local.simulator.permissions import channel_permissions
from local.simulator.world import World

PING, APPLICATION_COMMAND = 1, 2
CHAT_INPUT = 1
SUB_COMMAND, STRING, INTEGER, BOOLEAN, USER, CHANNEL, ROLE, NUMBER = 1, 3, 4, 5, 6, 7, 8, 10
VALUE_TYPES = {bool: BOOLEAN, int: INTEGER, float: NUMBER, dict: SUB_COMMAND}


def ping(world: World, interaction: Interaction) -> Json:
    """Return the payload of a PING, which belongs to no guild."""
    return {
        "id": interaction.id,
        "application_id": world.application.id,
        "type": PING,
        "token": interaction.token,
        "version": 1,
        "user": user_object(world.users[interaction.user_id]),
        "entitlements": [],
    }


def command(
    world: World,
    interaction: Interaction,
    guild: Guild,
    channel: Channel,
    *,
    type_: int,
    name: str,
    options: dict[str, Any],
) -> Json:
    """Return the payload of a command that a member gives in a channel.

    ``options`` maps names to values; an option's type is that of the registered command, or else
    goes by the value (a dict is a subcommand with its own options).
    """
    member = guild.members[interaction.user_id]
    return {
        "id": interaction.id,
        "application_id": world.application.id,
        "type": type_,
        "token": interaction.token,
        "version": 1,
        "guild_id": guild.id,
        "guild": {"id": guild.id, "locale": guild.locale, "features": list(guild.features)},
        "channel_id": channel.id,
        "channel": channel_object(channel) | {"permissions": _held(world, guild, member, channel)},
        "member": member_object(member) | {"permissions": _held(world, guild, member, channel)},
        "app_permissions": _held(world, guild, world.bot_member(guild), channel),
        "locale": "en-US",
        "guild_locale": guild.locale,
        "entitlements": [],
        "entitlement_sku_ids": [],
        "authorizing_integration_owners": {"0": guild.id},
        "context": 0,
        "attachment_size_limit": 10_485_760,
        "data": _data(world, guild, name, options),
    }


def _held(world: World, guild: Guild, member: Member, channel: Channel) -> str:
    return str(channel_permissions(guild, member, channel, world.clock.now()))


def _data(world: World, guild: Guild, name: str, options: dict[str, Any]) -> Json:
    commands = [*world.commands.get(guild.id, []), *world.commands.get(None, [])]
    registered = next((c for c in commands if c["name"] == name), {})
    given = _options(options, registered.get("options") or [])
    data: Json = {
        "id": registered.get("id") or world.snowflakes.next(),
        "name": name,
        "type": CHAT_INPUT,
    }
    if given:
        data["options"] = given
    resolved = _resolved(guild, given)
    return data | {"resolved": resolved} if resolved else data


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


def _resolved(guild: Guild, options: list[Json]) -> dict[str, Json]:
    """Return the objects behind the ids among the options."""
    resolved: dict[str, Json] = {}
    for option in options:
        for kind, objects in _resolved(guild, option.get("options", [])).items():
            resolved.setdefault(kind, {}).update(objects)
        value = str(option.get("value"))
        if option["type"] == USER and value in guild.members:
            member = member_object(guild.members[value])
            resolved.setdefault("users", {})[value] = member.pop("user")
            resolved.setdefault("members", {})[value] = member
        elif option["type"] == ROLE and value in guild.roles:
            resolved.setdefault("roles", {})[value] = role_object(guild.roles[value])
        elif option["type"] == CHANNEL and value in guild.channels:
            resolved.setdefault("channels", {})[value] = channel_object(guild.channels[value])
    return resolved
