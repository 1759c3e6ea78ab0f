"""`make doctor` against a Discord over HTTP."""

from typing import Any

import pytest

from channelwright.aws.token_form import MalformedBotToken
from channelwright.commands.table import DEFINITIONS
from local.doctor import examine
from local.register import register
from local.simulator import Simulator
from local.simulator.bot_client import BotClient
from tests.registration.operator_commands import NOT_DISCORD, PARTS, SOMETHING_ELSE, run, wrong
from tests.registration.servers import Endpoint

GOOD = [
    "✓ the bot token belongs to the application Channelwright",
    "✓ the application id matches the application",
    "✓ the public key matches the application",
    "✓ Discord sends interactions to {url}",
    "✓ the endpoint refuses an unsigned request",
    "✓ the endpoint refuses a badly signed request",
    "✓ the endpoint answers Discord's PING",
    "✓ the commands are registered: /add-campaign, /campaign",
    "✓ the invite link asks for exactly what the bot needs: https://discord.com/oauth2/authorize"
    "?client_id={application_id}&scope=bot+applications.commands&permissions=378228706384",
]


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


NO_ANSWER = "Discord did not answer when asked to {action}. Try again in a few minutes."


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


def test_an_entry_point_command_is_no_trouble(settings: dict[str, str], bot: BotClient):
    path = f"/applications/{settings['DISCORD_APPLICATION_ID']}/commands"
    launch = {"name": "launch", "type": 4, "handler": 2}
    assert bot.call("POST", path, launch).status_code == 201
    [line] = [str(one) for one in examine(settings) if "commands are" in one.what]
    assert line == "✓ the commands are registered: /add-campaign, /campaign"
    assert wrong(settings) == []
