"""What every command has, and what it reads of an interaction. Pure.

Source: Discord docs, Interactions > Receiving and Responding; Application Commands.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

from channelwright.campaign.name_mistakes import has_control_character

Json = dict[str, Any]
# An interaction's context, and the key of the server that installed the application.
# Discord docs, Interactions > Receiving and Responding > Interaction Context Types; Authorizing
# Integration Owners Object.
IN_GUILD: Final = 0
GUILD_INSTALL: Final = "0"
# Permissions are a number in decimal digits.
MOST_DIGITS: Final = 40


class Refused(Exception):
    """The request is not begun, for these reasons, in the user's words."""

    def __init__(self, *reasons: str):
        super().__init__(*reasons)
        self.reasons = reasons


class Command(NamedTuple):
    """A command: `definition` is what Discord is told, `task` makes a message for the queue.

    `task` takes the interaction as Discord sends it, and raises `Refused` where there are reasons
    against it.
    """

    definition: Json
    task: Callable[[Json], Json]

    @property
    def name(self) -> str:
        """The name that the user types."""
        return str(self.definition["name"])


def mapping(parent: Mapping[str, Any], key: str) -> Json:
    """Return an object in an interaction; an empty one if there is none."""
    value = parent.get(key)
    return value if isinstance(value, dict) else {}


def bits(parent: Mapping[str, Any], key: str) -> int:
    """Return permissions in an interaction; none if they are not a number."""
    value = parent.get(key)
    if not isinstance(value, str) or len(value) > MOST_DIGITS:
        return 0
    return int(value) if value.isascii() and value.isdigit() else 0


def is_in_guild(interaction: Mapping[str, Any]) -> bool:
    """Tell whether the command was given in a server."""
    context = interaction.get("context")
    in_guild = type(context) is int and context == IN_GUILD
    return bool(in_guild and interaction.get("guild_id") and mapping(interaction, "member"))


def is_installed(interaction: Mapping[str, Any]) -> bool:
    """Tell whether the server of the command has installed the application."""
    owners = mapping(interaction, "authorizing_integration_owners")
    return bool(owners.get(GUILD_INSTALL) == interaction["guild_id"])


def option(data: Mapping[str, Any], name: str) -> str:
    """Return a string option's value, empty if it is not there.

    It is trimmed, unless it has a control character, which is to be refused: some count as spaces.
    """
    options = data.get("options")
    for given in options if isinstance(options, list) else []:
        if isinstance(given, Mapping) and given.get("name") == name:
            value = given.get("value")
            return _trimmed(value) if isinstance(value, str) else ""
    return ""


def _trimmed(value: str) -> str:
    return value if has_control_character(value) else value.strip()
