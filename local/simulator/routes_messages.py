"""Messages in channels (Discord docs: Resources > Message)."""

from local.simulator import errors
from local.simulator.answer import Answer
from local.simulator.call import Call, read, write
from local.simulator.form import Form
from local.simulator.guild import CATEGORY, FORUM
from local.simulator.message_objects import message_object
from local.simulator.messages import MAXIMUM_NONCE, Message
from local.simulator.permissions import (
    EMBED_LINKS,
    MANAGE_MESSAGES,
    READ_MESSAGE_HISTORY,
    to_send_in,
)
from local.simulator.world import World

# Discord says "in the past few minutes".
NONCE_LIFE_S = 3 * 60
NEWEST = (1 << 64) - 1


def create_message(call: Call, channel_id: str) -> Answer:
    """Create Message; an enforced ``nonce`` that was used recently returns the earlier message."""
    guild, channel = call.world.place(channel_id)
    call.need_in_channel(guild, channel, to_send_in(channel))
    if channel.type in {CATEGORY, FORUM}:
        raise errors.not_a_text_channel()
    world = call.world
    message = Message("", channel_id, world.bot.id, world.clock.now())
    form = Form(call.body)
    message.nonce = form.nonce("nonce", MAXIMUM_NONCE)
    enforced = form.boolean("enforce_nonce", default=False)
    form.check()
    message.write(call.body)
    if message.embeds:
        call.need_in_channel(guild, channel, EMBED_LINKS)
    key = (message.author_id, str(message.nonce))
    if enforced and message.nonce is not None:
        earlier = world.nonces.get(key)
        if earlier is not None and _stands(world, earlier):
            return Answer(200, message_object(world, earlier))
    message.id = world.snowflakes.next()
    world.post(message)
    if message.nonce is not None:
        world.nonces[key] = message
    return Answer(200, message_object(world, message))


def _stands(world: World, message: Message) -> bool:
    """Tell whether a message still exists, and is young enough for its nonce to count."""
    young = world.clock.now() < message.created_at + NONCE_LIFE_S
    return young and message in world.messages.get(message.channel_id, [])


def list_messages(call: Call, channel_id: str) -> Answer:
    """Get Channel Messages: the newest ``limit`` (1-100, default 50), newest first.

    ``before`` and ``after`` are message ids; only messages between them are returned.
    """
    guild, channel = call.world.place(channel_id)
    call.need_in_channel(guild, channel, 0)
    held = call.held_in_channel(guild, channel)
    limit = call.query_integer("limit", 50, 1, 100)
    before, after = call.query_integer("before", NEWEST), call.query_integer("after", 0)
    shown = call.world.messages.get(channel_id, []) if held & READ_MESSAGE_HISTORY else []
    shown = [message for message in shown if after < int(message.id) < before]
    # With ``after``, the oldest messages that follow it; otherwise, the newest ones.
    page = shown[:limit] if after else shown[-limit:]
    return Answer(200, [message_object(call.world, message) for message in page[::-1]])


def get_message(call: Call, channel_id: str, message_id: str) -> Answer:
    """Get Channel Message."""
    message = _find(call, channel_id, message_id, READ_MESSAGE_HISTORY)
    return Answer(200, message_object(call.world, message))


def edit_message(call: Call, channel_id: str, message_id: str) -> Answer:
    """Edit Message: only the bot's own."""
    message = _find(call, channel_id, message_id, 0)
    if message.author_id != call.world.bot.id:
        raise errors.not_ones_own_message()
    message.write(call.body)
    message.edited_at = call.world.clock.now()
    return Answer(200, message_object(call.world, message))


def delete_message(call: Call, channel_id: str, message_id: str) -> Answer:
    """Delete Message: other users' messages only with Manage Messages."""
    message = _find(call, channel_id, message_id, 0)
    if message.author_id != call.world.bot.id:
        _find(call, channel_id, message_id, MANAGE_MESSAGES)
    call.world.remove(message)
    return Answer(204)


def _find(call: Call, channel_id: str, message_id: str, permissions: int) -> Message:
    """Return a message in a channel where the bot has these permissions, or raise."""
    guild, channel = call.world.place(channel_id)
    call.need_in_channel(guild, channel, permissions)
    for message in call.world.messages.get(channel_id, []):
        if message.id == message_id:
            return message
    raise errors.unknown_message()


_MESSAGES = "/channels/<channel_id>/messages"
_MESSAGE = f"{_MESSAGES}/<message_id>"

ROUTES = [
    read(_MESSAGES, list_messages),
    write("POST", _MESSAGES, create_message),
    read(_MESSAGE, get_message),
    write("PATCH", _MESSAGE, edit_message),
    write("DELETE", _MESSAGE, delete_message),
]
