"""The interface of a command, and helpers to read an interaction. Pure.

Source: Discord docs, Interactions > Receiving and Responding; Application Commands.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

from channelwright.campaign.name_mistakes import has_control_character
from channelwright.records.record import Record
from channelwright.words import rejections

Json = dict[str, Any]
# Returns a server's records by its id.
Records = Callable[[str], list[Record]]
# The context of a command in a server, and the key of the server that installed the application.
# Discord docs, Interactions > Receiving and Responding > Interaction Context Types; Authorizing
# Integration Owners Object.
IN_GUILD: Final = 0
GUILD_INSTALL: Final = "0"
# Discord docs, Resources > Message > Message Flags.
EPHEMERAL: Final = 1 << 6
MOST_DIGITS: Final = 40  # of permissions, a decimal number


class Refused(Exception):
    """The request is refused at once, for `reasons` that are sentences for the user."""

    def __init__(self, *reasons: str):
        super().__init__(*reasons)
        self.reasons = reasons


class Command(NamedTuple):
    """A command: its `definition` for Discord, and its `task`.

    `task` takes an interaction, as Discord sends it, and a function that reads a server's records.
    It returns a message for the queue or a text that answers at once, in private; or it raises
    `Refused`. `choices` completes what the user types in an option. If it `creates`, a refusal says
    that nothing was created.
    """

    definition: Json
    task: Callable[[Json, Records], Json | str]
    choices: Callable[[Json, Records], list[Json]] | None = None
    creates: bool = False


class Button(NamedTuple):
    """A button: its `task`, which takes a press and the button's id, as `Command.task`.

    It returns None if the id is of no button that the bot has. If it `edits`, the answer replaces
    the button's message; else it is a message of its own. `creates` is as for a command.
    """

    task: Callable[[Json, str], Json | None]
    edits: bool = False
    creates: bool = False


def mapping(parent: Mapping[str, Any], key: str) -> Json:
    """Return an object of an interaction, empty if there is none."""
    value = parent.get(key)
    return value if isinstance(value, dict) else {}


def bits(parent: Mapping[str, Any], key: str) -> int:
    """Return permissions of an interaction as bits; 0 if they are not a decimal number."""
    value = parent.get(key)
    if not isinstance(value, str) or len(value) > MOST_DIGITS:
        return 0
    return int(value) if value.isascii() and value.isdigit() else 0


def check_server(interaction: Mapping[str, Any]) -> None:
    """Check that the user ran the command in a server that installed the application.

    Raises:
        Refused: the user did not.

    """
    context = interaction.get("context")
    in_guild = type(context) is int and context == IN_GUILD
    if not (in_guild and interaction.get("guild_id") and mapping(interaction, "member")):
        raise Refused(rejections.ONLY_IN_A_SERVER)
    owners = mapping(interaction, "authorizing_integration_owners")
    if owners.get(GUILD_INSTALL) != interaction["guild_id"]:
        raise Refused(rejections.NOT_INSTALLED_IN_SERVER)


def subcommand(data: Mapping[str, Any]) -> tuple[str, Json]:
    """Return a subcommand's name, and its data with its own options; empty if there is none."""
    options = data.get("options")
    given = options[0] if isinstance(options, list) and len(options) == 1 else None
    if not isinstance(given, dict) or not isinstance(given.get("name"), str):
        return "", {}
    return given["name"], given


def ids(interaction: Mapping[str, Any]) -> dict[str, str]:
    """Return what every message for the queue says of its interaction."""
    return {
        "interaction_id": str(interaction.get("id")),
        "application_id": str(interaction.get("application_id")),
        "interaction_token": str(interaction.get("token")),
        "guild_id": str(interaction["guild_id"]),
        "channel_id": str(interaction.get("channel_id")),
        "user_id": str(mapping(mapping(interaction, "member"), "user").get("id")),
        "locale": str(interaction.get("locale") or "en-US"),
        "app_permissions": str(interaction.get("app_permissions")),
    }


def option(data: Mapping[str, Any], name: str) -> str:
    """Return a string option's value, trimmed; empty if it is missing.

    A value with a control character stays as it is, to be refused: trimming could remove it.
    """
    value = _value(data, name)
    if not isinstance(value, str):
        return ""
    return value if has_control_character(value) else value.strip()


def flag(data: Mapping[str, Any], name: str) -> bool:
    """Return a boolean option's value; false if it is missing."""
    return _value(data, name) is True


def _value(data: Mapping[str, Any], name: str) -> Any:
    options = data.get("options")
    for given in options if isinstance(options, list) else []:
        if isinstance(given, Mapping) and given.get("name") == name:
            return given.get("value")
    return None
