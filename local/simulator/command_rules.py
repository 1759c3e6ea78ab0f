"""The rules for commands (Discord docs: Interactions > Application Commands)."""

import re
from collections.abc import Collection
from typing import Any

from local.simulator.form import REQUIRED, Form

CHAT_INPUT, ENTRY_POINT = 1, 4
HANDLERS = (1, 2)
SUB_COMMAND, SUB_COMMAND_GROUP, STRING = 1, 2, 3
OPTION_TYPES = range(1, 12)
# The types of the options in a subcommand, and in a group of subcommands.
NESTED: dict[int, Collection[int]] = {
    SUB_COMMAND: range(STRING, 12),
    SUB_COMMAND_GROUP: (SUB_COMMAND,),
}
MAXIMUM_OPTIONS = 25
MIXED = (
    "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID",
    "Sub-command and sub-command group option types are mutually exclusive to all other types",
)
MAXIMUM_LENGTH = 6000
MAXIMUM_CHOICE = 100
MAXIMUM_SIZE = 8000
CHAT_INPUT_NAME = re.compile(r"[-_'\w]{1,32}")

# A type and a name: no two commands of an application share both.
Key = tuple[int, str | None]


def check_command(form: Form) -> Key:
    """Note a command's problems, and return its type and name."""
    type_ = form.choice("type", (1, 2, 3, 4), CHAT_INPUT)
    if type_ == CHAT_INPUT:
        name = _check_names(form)
        _check_options(form)
        if _size(form.body) > MAXIMUM_SIZE:
            message = f"Command exceeds maximum size ({MAXIMUM_SIZE})"
            form.problem("", "APPLICATION_COMMAND_TOO_LARGE", message)
    else:
        name = form.text("name", 1, 32, required=True)
        form.text("description", 0, 100)
    if type_ == ENTRY_POINT:
        form.choice("handler", HANDLERS, HANDLERS[0])
    form.permissions("default_member_permissions", 0)
    return type_, name


def not_unique(form: Form, place: str) -> None:
    """Note that another command already has this type and name."""
    message = "Application command names must be unique"
    form.problem(place, "APPLICATION_COMMANDS_DUPLICATE_NAME", message)


def _check_options(form: Form, allowed: Collection[int] = OPTION_TYPES) -> None:
    """Note the problems of options, whose types must be ``allowed``, and of the options in them."""
    names: set[str | None] = set()
    optional = False
    rows = form.rows("options", MAXIMUM_OPTIONS)
    for index, row in enumerate(rows):
        option = form.nested("options", index, row)
        name = _check_option(option, allowed)
        if _nests(row) != _nests(rows[0]):
            form.problem(f"options.{index}", *MIXED)
        if name and name in names:
            message = f"Option name {name} is already used in these options"
            form.problem(f"options.{index}", "APPLICATION_COMMAND_OPTIONS_NAME_INVALID", message)
        names.add(name)
        required = option.boolean("required", default=False)
        if required and optional:
            message = "Required options must be placed before non-required options"
            code = "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID"
            form.problem(f"options.{index}", code, message)
        optional = optional or not required


def _nests(option: Any) -> bool:
    return isinstance(option, dict) and option.get("type") in NESTED


def _check_option(option: Form, allowed: Collection[int]) -> str | None:
    """Note the problems of an option and of the options in it, and return its name."""
    if not option.given("type"):
        option.problem("type", *REQUIRED)
    type_ = option.choice("type", allowed, 0)
    name = _check_names(option)
    if type_ in NESTED:
        _check_options(option, NESTED[type_])
    choices = option.rows("choices", MAXIMUM_OPTIONS)
    for number, row in enumerate(choices):
        choice = option.nested("choices", number, row)
        choice.text("name", 1, 100, required=True)
        if type_ == STRING:
            choice.text("value", 1, MAXIMUM_CHOICE, required=True)
    if option.boolean("autocomplete", default=False) and choices:
        # Discord documents the rule, but not its error code.
        message = "autocomplete and choices are mutually exclusive."
        option.problem("autocomplete", "APPLICATION_COMMAND_OPTIONS_AUTOCOMPLETE_INVALID", message)
    _check_range(option, "max_value", _number(option, "min_value"), _number(option, "max_value"))
    shortest = option.integer("min_length", 0, MAXIMUM_LENGTH, 0)
    longest = option.integer("max_length", 1, MAXIMUM_LENGTH, MAXIMUM_LENGTH)
    _check_range(option, "max_length", shortest, longest)
    return name


def _size(described: Any) -> int:
    """Return the characters of names, descriptions and values, also of the options and choices.

    Of a text and its localizations, only the longest counts.
    """
    if not isinstance(described, dict):
        return 0
    size = len(str(described.get("value") or ""))
    for field in ("name", "description"):
        localized = described.get(f"{field}_localizations")
        others = localized.values() if isinstance(localized, dict) else ()
        size += max(len(str(text or "")) for text in (described.get(field), *others))
    for field in ("options", "choices"):
        inner = described.get(field)
        size += sum(_size(one) for one in inner) if isinstance(inner, list) else 0
    return size


def _number(option: Form, field: str) -> float | None:
    value = option.body.get(field)
    if value is None or (isinstance(value, int | float) and not isinstance(value, bool)):
        return value
    option.problem(field, "NUMBER_TYPE_COERCE", f'Value "{value}" is not double.')
    return None


def _check_range(option: Form, field: str, least: float | None, most: float | None) -> None:
    if least is not None and most is not None and least > most:
        message = f"Value should be greater than or equal to {least}."
        option.problem(field, "NUMBER_TYPE_MIN", message)


def _check_names(form: Form) -> str | None:
    name = form.text("name", 1, 32, required=True)
    if name and (not CHAT_INPUT_NAME.fullmatch(name) or name != name.lower()):
        message = "Command name is invalid"
        form.problem("name", "APPLICATION_COMMAND_INVALID_NAME", message)
    form.text("description", 1, 100, required=True)
    return name
