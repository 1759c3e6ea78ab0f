"""Applies an application's responses to interactions.

Discord docs: Interactions > Receiving and Responding > Interaction Callback Type.
"""

from typing import Any

from local.simulator import errors
from local.simulator.interactions import COMPONENT, Interaction
from local.simulator.messages import (
    CHAT_INPUT_COMMAND_MESSAGE,
    EPHEMERAL,
    LOADING,
    REPLY,
    Message,
)
from local.simulator.responses import (
    AUTOCOMPLETE_RESULT,
    DEFERRED_CHANNEL_MESSAGE,
    MESSAGES,
    UPDATE_MESSAGE,
    UPDATES,
    read_response,
)
from local.simulator.world import World

Json = dict[str, Any]


def receive(world: World, interaction_id: str, status: int | None, response: Any) -> None:
    """Record the application's answer to an interaction; ``status`` is None if it was too late."""
    with world.lock:
        interaction = world.interactions[interaction_id]
        if interaction.acked_at is not None:
            # Only the first answer counts.
            return
        try:
            if status is None or not 200 <= status < 300:
                interaction.invalidated = True
            else:
                acknowledge(world, interaction, response)
        except errors.DiscordHTTPError:
            interaction.invalidated = True


def acknowledge(world: World, interaction: Interaction, response: Any) -> None:
    """Do what a response asks for.

    Raises a 50035 or 50006 if Discord refuses the response, a 10008 if it updates a message that is
    gone.
    """
    type_ = read_response(interaction, response)
    at = world.clock.now() + world.settings.ack_delay_ms / 1000
    data = response.get("data") or {}
    if type_ in MESSAGES:
        thinking = type_ == DEFERRED_CHANNEL_MESSAGE
        message = _new_message(world, interaction, data, thinking=thinking)
        interaction.thinking = thinking
        interaction.acknowledge(at, message, written=not thinking)
    elif type_ in UPDATES and interaction.message is not None:
        written = type_ == UPDATE_MESSAGE and bool(data)
        if written:
            _update(world, interaction.message, data)
        interaction.acknowledge(at, interaction.message, written=written)
    else:
        if type_ == AUTOCOMPLETE_RESULT:
            interaction.choices = data.get("choices") or []
        interaction.acked_at = at


def _new_message(world: World, interaction: Interaction, data: Json, *, thinking: bool) -> Message:
    """Create an answer's message; with ``thinking``, a deferred one without content."""
    message = answer_to(world, interaction)
    message.type = REPLY if interaction.type == COMPONENT else CHAT_INPUT_COMMAND_MESSAGE
    if thinking:
        message.flags = LOADING
    else:
        message.write(data)
    show(world, interaction, message, ephemeral=is_ephemeral(data))
    return message


def _update(world: World, message: Message, data: Json) -> None:
    if message.deleted:
        raise errors.unknown_message()
    message.write(data)
    message.edited_at = world.clock.now()


def answer_to(world: World, interaction: Interaction) -> Message:
    """Return an empty message of the bot, without an id, in the interaction's channel."""
    message = Message("", interaction.channel_id or "", world.bot.id, world.clock.now())
    message.interaction_id = interaction.id
    return message


def is_ephemeral(data: Json) -> bool:
    """Tell whether a new message's data has the flag EPHEMERAL."""
    flags = data.get("flags")
    return isinstance(flags, int) and bool(flags & EPHEMERAL)


def show(world: World, interaction: Interaction, message: Message, *, ephemeral: bool) -> None:
    """Show a new message that answers an interaction, which gets its id and stays ephemeral."""
    message.id = world.snowflakes.next()
    if ephemeral:
        message.flags |= EPHEMERAL
        message.visible_to = interaction.user_id
    world.post(message)
