"""Application commands (Discord docs: Interactions > Application Commands)."""

from collections.abc import Iterable
from typing import Any

from local.simulator import errors
from local.simulator.answer import Answer
from local.simulator.call import Call, read, write
from local.simulator.command_rules import (
    CHAT_INPUT,
    ENTRY_POINT,
    Key,
    check_command,
    not_unique,
)
from local.simulator.form import Form

MAXIMUM_COMMANDS = 100

Command = dict[str, Any]


def list_commands(call: Call, application_id: str, guild_id: str | None = None) -> Answer:
    """Get Global (or Guild) Application Commands, with localizations only on request."""
    _need_own_application(call, application_id, guild_id)
    commands = call.world.commands.get(guild_id, [])
    if call.query_boolean("with_localizations"):
        return Answer(200, commands)
    return Answer(200, [_in_one_language(command) for command in commands])


def _in_one_language(said: Any) -> Any:
    """Return a command without the localizations of its names and descriptions."""
    if isinstance(said, list):
        return [_in_one_language(one) for one in said]
    if not isinstance(said, dict):
        return said
    kept = {key: value for key, value in said.items() if not key.endswith("_localizations")}
    return {key: _in_one_language(value) for key, value in kept.items()}


def get_command(
    call: Call, application_id: str, command_id: str, guild_id: str | None = None
) -> Answer:
    """Get Global (or Guild) Application Command."""
    _need_own_application(call, application_id, guild_id)
    return Answer(200, _find(call, command_id, guild_id))


def overwrite_commands(call: Call, application_id: str, guild_id: str | None = None) -> Answer:
    """Bulk Overwrite Global (or Guild) Application Commands: a known type and name keeps its id."""
    _need_own_application(call, application_id, guild_id)
    if not isinstance(call.body, list):
        raise errors.invalid_form({"": ("LIST_TYPE_CONVERT", "Only iterables may be used")})
    if len(call.body) > MAXIMUM_COMMANDS:
        raise errors.maximum_commands()
    keys = _read_keys(call.body)
    ids = {_key(c): c["id"] for c in call.world.commands.get(guild_id, [])}
    if _have_entry_point(ids) and not _have_entry_point(keys):
        raise errors.entry_point_left_out()
    given = zip(keys, call.body, strict=True)
    commands = [_command(call, sent, ids.get(key), guild_id) for key, sent in given]
    call.world.commands[guild_id] = commands
    return Answer(200, commands)


def _read_keys(commands: list[Any]) -> list[Key]:
    form = Form({})
    keys: list[Key] = []
    for index, command in enumerate(commands):
        key = check_command(form.nested("", index, command))
        if key[1] and key in keys:
            not_unique(form, str(index))
        keys.append(key)
    form.check()
    return keys


def _have_entry_point(keys: Iterable[Key]) -> bool:
    return any(type_ == ENTRY_POINT for type_, _ in keys)


def _key(command: Command) -> Key:
    return command["type"], command["name"]


def create_command(call: Call, application_id: str, guild_id: str | None = None) -> Answer:
    """Create Global (or Guild) Application Command: 200 if it replaces one (same type and name)."""
    _need_own_application(call, application_id, guild_id)
    form = Form(call.body)
    key = check_command(form)
    form.check()
    commands = call.world.commands.setdefault(guild_id, [])
    for index, known in enumerate(commands):
        if _key(known) == key:
            commands[index] = _command(call, call.body, known["id"], guild_id)
            return Answer(200, commands[index])
    if len(commands) >= MAXIMUM_COMMANDS:
        raise errors.maximum_commands()
    commands.append(_command(call, call.body, None, guild_id))
    return Answer(201, commands[-1])


def edit_command(
    call: Call, application_id: str, command_id: str, guild_id: str | None = None
) -> Answer:
    """Edit Global (or Guild) Application Command: fields that are not given stay."""
    _need_own_application(call, application_id, guild_id)
    known = _find(call, command_id, guild_id)
    edited = known | Form(call.body).body
    commands = call.world.commands[guild_id]
    form = Form(edited)
    key = check_command(form)
    if any(_key(other) == key for other in commands if other is not known):
        not_unique(form, "name")
    form.check()
    commands[commands.index(known)] = command = _command(call, edited, command_id, guild_id)
    return Answer(200, command)


def delete_command(
    call: Call, application_id: str, command_id: str, guild_id: str | None = None
) -> Answer:
    """Delete Global (or Guild) Application Command."""
    _need_own_application(call, application_id, guild_id)
    call.world.commands[guild_id].remove(_find(call, command_id, guild_id))
    return Answer(204)


def _need_own_application(call: Call, application_id: str, guild_id: str | None) -> None:
    if application_id != call.world.application.id:
        raise errors.DiscordHTTPError(403, 20012, "You are not authorized on this application")
    if guild_id is not None:
        call.world.guild(guild_id)


def _find(call: Call, command_id: str, guild_id: str | None) -> Command:
    for command in call.world.commands.get(guild_id, []):
        if command["id"] == command_id:
            return command
    raise errors.unknown_command()


def _command(call: Call, sent: Command, id_: str | None, guild_id: str | None) -> Command:
    """Return a command as Discord stores it; without an id, it counts as a new one."""
    if id_ is None:
        call.count("command_creates", guild_id or "")
    needed = sent.get("default_member_permissions")
    defaults = {"type": CHAT_INPUT, "contexts": None, "integration_types": [0], "nsfw": False}
    texts = {"description": "", "name_localizations": None, "description_localizations": None}
    given = {name: value for name, value in sent.items() if value is not None}
    command = defaults | texts | given
    command |= {
        "id": id_ or call.world.snowflakes.next(),
        "application_id": call.world.application.id,
        "version": call.world.snowflakes.next(),
        "default_member_permissions": None if needed is None else str(needed),
    }
    return command if guild_id is None else command | {"guild_id": guild_id}


_GLOBAL = "/applications/<application_id>/commands"
_GUILD = "/applications/<application_id>/guilds/<guild_id>/commands"

ROUTES = [
    route
    for path in (_GLOBAL, _GUILD)
    for route in (
        read(path, list_commands),
        write("PUT", path, overwrite_commands),
        write("POST", path, create_command),
        read(f"{path}/<command_id>", get_command),
        write("PATCH", f"{path}/<command_id>", edit_command),
        write("DELETE", f"{path}/<command_id>", delete_command),
    )
]
