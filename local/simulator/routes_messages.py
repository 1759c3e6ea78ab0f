"""Messages in channels (Discord docs: Resources > Message)."""

from local.simulator import errors
from local.simulator.answer import Answer
from local.simulator.call import Call, read, write
from local.simulator.form import Form, is_decimal
from local.simulator.guild import CATEGORY, FORUM
from local.simulator.messages import MAXIMUM_NONCE, Message
from local.simulator.objects import message_object
from local.simulator.permissions import READ_MESSAGE_HISTORY, SEND_MESSAGES
from local.simulator.world import World

# Discord says "in the past few minutes".
NONCE_LIFE_S = 3 * 60


def create_message(call: Call, channel_id: str) -> Answer:
    """Create Message; an enforced ``nonce`` that was used a moment ago makes no second one."""
    guild, channel = call.world.channel(channel_id)
    call.need_in_channel(guild, channel, SEND_MESSAGES)
    if channel.type in {CATEGORY, FORUM}:
        raise errors.not_a_text_channel()
    world = call.world
    message = Message("", channel_id, world.bot.id, world.clock.now())
    form = Form(call.body)
    message.nonce = form.nonce("nonce", MAXIMUM_NONCE)
    enforced = form.boolean("enforce_nonce", default=False)
    form.check()
    message.write(call.body)
    key = (message.author_id, str(message.nonce))
    if enforced and message.nonce is not None:
        earlier = world.nonces.get(key)
        if earlier is not None and _stands(world, earlier):
            return Answer(200, message_object(world, earlier))
    message.id = world.snowflakes.next()
    world.messages.setdefault(channel_id, []).append(message)
    if message.nonce is not None:
        world.nonces[key] = message
    return Answer(200, message_object(world, message))


def _stands(world: World, message: Message) -> bool:
    """Tell whether a message is there, and young enough for its nonce to count."""
    young = world.clock.now() < message.created_at + NONCE_LIFE_S
    return young and message in world.messages.get(message.channel_id, [])


def list_messages(call: Call, channel_id: str) -> Answer:
    """Get Channel Messages: the newest ``limit`` (1-100, default 50), newest first."""
    guild, channel = call.world.channel(channel_id)
    call.need_in_channel(guild, channel, 0)
    held = call.held_in_channel(guild, channel)
    limit = call.query.get("limit", "50")
    if not is_decimal(limit) or not 1 <= int(limit) <= 100:
        raise errors.invalid_form({"limit": ("NUMBER_TYPE_MAX", "Must be between 1 and 100.")})
    shown = call.world.messages.get(channel_id, []) if held & READ_MESSAGE_HISTORY else []
    newest = shown[::-1][: int(limit)]
    return Answer(200, [message_object(call.world, message) for message in newest])


ROUTES = [
    read("/channels/<channel_id>/messages", list_messages),
    write("POST", "/channels/<channel_id>/messages", create_message),
]
