"""The table of commands. To add one, add a row here and a file next to this one. Pure."""

from typing import Final

from channelwright.commands import add_campaign, campaign

COMMANDS: Final = {one.definition["name"]: one for one in (add_campaign.COMMAND, campaign.COMMAND)}
# The task of a press, by the action in the component's id: `<version>:<action>:…`.
COMPONENTS: Final = {"delete": campaign.press}
# The definitions to register with Discord.
DEFINITIONS: Final = [one.definition for one in COMMANDS.values()]
