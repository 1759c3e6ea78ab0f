"""The JSON objects of messages (Discord docs: Resources > Message)."""

from local.simulator.interactions import COMMAND, COMPONENT, Interaction
from local.simulator.messages import REPLY, Message
from local.simulator.objects import Json, timestamp, user_object
from local.simulator.world import World

REPLY_REFERENCE = 0


def message_object(world: World, message: Message) -> Json:
    """Resources > Message: the message object."""
    edited = None if message.edited_at is None else timestamp(message.edited_at)
    shown = {
        "id": message.id,
        "type": message.type,
        "channel_id": message.channel_id,
        "author": user_object(world.users[message.author_id]),
        "content": message.content,
        "timestamp": timestamp(message.created_at),
        "edited_timestamp": edited,
        "flags": message.flags,
        "embeds": message.embeds,
        "components": message.components,
        "mentions": [],
        "mention_roles": [],
        "mention_everyone": False,
        "attachments": [],
        "pinned": False,
        "tts": False,
    }
    if message.nonce is not None:
        shown["nonce"] = message.nonce
    if message.interaction_id is None:
        return shown
    ids = {"application_id": world.application.id, "webhook_id": world.application.id}
    return shown | ids | _source(world, message, world.interactions[message.interaction_id])


def _source(world: World, message: Message, interaction: Interaction) -> Json:
    """Return what a message tells of the interaction that it answers.

    The answer to a press is a reply to the pressed message.
    """
    if interaction.type not in {COMMAND, COMPONENT}:
        return {}
    metadata = {
        "id": interaction.id,
        "type": interaction.type,
        "user": user_object(world.users[interaction.user_id]),
        "authorizing_integration_owners": interaction.integration_owners,
    }
    if interaction.original is not None and message in interaction.followups:
        metadata["original_response_message_id"] = interaction.original.id
    shown: Json = {"interaction_metadata": metadata}
    pressed = interaction.message
    if pressed is not None:
        metadata["interacted_message_id"] = pressed.id
        if message.type == REPLY:
            shown["message_reference"] = _reference(interaction, pressed)
    return shown


def _reference(interaction: Interaction, pressed: Message) -> Json:
    reference: Json = {"type": REPLY_REFERENCE, "message_id": pressed.id}
    reference["channel_id"] = pressed.channel_id
    if interaction.guild_id is not None:
        reference["guild_id"] = interaction.guild_id
    return reference
