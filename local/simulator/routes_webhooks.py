"""The messages that answer interactions.

Discord docs: Interactions > Receiving and Responding.
"""

from local.simulator import errors
from local.simulator.answer import Answer
from local.simulator.call import Call, Handler, Route
from local.simulator.interactions import Interaction
from local.simulator.messages import EPHEMERAL, Message
from local.simulator.objects import message_object


def _interaction(call: Call, application_id: str, token: str) -> Interaction:
    if application_id != call.world.application.id:
        raise errors.unknown_webhook()
    return call.world.interaction(token)


def get_original(call: Call, application_id: str, token: str) -> Answer:
    """Get Original Interaction Response."""
    interaction = _interaction(call, application_id, token)
    message = interaction.original_at(call.world.clock.now())
    return Answer(200, message_object(call.world, message))


def edit_original(call: Call, application_id: str, token: str) -> Answer:
    """Edit Original Interaction Response."""
    interaction = _interaction(call, application_id, token)
    now = call.world.clock.now()
    message = interaction.original_at(now)
    message.write(call.body)
    message.edited_at = now
    interaction.thinking = False
    interaction.versions.append(message.version(now))
    return Answer(200, message_object(call.world, message))


def delete_original(call: Call, application_id: str, token: str) -> Answer:
    """Delete Original Interaction Response."""
    interaction = _interaction(call, application_id, token)
    message = interaction.original_at(call.world.clock.now())
    interaction.original = None
    shown = call.world.messages.get(message.channel_id, [])
    if message in shown:
        shown.remove(message)
    return Answer(204)


def create_followup(call: Call, application_id: str, token: str) -> Answer:
    """Create Followup Message; the first one fills an answer that is still "thinking"."""
    interaction = _interaction(call, application_id, token)
    world = call.world
    now = world.clock.now()
    if not interaction.acked(now) or interaction.channel_id is None:
        raise errors.unknown_webhook()
    if interaction.thinking:
        return edit_original(call, application_id, token)
    message = Message("", interaction.channel_id, world.bot.id, now)
    message.interaction_id = interaction.id
    message.write(call.body)
    message.id = world.snowflakes.next()
    if (call.body.get("flags") or 0) & EPHEMERAL:
        message.flags |= EPHEMERAL
    else:
        world.messages.setdefault(message.channel_id, []).append(message)
    interaction.followups.append(message)
    return Answer(200, message_object(world, message))


def _route(method: str, suffix: str, handler: Handler, limit: str) -> Route:
    path = f"/webhooks/<application_id>/<token>{suffix}"
    return Route(method, path, handler, (limit,), bot_token=False)


_ORIGINAL = "/messages/@original"

ROUTES = [
    _route("GET", _ORIGINAL, get_original, "read"),
    _route("PATCH", _ORIGINAL, edit_original, "webhook_edit"),
    _route("DELETE", _ORIGINAL, delete_original, "webhook_edit"),
    _route("POST", "", create_followup, "webhook_post"),
]
