"""`make doctor` checks how the application is added to servers."""

from typing import Any

import pytest

from channelwright.discord.permissions import INVITED_WITH
from local.simulator import Simulator
from tests.registration.operator_commands import wrong

GOOD_PARAMS = {"scopes": ["applications.commands", "bot"], "permissions": str(INVITED_WITH)}
GOOD_QUERY = f"permissions={INVITED_WITH}&scope=bot%20applications.commands"


@pytest.mark.parametrize(
    ("fields", "what"),
    [
        ({"bot_require_code_grant": True}, "code grant"),
        ({"integration_types_config": {"1": {}}}, "cannot be added to servers"),
    ],
)
def test_an_application_that_cannot_be_invited(settings, simulator: Simulator, fields, what):
    simulator.world.application.fields |= fields
    [line] = wrong(settings)
    assert what in line


NEEDS = (
    "View Channel, Manage Channels, Manage Roles, Connect, Send Messages, Send Messages in "
    "Threads, Speak, Create Public Threads, Create Private Threads, Add Reactions"
)
COMMANDS_ALONE = {"scopes": ["applications.commands"], "permissions": "0"}
WITHOUT_PERMISSIONS = {"scopes": ["applications.commands", "bot"], "permissions": "0"}
AUTHORIZE = "https://discord.com/oauth2/authorize?client_id=1"


def guild_install(params: Any) -> dict[str, Any]:
    user = {"1": {"oauth2_install_params": COMMANDS_ALONE}}
    return {"integration_types_config": {"0": {"oauth2_install_params": params}} | user}


@pytest.mark.parametrize(
    ("fields", "gets", "add", "where"),
    [
        *(
            (fields, gets, add, "Installation > Default Install Settings > Guild Install")
            for params, gets, add in (
                (
                    COMMANDS_ALONE,
                    "its commands without the bot",
                    f"the scope bot and the permissions {NEEDS}",
                ),
                (
                    WITHOUT_PERMISSIONS,
                    f"the bot without the permissions {NEEDS}",
                    f"the permissions {NEEDS}",
                ),
                (
                    WITHOUT_PERMISSIONS | {"permissions": str(INVITED_WITH & ~(1 << 28))},
                    "the bot without the permissions Manage Roles",
                    "the permissions Manage Roles",
                ),
            )
            for fields in (guild_install(params), {"install_params": params})
        ),
        *(
            (
                guild_install(GOOD_PARAMS) | {"custom_install_url": f"{AUTHORIZE}&{query}"},
                "",
                add,
                "Installation > Install Link > Custom URL",
            )
            for query, add in (
                ("scope=applications.commands", "the scope bot"),
                ("scope=bot&permissions=0", f"the permissions {NEEDS}"),
                ("scope=bot+applications.commands", f"the permissions {NEEDS}"),
                ("scope=bot&permissions=all", f"the permissions {NEEDS}"),
            )
        ),
        (
            guild_install(COMMANDS_ALONE) | {"custom_install_url": AUTHORIZE},
            "its commands without the bot",
            "the scope bot",
            "Default Install Settings",
        ),
    ],
)
def test_an_application_that_is_added_without_what_it_needs(
    settings, simulator: Simulator, fields: Any, gets: str, add: str, where: str
):
    simulator.world.application.fields |= fields
    [line] = wrong(settings)
    assert f"adding the application from its profile adds {gets}" in line
    assert f"Add {add}" in line
    assert where in line
    assert "invite the bot with the link above" in line


@pytest.mark.parametrize(
    "fields",
    [
        {"integration_types_config": {"0": {}}},
        guild_install(GOOD_PARAMS),
        guild_install(GOOD_PARAMS | {"permissions": "8"}),
        # The portal shows the newer field.
        guild_install(GOOD_PARAMS) | {"install_params": COMMANDS_ALONE},
        guild_install(COMMANDS_ALONE) | {"custom_install_url": f"{AUTHORIZE}&{GOOD_QUERY}"},
        {"custom_install_url": "https://example.com/add"},
    ],
)
def test_an_application_that_is_added_with_what_it_needs(
    settings, simulator: Simulator, fields: Any
):
    simulator.world.application.fields |= fields
    assert wrong(settings) == []
