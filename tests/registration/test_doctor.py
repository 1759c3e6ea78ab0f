"""`make doctor` and `make register` against a Discord over HTTP."""

import os
import subprocess
import sys
from typing import Any

import pytest

from channelwright.aws.token_form import MalformedBotToken
from channelwright.commands.table import DEFINITIONS
from channelwright.discord.permissions import BOT_NEEDS
from channelwright.setup.registration import RegistrationError, invite_url
from local.child import PROJECT
from local.doctor import examine
from local.register import register
from local.settings import SettingsError
from local.simulator import Simulator
from local.simulator.bot_client import BotClient
from tests.registration.servers import Endpoint

GOOD = [
    "✓ the bot token belongs to the application Channelwright",
    "✓ the application id matches the application",
    "✓ the public key matches the application",
    "✓ Discord sends interactions to {url}",
    "✓ the endpoint refuses an unsigned request",
    "✓ the endpoint refuses a badly signed request",
    "✓ the endpoint answers Discord's PING",
    "✓ the commands are registered: /add-campaign",
    "✓ the invite link asks for exactly what the bot needs: https://discord.com/oauth2/authorize"
    "?client_id={application_id}&scope=bot+applications.commands&permissions=269487120",
]


GOOD_PARAMS = {"scopes": ["applications.commands", "bot"], "permissions": str(BOT_NEEDS)}
GOOD_QUERY = f"permissions={BOT_NEEDS}&scope=bot%20applications.commands"


@pytest.fixture
def settings(simulator: Simulator, endpoint: Endpoint) -> dict[str, str]:
    """Set up the application; return an operator's settings for it."""
    info = simulator.info
    given = {
        "DISCORD_API_BASE_URL": info["api_base_url"],
        "DISCORD_BOT_TOKEN": info["bot_token"],
        "DISCORD_PUBLIC_KEY": info["public_key"],
        "DISCORD_APPLICATION_ID": info["application_id"],
        "INTERACTIONS_URL": endpoint.url,
    }
    assert register(given) == info["application_id"]
    return given


def wrong(settings: dict[str, str], **changes: str) -> list[str]:
    """Return the lines that report a problem."""
    lines = [str(finding) for finding in examine(settings | changes)]
    assert not any(settings["DISCORD_BOT_TOKEN"] in line for line in lines)
    assert all("\n" not in line for line in lines)
    found = [line for line in lines if line.startswith("✗")]
    assert all(line.partition(". ")[2] for line in found), "each problem says what to do"
    return found


def run(settings: dict[str, str], command: str = "doctor") -> subprocess.CompletedProcess[str]:
    """Run a command on a machine that knows nothing of AWS: no region, no credentials."""
    others = ("AWS_", "DISCORD_", "INTERACTIONS_")
    own = {k: v for k, v in os.environ.items() if not k.startswith(others)}
    return subprocess.run(
        [sys.executable, "-m", f"local.{command}"],
        cwd=PROJECT,
        env=own | {"HOME": "/nowhere", "PYTHONPATH": "functions"} | settings,
        capture_output=True,
        text=True,
        check=False,
    )


def test_all_is_well(settings: dict[str, str], simulator: Simulator, endpoint: Endpoint):
    simulator.clear_requests()
    result = run(settings)
    values = {"url": endpoint.url, "application_id": settings["DISCORD_APPLICATION_ID"]}
    assert result.stdout.splitlines() == [line.format(**values) for line in GOOD]
    assert (result.returncode, result.stderr) == (0, "")
    # The doctor writes only the endpoint, to its old value, so that Discord PINGs it.
    [write] = [call for call in simulator.requests if call["method"] != "GET"]
    assert write["body"] == {"interactions_endpoint_url": endpoint.url}
    del settings["INTERACTIONS_URL"]
    assert wrong(settings) == []


def test_what_is_wrong_makes_it_fail(settings: dict[str, str], simulator: Simulator):
    simulator.world.commands.clear()
    result = run(settings)
    assert result.returncode == 1
    assert "✗ the registered commands do not match this code" in result.stdout
    assert result.stdout.count("✓") == 8
    assert settings["DISCORD_BOT_TOKEN"] not in result.stdout + result.stderr
    del settings["DISCORD_BOT_TOKEN"], settings["DISCORD_PUBLIC_KEY"]
    result = run(settings)
    assert result.returncode == 1
    assert "not set: DISCORD_BOT_TOKEN, DISCORD_PUBLIC_KEY" in result.stderr


def test_a_token_that_is_not_valid(settings: dict[str, str]):
    [line] = wrong(settings, DISCORD_BOT_TOKEN="a-s3cret")
    assert "401: Unauthorized" in line
    assert "Reset Token" in line
    assert "a-s3cret" not in line


def test_another_refusal_says_what_to_do(settings: dict[str, str], simulator: Simulator):
    refusal = {"message": "Internal rule", "code": 20012}
    simulator.faults.add(method="GET", path="@me$", status=403, body=refusal)
    [line] = wrong(settings)
    assert "(Internal rule, 403/20012). Try again in a few minutes. If this keeps" in line
    simulator.faults.add(method="GET", path="commands", status=403, body=refusal)
    [line] = wrong(settings)
    assert line.startswith("✗ the commands could not be checked. Discord refused to ")
    assert "403/20012). Try again in a few minutes. If this keeps" in line


@pytest.mark.parametrize("token", ["a-s3cret\ntoken", "Bot a-s3cret", "a-s3cret\N{DEGREE SIGN}"])
def test_what_cannot_be_a_token(settings: dict[str, str], token: str):
    [line] = wrong(settings, DISCORD_BOT_TOKEN=token)
    assert "DISCORD_BOT_TOKEN cannot be a bot token" in line
    assert "a-s3cret" not in line
    with pytest.raises(MalformedBotToken, match="DISCORD_BOT_TOKEN cannot be a bot token"):
        register(settings | {"DISCORD_BOT_TOKEN": token})


NOT_DISCORD = (
    "✗ {url} does not answer like Discord's API. Check DISCORD_API_BASE_URL (the default is "
    "https://discord.com/api/v10) and the network. {said}"
)
NO_ANSWER = "Discord did not answer when asked to {action}. Try again in a few minutes."
SOMETHING_ELSE = "When asked to {action}, it answered something else."


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:9/api/v10",
        *("http://127.0.0.1:99999", "https://[::1/api", "https://a..b/api", "https://*/api"),
    ],
)
def test_a_base_url_at_which_nobody_answers(settings: dict[str, str], monkeypatch, url: str):
    monkeypatch.setattr("local.doctor.PATIENCE", 0)
    said = NO_ANSWER.format(action="show the application")
    assert wrong(settings, DISCORD_API_BASE_URL=url) == [NOT_DISCORD.format(url=url, said=said)]


@pytest.mark.parametrize("command", ["doctor", "register"])
@pytest.mark.parametrize(
    "url",
    ["nonsense", "127.0.0.1:9/api/v10", "ftp://127.0.0.1/api", "http://discord.example/api/v10"],
)
def test_a_base_url_to_which_the_token_must_not_go(settings: dict[str, str], command, url):
    result = run(settings | {"DISCORD_API_BASE_URL": url}, command)
    assert result.returncode == 1
    assert "DISCORD_API_BASE_URL must be a URL that begins with https://" in result.stderr
    assert "Traceback" not in result.stderr


PARTS = {"id": "1", "name": "A", "verify_key": "ab", "interactions_endpoint_url": None}


@pytest.mark.parametrize(
    ("action", "path", "fault", "said"),
    [
        ("show the application", "@me$", {"status": 302, "headers": {"Location": "/"}}, NO_ANSWER),
        ("show the application", "@me$", {"status": 200, "body": "<html></html>"}, NO_ANSWER),
        ("show the application", "@me$", {"status": 503}, NO_ANSWER),
        (
            "show the application",
            "@me$",
            {"status": 404, "body": {"message": "404: Not Found", "code": 0}},
            "Discord refused to {action} (404: Not Found, 404/0).",
        ),
        *(
            ("show the application", "@me$", {"status": 200, "body": body}, SOMETHING_ELSE)
            for body in ([PARTS], {}, 7, PARTS | {"verify_key": None}, PARTS | {"name": 7})
        ),
        *(
            ("list the commands", "commands", {"status": 200, "body": body}, SOMETHING_ELSE)
            for body in ({}, ["add-campaign"], [None], [{}], {"name": "add-campaign"})
        ),
    ],
)
def test_what_answers_is_not_discord(
    settings, simulator: Simulator, monkeypatch, action: str, path: str, fault: Any, said: str
):
    monkeypatch.setattr("local.doctor.PATIENCE", 0)
    simulator.faults.add(method="GET", path=path, times=None, **fault)
    url = settings["DISCORD_API_BASE_URL"]
    expected = NOT_DISCORD.format(url=url, said=said.format(action=action))
    assert wrong(settings) == [expected]


def test_a_discord_that_fails_at_the_ping_blames_no_endpoint(settings, simulator: Simulator):
    simulator.faults.add(method="PATCH", status=502)
    [line] = wrong(settings)
    assert "does not answer like Discord's API" in line
    assert "PING" not in line


def test_an_application_that_does_not_speak_of_an_endpoint_has_none(settings, simulator: Simulator):
    body = {"id": settings["DISCORD_APPLICATION_ID"], "name": "A"}
    body["verify_key"] = settings["DISCORD_PUBLIC_KEY"]
    simulator.faults.add(method="GET", path="@me$", status=200, body=body)
    [line] = wrong(settings)
    assert "no interactions endpoint URL" in line


@pytest.mark.parametrize(
    ("setting", "value", "what"),
    [
        ("DISCORD_APPLICATION_ID", "42", "the application id is 42, but"),
        ("DISCORD_PUBLIC_KEY", "ab" * 32, f"the public key is {'ab' * 32}, but"),
    ],
)
def test_settings_of_another_application(settings: dict[str, str], setting, value, what):
    [line] = wrong(settings, **{setting: value})
    assert what in line
    assert settings[setting] in line


def test_an_endpoint_that_is_not_set(settings: dict[str, str], bot: BotClient):
    bot.call("PATCH", "/applications/@me", {"interactions_endpoint_url": None})
    [line] = wrong(settings)
    assert "no interactions endpoint URL" in line
    assert "RegisterWithDiscord=true" in line


def test_an_endpoint_elsewhere(settings: dict[str, str]):
    [line] = wrong(settings, INTERACTIONS_URL="https://elsewhere.example/interactions")
    assert "not to https://elsewhere.example/interactions" in line


@pytest.mark.parametrize(
    ("broken", "found"),
    [
        ("open", ["an unsigned request with 200", "a badly signed request with 200", "PING"]),
        ("closed", ["PING"]),
        ("silent", ["an unsigned request with 200", "a badly signed request with 200", "PING"]),
    ],
)
def test_an_endpoint_that_answers_badly(settings, endpoint: Endpoint, broken: str, found: Any):
    endpoint.broken = broken
    lines = wrong(settings)
    assert len(lines) == len(found)
    assert all(words in line for words, line in zip(found, lines, strict=True))
    assert "could not be verified" in lines[-1]


def test_an_endpoint_that_knows_another_key(settings: dict[str, str], monkeypatch):
    monkeypatch.setenv("DISCORD_PUBLIC_KEY", "ab" * 32)
    [line] = wrong(settings)
    assert "this application's public key." in line


def test_an_endpoint_that_is_gone(settings: dict[str, str], simulator: Simulator):
    simulator.world.application.fields["interactions_endpoint_url"] = "http://127.0.0.1:9/x"
    lines = wrong(settings, INTERACTIONS_URL="")
    assert [line.partition("(")[0] for line in lines[:2]] == [
        "✗ http://127.0.0.1:9/x does not answer an unsigned request ",
        "✗ http://127.0.0.1:9/x does not answer a badly signed request ",
    ]
    assert "PING" in lines[2]


@pytest.mark.parametrize(
    "command",
    [
        DEFINITIONS[0] | {"description": "Another."},
        DEFINITIONS[0] | {"default_member_permissions": "0"},
        DEFINITIONS[0] | {"default_member_permissions": None},
        DEFINITIONS[0] | {"contexts": None},
        DEFINITIONS[0] | {"contexts": [0, 1]},
        DEFINITIONS[0] | {"integration_types": [0, 1]},
        # In Discord's docs, but not in its OpenAPI document.
        pytest.param(DEFINITIONS[0] | {"nsfw": True}, marks=pytest.mark.bad_requests),
        DEFINITIONS[0] | {"options": []},
        DEFINITIONS[0] | {"options": [DEFINITIONS[0]["options"][0] | {"max_length": 81}]},
        DEFINITIONS[0] | {"options": [DEFINITIONS[0]["options"][0] | {"required": False}]},
        DEFINITIONS[0] | {"name_localizations": {"de": "kampagne"}},
    ],
)
def test_commands_that_are_not_ours(settings: dict[str, str], bot: BotClient, command: Any):
    path = f"/applications/{settings['DISCORD_APPLICATION_ID']}/commands"
    assert bot.call("PUT", path, [command]).status_code == 200
    [line] = wrong(settings)
    assert "commands do not match this code" in line


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


NEEDS = "View Channel, Manage Channels, Manage Roles, Connect, Send Messages"
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
                    WITHOUT_PERMISSIONS | {"permissions": str(BOT_NEEDS & ~(1 << 28))},
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


def test_an_entry_point_command_is_no_trouble(settings: dict[str, str], bot: BotClient):
    path = f"/applications/{settings['DISCORD_APPLICATION_ID']}/commands"
    launch = {"name": "launch", "type": 4, "handler": 2}
    assert bot.call("POST", path, launch).status_code == 201
    [line] = [str(one) for one in examine(settings) if "commands are" in one.what]
    assert line == "✓ the commands are registered: /add-campaign"
    assert wrong(settings) == []


def test_register_sets_up_and_says_how_to_invite(settings: dict[str, str], simulator: Simulator):
    simulator.world.commands.clear()
    result = run(settings, "register")
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.endswith(invite_url(settings["DISCORD_APPLICATION_ID"]) + "\n")
    assert wrong(settings) == []


def test_register_says_what_it_waits_for(settings: dict[str, str], endpoint: Endpoint):
    told: list[str] = []
    elsewhere = settings | {"INTERACTIONS_URL": f"{endpoint.url}-not"}
    endpoint.broken = "closed"
    with pytest.raises(RegistrationError, match="Discord sends that URL two PINGs"):
        register(elsewhere, tell=told.append)
    [said] = told
    assert said.startswith(f"Setting the endpoint {elsewhere['INTERACTIONS_URL']}: Discord has up")


@pytest.mark.parametrize("method", ["GET", "PUT"])
def test_register_says_that_the_endpoint_is_set(settings, simulator: Simulator, method: str):
    simulator.world.commands.clear()
    refusal = {"message": "Missing Access", "code": 50001}
    simulator.faults.add(method=method, path="commands$", status=403, body=refusal)
    result = run(settings, "register")
    assert result.returncode == 1
    said = "The endpoint was set, but the commands were not: Discord refused to "
    assert result.stderr.startswith(said)
    assert "Traceback" not in result.stderr


def test_register_says_what_is_wrong_and_not_the_token(settings: dict[str, str]):
    with pytest.raises(SettingsError, match="not set: INTERACTIONS_URL"):
        register(settings | {"INTERACTIONS_URL": ""})
    for change, reason in [
        ({"DISCORD_BOT_TOKEN": "a-s3cret"}, "no longer valid"),
        ({"DISCORD_PUBLIC_KEY": "ab" * 32}, "Give that application's public key"),
        ({"DISCORD_API_BASE_URL": "http://127.0.0.1:9/api/v10"}, "did not answer"),
    ]:
        with pytest.raises(RegistrationError, match=reason) as raised:
            register(settings | change, patience=0)
        assert "a-s3cret" not in str(raised.value)


def test_register_names_the_url_at_which_no_discord_answers(settings, simulator: Simulator):
    simulator.faults.add(method="GET", status=200, body=[PARTS])
    result = run(settings, "register")
    said = SOMETHING_ELSE.format(action="show the application")
    url = settings["DISCORD_API_BASE_URL"]
    assert result.returncode == 1
    assert result.stderr.strip() == NOT_DISCORD.format(url=url, said=said).removeprefix("✗ ")
