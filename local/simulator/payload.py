"""Interactions as Discord sends them (Discord docs: Interactions > Receiving and Responding)."""

from typing import Any

from local.simulator.guild import Channel, Guild, Member
from local.simulator.interactions import AUTOCOMPLETE, COMPONENT, MODAL_SUBMIT, Interaction
from local.simulator.message_objects import message_object
from local.simulator.objects import Json, member_object, user_object
from local.simulator.payload_data import (
    INTEGER,
    NUMBER,
    command_data,
    component_data,
    held,
    partial_channel,
    partial_user,
)
from local.simulator.permissions import ATTACH_FILES, EMBED_LINKS, MENTION_EVERYONE
from local.simulator.shown_components import find_component
from local.simulator.world import World

IN_GUILD, IN_DIRECT_MESSAGE = 0, 1
DIRECT_MESSAGE = 1
TEXT_INPUT, LABEL = 4, 18
OUTSIDE_GUILDS = str(ATTACH_FILES | EMBED_LINKS | MENTION_EVERYONE)
ATTACHMENT_SIZE_LIMIT = 10 * 1024 * 1024  # bytes


def ping(world: World, interaction: Interaction) -> Json:
    """Return the payload of a PING, which belongs to no guild."""
    user = partial_user(user_object(world.users[interaction.user_id]))
    return _envelope(world, interaction) | {"user": user}


def in_guild(
    world: World,
    interaction: Interaction,
    guild: Guild,
    channel: Channel,
    data: Json,
) -> Json:
    """Return the payload of a member's interaction in a channel."""
    member = guild.members[interaction.user_id]
    shown = member_object(member) | {"permissions": held(world, guild, member, channel)}
    shown["user"] = partial_user(shown["user"])
    return (
        _envelope(world, interaction)
        | _invocation(world, interaction)
        | {
            "guild_id": guild.id,
            "guild": {"id": guild.id, "locale": guild.locale, "features": list(guild.features)},
            "guild_locale": guild.locale,
            "channel": partial_channel(world, guild, member, channel),
            "member": shown,
            "app_permissions": held(world, guild, _bot(world, guild), channel),
            "authorizing_integration_owners": interaction.integration_owners,
            "context": IN_GUILD,
            "data": data,
        }
    )


def _bot(world: World, guild: Guild) -> Member:
    """Return the bot; if it is not in the guild, a member with @everyone's permissions."""
    return guild.members.get(world.bot.id) or Member(world.bot, world.clock.now())


def in_direct_message(world: World, interaction: Interaction, data: Json) -> Json:
    """Return the payload of a user's interaction in a direct message with the bot."""
    channel = {
        "id": interaction.channel_id,
        "type": DIRECT_MESSAGE,
        "flags": 0,
        "last_message_id": None,
        "recipients": [partial_user(user_object(world.bot))],
    }
    return (
        _envelope(world, interaction)
        | _invocation(world, interaction)
        | {
            "channel": channel,
            "user": partial_user(user_object(world.users[interaction.user_id])),
            "authorizing_integration_owners": interaction.integration_owners,
            "context": IN_DIRECT_MESSAGE,
            "data": data,
        }
    )


def _envelope(world: World, interaction: Interaction) -> Json:
    """Return the fields of every interaction."""
    return {
        "id": interaction.id,
        "application_id": world.application.id,
        "type": interaction.type,
        "token": interaction.token,
        "version": 1,
        "app_permissions": OUTSIDE_GUILDS,
        "entitlements": [],
        "entitlement_sku_ids": [],
        "authorizing_integration_owners": {},
        "attachment_size_limit": ATTACHMENT_SIZE_LIMIT,
    }


def _invocation(world: World, interaction: Interaction) -> Json:
    """Return the fields of every interaction but a PING: its channel, locale and any message."""
    invocation: Json = {"channel_id": interaction.channel_id, "locale": "en-US"}
    if interaction.message is not None:
        invocation["message"] = message_object(world, interaction.message)
    return invocation


def invocation_data(
    world: World,
    interaction: Interaction,
    guild: Guild | None,
    *,
    name: str,
    options: dict[str, Any],
) -> Json:
    """Return an interaction's data.

    ``name`` is the command's name, or a button's or modal's custom id. ``options`` maps option
    names to values. An option's type is that of the registered command, or else follows from the
    value; a dict is a subcommand with its own options. For a modal, ``options`` maps the custom ids
    of its inputs to their values.
    """
    if interaction.type == COMPONENT and interaction.message is not None:
        button = find_component(interaction.message.components, name) or {}
        return component_data(world, guild, interaction.user_id, button)
    if interaction.type == MODAL_SUBMIT:
        return {"custom_id": name, "components": _inputs(options or {"input": "written"})}
    data = command_data(world, guild, interaction.user_id, name, options)
    if interaction.type == AUTOCOMPLETE and "options" in data:
        _focus(data["options"])
    return data


def _inputs(values: dict[str, Any]) -> list[Json]:
    """Return filled-in text inputs; ``values`` maps their custom ids to texts."""
    return [
        {
            "type": LABEL,
            "id": 2 * index + 1,
            "component": {
                "type": TEXT_INPUT,
                "id": 2 * index + 2,
                "custom_id": custom_id,
                "value": str(value),
            },
        }
        for index, (custom_id, value) in enumerate(values.items())
    ]


def _focus(options: list[Json]) -> None:
    """Mark the last option as the one being typed; while typed, a number is a string."""
    last = options[-1]
    if "options" in last:
        if last["options"]:
            _focus(last["options"])
        return
    last["focused"] = True
    if last["type"] in {INTEGER, NUMBER}:
        last["value"] = str(last["value"])
