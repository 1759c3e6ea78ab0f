"""Creates presses of buttons and choices in selects, as Discord's clients allow them.

Discord docs: Components > Reference; Interactions > Receiving and Responding.
"""

from collections.abc import Sequence
from typing import Any

from local.simulator import payload
from local.simulator.component_types import BUTTON, SELECTS, STRING_SELECT, WITHOUT_CUSTOM_ID
from local.simulator.delivery import SignedInteraction, new_interaction, sign
from local.simulator.interactions import COMPONENT
from local.simulator.invocations import find_place
from local.simulator.messages import Message
from local.simulator.payload_data import component_data
from local.simulator.permissions import VIEW_CHANNEL, channel_permissions
from local.simulator.shown_components import find_component
from local.simulator.world import World

Json = dict[str, Any]


def build_press(
    world: World,
    message: Message,
    custom_id: str,
    *,
    user_id: str,
    values: Sequence[str] | None = None,
    overrides: Json | None = None,
    hostile: bool = False,
) -> SignedInteraction:
    """Create a press of a message's component with a live token of its own, and sign it.

    ``values`` are what the user picks in a select. ``overrides`` and ``hostile`` are those of
    ``delivery.sign``. Raises ValueError if the user cannot do this, a 404 for an unknown member.
    """
    guild, channel = world.any_place(message.channel_id)
    find_place(world, guild.id, channel.id, user_id)
    member = guild.members[user_id]
    if not channel_permissions(guild, member, channel, world.clock.now()) & VIEW_CHANNEL:
        raise ValueError("the user does not see the channel")
    if message.visible_to not in {None, user_id}:
        raise ValueError("only another user sees the message")
    component = _enabled(message, custom_id)
    _check_values(component, values)
    interaction = new_interaction(world, COMPONENT, user_id)
    interaction.guild_id, interaction.channel_id = guild.id, channel.id
    interaction.message = message
    data = component_data(world, guild, user_id, component, values)
    content = payload.in_guild(world, interaction, guild, channel, data)
    return sign(world, interaction, content, overrides=overrides, hostile=hostile)


def _enabled(message: Message, custom_id: str) -> Json:
    """Return the component that can be pressed, or raise ValueError."""
    component = find_component(message.components, custom_id)
    if component is None or component.get("style") in WITHOUT_CUSTOM_ID:
        raise ValueError(f"the message has no component {custom_id}")
    if component.get("disabled"):
        raise ValueError(f"the component {custom_id} is disabled")
    return component


def _check_values(component: Json, values: Sequence[str] | None) -> None:
    """Raise ValueError unless the component offers these values, so many of them, to be picked."""
    type_ = component["type"]
    if type_ == BUTTON:
        if values is not None:
            raise ValueError("a button has no values")
        return
    if type_ not in SELECTS or values is None:
        raise ValueError("a select needs values")
    least, most = component["min_values"], component["max_values"]
    if not least <= len(values) <= most or len(set(values)) < len(values):
        raise ValueError(f"values must be {least} to {most} different ones")
    offered = [option["value"] for option in component.get("options", [])]
    if type_ == STRING_SELECT and not set(values) <= set(offered):
        raise ValueError(f"values must be among {offered}")
