"""The table of commands: a new one is a row here, and a file beside this one. Pure."""

from typing import Final

from channelwright.commands import add_campaign
from channelwright.commands.command import Command

COMMANDS: Final[dict[str, Command]] = {one.name: one for one in (add_campaign.COMMAND,)}
# What Discord is told of them.
DEFINITIONS: Final = [one.definition for one in COMMANDS.values()]
