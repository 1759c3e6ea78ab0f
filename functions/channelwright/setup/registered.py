"""Check what Discord has registered: whether it is well-formed, and whether it is ours. Pure.

Source: Discord docs, Resources > Application; Interactions > Application Commands.
"""

from collections.abc import Mapping, Sequence
from types import NoneType
from typing import Any, Final

from channelwright.commands.table import DEFINITIONS
from channelwright.discord.calls import Json

# The fields of an application that are read, with their types. A nullable one may be absent, too.
APPLICATION_FIELDS: Final[Mapping[str, tuple[type, ...]]] = {
    "id": (str,),
    "name": (str,),
    "verify_key": (str,),
    "interactions_endpoint_url": (str, NoneType),
    "integration_types_config": (dict, NoneType),
    "install_params": (dict, NoneType),
    "custom_install_url": (str, NoneType),
}
# The documented fields of a command and its options. Discord adds ids and versions.
COMMAND_FIELDS: Final = frozenset(
    (
        *("type", "name", "name_localizations", "description", "description_localizations"),
        *("default_member_permissions", "contexts", "integration_types", "nsfw", "options"),
        *("required", "choices", "value", "channel_types", "autocomplete"),
        *("min_value", "max_value", "min_length", "max_length"),
    )
)
COMMAND_DEFAULTS: Final[Json] = {"type": 1, "integration_types": [0]}
# The type of the command that starts an application's Activity. Discord creates one if Activities
# are enabled, and refuses a list of commands without it (400, 50240).
ENTRY_POINT: Final = 4
# The fields of an Entry Point command that can be sent back to Discord.
_ENTRY_POINT_FIELDS: Final = COMMAND_FIELDS | {"handler"}


def is_application(said: Any) -> bool:
    """Tell whether `said` is an application, as Discord shows it to its own bot."""
    return isinstance(said, dict) and all(
        isinstance(said.get(field), types) for field, types in APPLICATION_FIELDS.items()
    )


def are_commands(said: Any) -> bool:
    """Tell whether `said` is a list of commands."""
    return isinstance(said, list) and all(
        isinstance(command, dict) and isinstance(command.get("name"), str) for command in said
    )


def same_commands(registered: Sequence[Json], ours: Sequence[Json] = DEFINITIONS) -> bool:
    """Tell whether Discord's commands are ours, apart from the fields that Discord adds.

    The Entry Point command is not ours, and does not count.
    """

    def described(commands: Sequence[Json]) -> list[Any]:
        return sorted((_essence(COMMAND_DEFAULTS | c) for c in commands), key=lambda c: c["name"])

    return described([c for c in registered if not _is_entry_point(c)]) == described(ours)


def beside_entry_point(ours: Sequence[Json], registered: Sequence[Json]) -> list[Json]:
    """Return the list of commands to send: `ours`, and the Entry Point command unchanged.

    `registered` is Discord's list, with localizations: Discord drops those that are not sent.
    """
    return [*ours, *(_taken_back(one) for one in registered if _is_entry_point(one))]


def _is_entry_point(command: Json) -> bool:
    return command.get("type") == ENTRY_POINT


def _taken_back(command: Json) -> Json:
    return {
        key: value
        for key, value in command.items()
        if key in _ENTRY_POINT_FIELDS and not _says_nothing(value)
    }


def _essence(said: Any) -> Any:
    """Return `said` without empty values and without the fields that Discord adds."""
    if isinstance(said, Mapping):
        return {
            key: value if key.endswith("_localizations") else _essence(value)
            for key, value in said.items()
            if key in COMMAND_FIELDS and not _says_nothing(value)
        }
    if isinstance(said, list):
        items = [_essence(item) for item in said]
        # Contexts and types are sets: their order does not matter.
        return sorted(items) if all(isinstance(item, int) for item in items) else items
    return said


def _says_nothing(value: Any) -> bool:
    return value is None or value is False or value in ("", [], {})
