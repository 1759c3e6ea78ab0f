"""The table of commands. To add one, add a row here and a file next to this one. Pure."""

from typing import Final

from channelwright.commands import add_campaign, campaign
from channelwright.commands.command import Button

COMMANDS: Final = {one.definition["name"]: one for one in (add_campaign.COMMAND, campaign.COMMAND)}
# The buttons, by the action in their id: `<version>:<action>:…`.
BUTTONS: Final = {
    "delete": Button(campaign.confirm, edits=True),
    "undo": Button(campaign.undo),
    "add": Button(campaign.add_players),
    "again": Button(add_campaign.again, creates=True),
}
# The definitions to register with Discord.
DEFINITIONS: Final = [one.definition for one in COMMANDS.values()]
