"""Creates PINGs, commands, autocomplete and submitted modals.

Discord docs: Interactions > Receiving and Responding.
"""

from typing import Any

from local.simulator import errors, payload
from local.simulator.callbacks import answer_to
from local.simulator.component_types import ACTION_ROW, BUTTON
from local.simulator.delivery import SignedInteraction, new_interaction, sign
from local.simulator.guild import Channel, Guild
from local.simulator.interactions import COMMAND, COMPONENT, MODAL_SUBMIT, PING, Interaction
from local.simulator.shown_components import shown_components
from local.simulator.world import World

PRIMARY = 1


def build(
    world: World,
    command: str,
    options: dict[str, Any],
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

    ``direct`` sends it from a direct message with the bot instead of the guild's channel.
    ``overrides`` and ``hostile`` are those of ``delivery.sign``, which may raise ValueError. Raises
    a 404 for an unknown guild, channel or member.
    """
    interaction = new_interaction(world, type_, user_id)
    if type_ == PING:
        content = payload.ping(world, interaction)
    elif direct:
        interaction.channel_id = world.snowflakes.next()
        _add_message(world, interaction, command)
        data = payload.invocation_data(world, interaction, None, name=command, options=options)
        content = payload.in_direct_message(world, interaction, data)
    else:
        guild, channel = find_place(world, guild_id, channel_id, user_id)
        interaction.guild_id, interaction.channel_id = guild.id, channel.id
        _add_message(world, interaction, command)
        data = payload.invocation_data(world, interaction, guild, name=command, options=options)
        content = payload.in_guild(world, interaction, guild, channel, data)
    return sign(world, interaction, content, overrides=overrides, hostile=hostile)


def _add_message(world: World, interaction: Interaction, custom_id: str) -> None:
    """Give a press or a submitted modal a message with a button that nobody else knows."""
    if interaction.type not in {COMPONENT, MODAL_SUBMIT}:
        return
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
