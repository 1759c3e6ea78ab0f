"""The bot, its application and its commands (Discord docs: Resources > User, Application;
Interactions > Application Commands)."""

import re
from typing import Any

from local.simulator import errors
from local.simulator.answer import Answer
from local.simulator.call import Call, read, write
from local.simulator.endpoint import check_endpoint
from local.simulator.form import REQUIRED, Form
from local.simulator.objects import own_user_object, user_object

CHAT_INPUT = 1
MAXIMUM_COMMANDS = 100
MAXIMUM_OPTIONS = 25
OPTION_TYPES = range(1, 12)
CHAT_INPUT_NAME = re.compile(r"[-_'\w]{1,32}")


def get_user(call: Call) -> Answer:
    """Get Current User."""
    return Answer(200, own_user_object(call.world.bot))


def get_application(call: Call) -> Answer:
    """Get Current Application."""
    world = call.world
    application = world.application
    bot = user_object(world.bot)
    return Answer(
        200,
        {
            "id": application.id,
            "name": application.name,
            "icon": None,
            "description": "",
            "type": None,
            "bot": bot,
            "bot_public": True,
            "bot_require_code_grant": False,
            "verify_key": application.public_key,
            "flags": 0,
            "flags_new": "0",
            "redirect_uris": [],
            "interactions_endpoint_url": None,
            "role_connections_verification_url": None,
            "owner": bot,
            "team": None,
            "approximate_guild_count": len(world.guilds),
            "approximate_user_install_count": 0,
            "approximate_user_authorization_count": 0,
            "explicit_content_filter": 0,
            "eligible_oauth2_scopes": [],
        }
        | application.fields,
    )


def modify_application(call: Call) -> Answer:
    """Edit Current Application: keeps the fields as they are given, an endpoint if it answers."""
    form = Form(call.body)
    check_endpoint(call.world, form)
    form.check()
    given = form.body
    known = get_application(call).body.keys() | {"tags", "install_params", "custom_install_url"}
    fixed = {"id", "bot", "verify_key", "owner", "team", "name"}
    fields = {name: value for name, value in given.items() if name in known - fixed}
    if not fields.get("interactions_endpoint_url", True):
        fields["interactions_endpoint_url"] = None  # an empty one unsets it, too
    call.world.application.fields |= fields
    return get_application(call)


def list_commands(call: Call, application_id: str, guild_id: str | None = None) -> Answer:
    """Get Global (or Guild) Application Commands."""
    _need_own_application(call, application_id, guild_id)
    return Answer(200, call.world.commands.get(guild_id, []))


def overwrite_commands(call: Call, application_id: str, guild_id: str | None = None) -> Answer:
    """Bulk Overwrite Global (or Guild) Application Commands; a command is known by its name."""
    _need_own_application(call, application_id, guild_id)
    if not isinstance(call.body, list):
        raise errors.invalid_form({"": ("LIST_TYPE_CONVERT", "Only iterables may be used")})
    if len(call.body) > MAXIMUM_COMMANDS:
        raise errors.DiscordHTTPError(400, 30032, "Maximum number of application commands reached")
    form = Form({})
    for index, command in enumerate(call.body):
        _check_command(form.nested("", index, command))
    form.check()
    ids = {c["name"]: c["id"] for c in call.world.commands.get(guild_id, [])}
    commands = [_command(call, sent, ids, guild_id) for sent in call.body]
    call.world.commands[guild_id] = commands
    return Answer(200, commands)


def _need_own_application(call: Call, application_id: str, guild_id: str | None) -> None:
    if application_id != call.world.application.id:
        raise errors.DiscordHTTPError(403, 20012, "You are not authorized on this application")
    if guild_id is not None:
        call.world.guild(guild_id)


def _command(
    call: Call, sent: dict[str, Any], ids: dict[str, str], guild_id: str | None
) -> dict[str, Any]:
    needed = sent.get("default_member_permissions")
    defaults = {"type": CHAT_INPUT, "contexts": None, "integration_types": [0], "nsfw": False}
    command = defaults | sent
    command |= {
        "id": ids.get(sent["name"]) or call.world.snowflakes.next(),
        "application_id": call.world.application.id,
        "version": call.world.snowflakes.next(),
        "default_member_permissions": None if needed is None else str(needed),
    }
    return command if guild_id is None else command | {"guild_id": guild_id}


def _check_command(form: Form) -> None:
    if form.choice("type", (1, 2, 3, 4), CHAT_INPUT) == CHAT_INPUT:
        _check_names(form)
        _check_options(form)
    else:
        form.text("name", 1, 32, required=True)
    form.permissions("default_member_permissions", 0)


def _check_options(form: Form) -> None:
    for index, row in enumerate(form.rows("options", MAXIMUM_OPTIONS)):
        option = form.nested("options", index, row)
        if not option.given("type"):
            option.problem("type", *REQUIRED)
        option.choice("type", OPTION_TYPES, 3)
        _check_names(option)
        _check_options(option)
        for number, choice in enumerate(option.rows("choices", MAXIMUM_OPTIONS)):
            option.nested("choices", number, choice).text("name", 1, 100, required=True)


def _check_names(form: Form) -> None:
    name = form.text("name", 1, 32, required=True)
    if name and (not CHAT_INPUT_NAME.fullmatch(name) or name != name.lower()):
        message = "Command name is invalid"
        form.problem("name", "APPLICATION_COMMAND_INVALID_NAME", message)
    form.text("description", 1, 100, required=True)


_GLOBAL = "/applications/<application_id>/commands"
_GUILD = "/applications/<application_id>/guilds/<guild_id>/commands"

ROUTES = [
    read("/users/@me", get_user),
    read("/oauth2/applications/@me", get_application),
    read("/applications/@me", get_application),
    write("PATCH", "/applications/@me", modify_application),
    read(_GLOBAL, list_commands),
    write("PUT", _GLOBAL, overwrite_commands),
    read(_GUILD, list_commands),
    write("PUT", _GUILD, overwrite_commands),
]
