"""Creates PINGs, commands, autocomplete and submitted modals.

Discord docs: Interactions > Receiving and Responding.
"""

from typing import Any

from local.simulator import errors, payload
from local.simulator.callbacks import answer_to
from local.simulator.command_input import by_path, check_input
from local.simulator.component_types import ACTION_ROW, BUTTON
from local.simulator.delivery import SignedInteraction, new_interaction, sign
from local.simulator.guild import Channel, Guild
from local.simulator.interactions import (
    AUTOCOMPLETE,
    COMMAND,
    COMPONENT,
    MODAL_SUBMIT,
    PING,
    Interaction,
)
from local.simulator.payload_data import registered_command
from local.simulator.shown_components import shown_components
from local.simulator.world import World

Json = dict[str, Any]

PRIMARY = 1


def build(
    world: World,
    command: str,
    options: Json,
    *,
    guild_id: str,
    channel_id: str,
    user_id: str,
    type_: int = COMMAND,
    direct: bool = False,
    overrides: dict[str, Any] | None = None,
    hostile: bool = False,
) -> SignedInteraction:
    """Create an interaction with a live token, and sign it.

    ``command`` may be a path to a subcommand, such as "campaign delete". A registered command takes
    only what ``command_input.check_input`` allows, unless the interaction is ``hostile``.
    ``direct`` sends it from a direct message with the bot instead of the guild's channel.
    ``overrides`` and ``hostile`` are also those of ``delivery.sign``. Raises ValueError for what a
    user cannot enter or Discord does not send, a 404 for an unknown guild, channel or member.
    """
    interaction = new_interaction(world, type_, user_id)
    if type_ == PING:
        content = payload.ping(world, interaction)
    elif direct:
        interaction.channel_id = world.snowflakes.next()
        data = _data(world, interaction, None, command, options, hostile=hostile)
        content = payload.in_direct_message(world, interaction, data)
    else:
        guild, channel = find_place(world, guild_id, channel_id, user_id)
        if not guild.has_commands and not hostile:
            raise ValueError("the application is not in the guild")
        interaction.guild_id, interaction.channel_id = guild.id, channel.id
        data = _data(world, interaction, guild, command, options, hostile=hostile)
        content = payload.in_guild(world, interaction, guild, channel, data)
    return sign(world, interaction, content, overrides=overrides, hostile=hostile)


def _data(
    world: World,
    interaction: Interaction,
    guild: Guild | None,
    name: str,
    options: Json,
    *,
    hostile: bool,
) -> Json:
    if interaction.type in {COMPONENT, MODAL_SUBMIT}:
        _add_message(world, interaction, name)
    else:
        name, options = by_path(name, options)
        registered = registered_command(world, guild, name)
        if registered is not None and not hostile:
            typing = interaction.type == AUTOCOMPLETE
            check_input(registered.get("options") or [], options, typing=typing)
    return payload.invocation_data(world, interaction, guild, name=name, options=options)


def _add_message(world: World, interaction: Interaction, custom_id: str) -> None:
    """Give a press or a submitted modal a message with a button that nobody else knows."""
    button = {"type": BUTTON, "style": PRIMARY, "label": "Press", "custom_id": custom_id}
    rows = [{"type": ACTION_ROW, "components": [button]}]
    message = answer_to(world, interaction)
    message.id, message.interaction_id = world.snowflakes.next(), None
    message.content, message.components = "Press", shown_components(rows)
    interaction.message = message


def find_place(world: World, guild_id: str, channel_id: str, user_id: str) -> tuple[Guild, Channel]:
    """Return the guild and the channel in which a member interacts.

    Raises a 404 for an unknown guild, channel or member.
    """
    guild = world.guilds.get(guild_id)
    if guild is None:
        raise errors.unknown_guild()
    channel = guild.place(channel_id)
    if channel is None:
        raise errors.unknown_channel()
    if user_id not in guild.members:
        raise errors.unknown_member()
    return guild, channel
