"""The messages that answer interactions; an interaction's token authorizes the calls.

Discord docs: Interactions > Receiving and Responding > Followup Messages.
"""

from local.simulator import errors
from local.simulator.answer import Answer
from local.simulator.call import Call, Handler, Route
from local.simulator.callbacks import answer_to, is_ephemeral, show
from local.simulator.interactions import COMMAND, Interaction
from local.simulator.message_objects import message_object
from local.simulator.messages import CHAT_INPUT_COMMAND_MESSAGE, DEFAULT_MESSAGE, Message


def _interaction(call: Call, application_id: str, token: str) -> Interaction:
    if application_id != call.world.application.id:
        raise errors.unknown_webhook()
    return call.world.interaction(token)


def _message(call: Call, interaction: Interaction, message_id: str | None) -> Message:
    """Return @original, or the message with this id that answers the interaction."""
    now = call.world.clock.now()
    if message_id is None:
        return interaction.original_at(now)
    return interaction.message_at(now, message_id)


def get_message(
    call: Call, application_id: str, token: str, message_id: str | None = None
) -> Answer:
    """Get Original Interaction Response; Get Followup Message."""
    interaction = _interaction(call, application_id, token)
    return Answer(200, message_object(call.world, _message(call, interaction, message_id)))


def edit_message(
    call: Call, application_id: str, token: str, message_id: str | None = None
) -> Answer:
    """Edit Original Interaction Response; Edit Followup Message."""
    interaction = _interaction(call, application_id, token)
    message = _message(call, interaction, message_id)
    now = call.world.clock.now()
    message.write(call.body)
    message.edited_at = now
    if message is interaction.original:
        interaction.thinking = False
        interaction.versions.append(message.version(now))
    return Answer(200, message_object(call.world, message))


def delete_message(
    call: Call, application_id: str, token: str, message_id: str | None = None
) -> Answer:
    """Delete Original Interaction Response; Delete Followup Message."""
    interaction = _interaction(call, application_id, token)
    call.world.remove(_message(call, interaction, message_id))
    return Answer(204)


def create_followup(call: Call, application_id: str, token: str) -> Answer:
    """Create Followup Message; the first one fills an answer that is still "thinking"."""
    interaction = _interaction(call, application_id, token)
    world = call.world
    if not interaction.acked(world.clock.now()) or interaction.channel_id is None:
        raise errors.unknown_webhook()
    if interaction.thinking:
        return edit_message(call, application_id, token)
    message = answer_to(world, interaction)
    is_command = interaction.type == COMMAND
    message.type = CHAT_INPUT_COMMAND_MESSAGE if is_command else DEFAULT_MESSAGE
    message.write(call.body)
    show(world, interaction, message, ephemeral=is_ephemeral(call.body))
    interaction.followups.append(message)
    return Answer(200, message_object(world, message))


def _route(method: str, suffix: str, handler: Handler, limit: str) -> Route:
    path = f"/webhooks/<application_id>/<token>{suffix}"
    return Route(method, path, handler, (limit,), bot_token=False)


ROUTES = [
    route
    for suffix in ("/messages/@original", "/messages/<message_id>")
    for route in (
        _route("GET", suffix, get_message, "read"),
        _route("PATCH", suffix, edit_message, "webhook_edit"),
        _route("DELETE", suffix, delete_message, "webhook_edit"),
    )
] + [_route("POST", "", create_followup, "webhook_post")]
