"""Checks a user's input for a command, as Discord's clients do before they send it.

Discord docs: Interactions > Application Commands (Application Command Option Structure;
Subcommands and Subcommand Groups; Autocomplete).
"""

from typing import Any

from local.simulator.command_rules import MAXIMUM_LENGTH, NESTED, STRING

Json = dict[str, Any]

INTEGER, BOOLEAN, NUMBER = 4, 5, 10
# The types of Python for the values; all other options have ids.
VALUES: dict[int, tuple[type, ...]] = {
    INTEGER: (int,),
    BOOLEAN: (bool,),
    NUMBER: (int, float),
}
LARGEST_INTEGER = (1 << 53) - 1


def by_path(command: str, options: Json) -> tuple[str, Json]:
    """Return a command's name, and its options inside its subcommand and group.

    "campaign delete" stands for the subcommand "delete" of the command "campaign".
    """
    name, *path = command.split(" ")
    for part in reversed(path):
        options = {part: options}
    return name, options


def check_input(described: list[Json], given: Json, *, typing: bool) -> None:
    """Raise ValueError if a user cannot enter the values ``given`` for the options ``described``.

    ``typing`` means that the last value is still being typed, and that others may be missing.
    """
    known = {option["name"]: option for option in described}
    for name in given:
        if name not in known:
            raise ValueError(f"the command has no option {name}")
    if any(option["type"] in NESTED for option in described):
        _check_subcommand(known, given, typing=typing)
        return
    missing = [o["name"] for o in described if o.get("required") and o["name"] not in given]
    if missing and not typing:
        raise ValueError(f"the required option {missing[0]} is missing")
    focused = list(given)[-1] if typing and given else None
    for name, value in given.items():
        if name == focused:
            _check_typed(known[name])
        else:
            _check_value(known[name], value)


def _check_subcommand(known: dict[str, Json], given: Json, *, typing: bool) -> None:
    name, inner = next(iter(given.items()), (None, None))
    if name is None or len(given) > 1 or not isinstance(inner, dict):
        raise ValueError(f"one of the subcommands is needed: {', '.join(known)}")
    check_input(known[name].get("options") or [], inner, typing=typing)


def _check_typed(option: Json) -> None:
    if not option.get("autocomplete"):
        raise ValueError(f"the option {option['name']} has no autocomplete")


def _check_value(option: Json, value: Any) -> None:
    """Raise ValueError if a value is not one of the option's."""
    name = option["name"]
    if type(value) not in VALUES.get(option["type"], (str,)):
        raise ValueError(f"the option {name} takes no {type(value).__name__}")
    choices = [choice["value"] for choice in option.get("choices") or []]
    if choices and value not in choices:
        raise ValueError(f"the option {name} has the choices {choices}")
    if option["type"] == STRING:
        _check_range(f"the length of {name}", len(value), *_lengths(option))
    if option["type"] in {INTEGER, NUMBER}:
        _check_range(name, value, *_numbers(option))


def _lengths(option: Json) -> tuple[int, int]:
    longest = option.get("max_length")
    return option.get("min_length") or 0, MAXIMUM_LENGTH if longest is None else longest


def _numbers(option: Json) -> tuple[float, float]:
    least, most = option.get("min_value"), option.get("max_value")
    return -LARGEST_INTEGER if least is None else least, LARGEST_INTEGER if most is None else most


def _check_range(what: str, value: float, least: float, most: float) -> None:
    if not least <= value <= most:
        raise ValueError(f"{what} must be from {least} to {most}")
