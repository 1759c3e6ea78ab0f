"""The answer to an interaction as a separate call (Discord docs: Interactions > Receiving and
Responding > Create Interaction Response)."""

from local.simulator import errors
from local.simulator.answer import Answer
from local.simulator.call import Call, Route
from local.simulator.callbacks import acknowledge
from local.simulator.interactions import Interaction
from local.simulator.message_objects import message_object
from local.simulator.messages import EPHEMERAL, LOADING
from local.simulator.objects import Json
from local.simulator.responses import CHANNEL_MESSAGE, DEFERRED_UPDATE_MESSAGE, UPDATE_MESSAGE
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
    acknowledge(world, interaction, call.body)
    if not call.query_boolean("with_response"):
        return Answer(204)
    return Answer(200, _callback_object(world, interaction, call.body["type"]))


def _callback_object(world: World, interaction: Interaction, type_: int) -> Json:
    """Return the interaction callback response object for a response of this type."""
    shown: Json = {"id": interaction.id, "type": interaction.type}
    shown |= {"guild_id": interaction.guild_id, "channel_id": interaction.channel_id}
    message = interaction.original
    if message is None or type_ == DEFERRED_UPDATE_MESSAGE:
        return {"interaction": shown}
    if type_ == UPDATE_MESSAGE:
        resource = {"type": UPDATE_MESSAGE, "message": message_object(world, message)}
        return {"interaction": shown, "resource": resource}
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
