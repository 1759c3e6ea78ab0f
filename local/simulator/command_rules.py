"""The rules for commands (Discord docs: Interactions > Application Commands)."""

import re

from local.simulator.form import REQUIRED, Form

CHAT_INPUT, ENTRY_POINT = 1, 4
HANDLERS = (1, 2)
OPTION_TYPES = range(1, 12)
MAXIMUM_OPTIONS = 25
MAXIMUM_LENGTH = 6000
CHAT_INPUT_NAME = re.compile(r"[-_'\w]{1,32}")

# A type and a name: no two commands of an application share both.
Key = tuple[int, str | None]


def check_command(form: Form) -> Key:
    """Note a command's problems, and return its type and name."""
    type_ = form.choice("type", (1, 2, 3, 4), CHAT_INPUT)
    if type_ == CHAT_INPUT:
        name = _check_names(form)
        _check_options(form)
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


def _check_options(form: Form) -> None:
    names: set[str | None] = set()
    optional = False
    for index, row in enumerate(form.rows("options", MAXIMUM_OPTIONS)):
        option = form.nested("options", index, row)
        name = _check_option(option)
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


def _check_option(option: Form) -> str | None:
    """Note the problems of an option and of the options in it, and return its name."""
    if not option.given("type"):
        option.problem("type", *REQUIRED)
    option.choice("type", OPTION_TYPES, 3)
    name = _check_names(option)
    _check_options(option)
    choices = option.rows("choices", MAXIMUM_OPTIONS)
    for number, choice in enumerate(choices):
        option.nested("choices", number, choice).text("name", 1, 100, required=True)
    if option.boolean("autocomplete", default=False) and choices:
        # Discord documents the rule, but not its error code.
        message = "autocomplete and choices are mutually exclusive."
        option.problem("autocomplete", "APPLICATION_COMMAND_OPTIONS_AUTOCOMPLETE_INVALID", message)
    _check_range(option, "max_value", _number(option, "min_value"), _number(option, "max_value"))
    shortest = option.integer("min_length", 0, MAXIMUM_LENGTH, 0)
    longest = option.integer("max_length", 1, MAXIMUM_LENGTH, MAXIMUM_LENGTH)
    _check_range(option, "max_length", shortest, longest)
    return name


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
