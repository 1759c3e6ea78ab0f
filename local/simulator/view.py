"""The whole simulated Discord as a page shows it: servers, messages, commands, troubles."""

from typing import Any

from local.simulator.faults import Faults
from local.simulator.guild import Guild
from local.simulator.message_objects import message_object
from local.simulator.people import offered_commands
from local.simulator.snapshot import snapshot
from local.simulator.world import World

Json = dict[str, Any]
SETTINGS = ("latency_ms",)


def view(world: World, faults: Faults) -> Json:
    """Return everything that people see, without any token; the caller holds the world's lock."""
    settings = world.settings.as_json()
    return {
        "guilds": [_guild(world, guild) for guild in world.guilds.values()],
        "messages": _messages(world),
        "commands": [one for commands in world.commands.values() for one in commands],
        "settings": {name: settings[name] for name in SETTINGS},
        "faults": faults.list(still_at=world.clock.now()),
    }


def _guild(world: World, guild: Guild) -> Json:
    offered = {id_: offered_commands(world, guild, one) for id_, one in guild.members.items()}
    shown = snapshot(guild) | {"offered": offered}
    del shown["audit_log"]
    return shown


def _messages(world: World) -> list[Json]:
    """Return all messages, the ephemeral ones with the only user who sees them."""
    shown = [message for messages in world.messages.values() for message in messages]
    everything = [*shown, *world.ephemeral_messages.values()]
    return [
        message_object(world, message) | {"visible_to": message.visible_to}
        for message in everything
    ]
