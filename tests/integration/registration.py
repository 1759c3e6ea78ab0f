"""A stack's application, as the simulated Discord knows it."""

from typing import Any

from channelwright.discord import calls
from channelwright.discord import client as discord
from local.stack import Stack

Json = dict[str, Any]


def told(stack: Stack) -> tuple[str | None, list[Json]]:
    """Return the endpoint and the commands that the stack's Discord knows."""
    assert stack.simulator
    info = stack.simulator.info
    bot = discord.Discord(info["api_base_url"], token=info["bot_token"], deadline=0)
    application = bot.send(calls.get_application())
    commands = bot.send(calls.list_commands(application["id"]))
    return application["interactions_endpoint_url"], commands
