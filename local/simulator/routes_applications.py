"""The bot and its application (Discord docs: Resources > User, Application)."""

from local.simulator.answer import Answer
from local.simulator.call import Call, read, write
from local.simulator.endpoint import check_endpoint
from local.simulator.form import Form
from local.simulator.objects import own_user_object, user_object


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
    """Edit Current Application: stores the fields; an endpoint must pass its verification."""
    form = Form(call.body)
    check_endpoint(call.world, form)
    form.check()
    given = form.body
    known = get_application(call).body.keys() | {"tags", "install_params", "custom_install_url"}
    fixed = {"id", "bot", "verify_key", "owner", "team", "name"}
    fields = {name: value for name, value in given.items() if name in known - fixed}
    call.world.application.fields |= fields
    return get_application(call)


ROUTES = [
    read("/users/@me", get_user),
    read("/oauth2/applications/@me", get_application),
    read("/applications/@me", get_application),
    write("PATCH", "/applications/@me", modify_application),
]
