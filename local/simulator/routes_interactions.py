"""The answer to an interaction as a separate call (Discord docs: Interactions > Receiving and
Responding > Create Interaction Response)."""

from local.simulator import delivery, errors
from local.simulator.answer import Answer
from local.simulator.call import Call, Route
from local.simulator.interactions import Interaction
from local.simulator.messages import EPHEMERAL, LOADING, Message
from local.simulator.objects import Json, message_object
from local.simulator.responses import CHANNEL_MESSAGE, read_response
from local.simulator.world import World


def create_response(call: Call, interaction_id: str, token: str) -> Answer:
    """Create Interaction Response: an interaction accepts one, before its deadline."""
    world = call.world
    interaction = world.interactions.get(interaction_id)
    if interaction is None or interaction.token != token or interaction.invalidated:
        raise errors.unknown_interaction()
    if interaction.acked_at is not None:
        raise errors.already_acknowledged()
    if world.clock.now() > interaction.created_at + world.settings.response_deadline_s:
        raise errors.unknown_interaction()
    if read_response(interaction, call.body) == CHANNEL_MESSAGE:
        draft = Message("", interaction.channel_id or "", world.bot.id, world.clock.now())
        draft.write(call.body["data"])
    delivery.receive(world, interaction_id, 200, call.body)
    if call.query.get("with_response") != "true":
        return Answer(204)
    return Answer(200, _callback_object(world, interaction))


def _callback_object(world: World, interaction: Interaction) -> Json:
    """Return the interaction callback response object."""
    shown: Json = {"id": interaction.id, "type": interaction.type}
    shown |= {"guild_id": interaction.guild_id, "channel_id": interaction.channel_id}
    message = interaction.original
    if message is None:
        return {"interaction": shown}
    shown |= {
        "response_message_id": message.id,
        "response_message_loading": bool(message.flags & LOADING),
        "response_message_ephemeral": bool(message.flags & EPHEMERAL),
    }
    # Discord's OpenAPI document knows no other type for a new message, deferred or not.
    resource = {"type": CHANNEL_MESSAGE, "message": message_object(world, message)}
    return {"interaction": shown, "resource": resource}


ROUTES = [
    Route(
        "POST",
        "/interactions/<interaction_id>/<token>/callback",
        create_response,
        (),
        bot_token=False,
    )
]
