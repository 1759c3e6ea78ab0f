"""The custom resource: a real Lambda handler between CloudFormation and a Discord, over HTTP."""

import json
import threading
from dataclasses import dataclass
from typing import Any

import pytest

import register_application
from channelwright.commands.table import DEFINITIONS
from channelwright.discord.permissions import BOT_NEEDS
from channelwright.setup.registered import same_commands
from local.simulator import Simulator
from local.simulator.bot_client import BotClient
from tests import log_lines
from tests.registration.servers import CloudFormation, Endpoint
from tests.serving import serving

STACK = "arn:aws:cloudformation:eu-central-1:000000000000:stack/channelwright/1"
ELSEWHERE = "https://elsewhere.example/interactions"
# Discord creates this command for an application with Activities.
LAUNCH = {
    "name": "launch",
    "name_localizations": {"de": "starten"},
    "type": 4,
    "handler": 2,
    "integration_types": [0, 1],
    "contexts": [0, 1, 2],
}
# custom_resource reserves 30 s for the end, so this leaves half a second for attempts.
BRIEFLY = 30_500


@dataclass
class Context:
    """Lambda's context."""

    milliseconds: int = BRIEFLY

    def get_remaining_time_in_millis(self) -> int:
        return self.milliseconds


class Stack:
    """A stack with the custom resource."""

    def __init__(
        self, simulator: Simulator, bot: BotClient, endpoint: Endpoint, cfn: CloudFormation
    ) -> None:
        self.simulator, self.bot, self.cfn = simulator, bot, cfn
        self.properties = {
            "ServiceToken": "arn:aws:lambda:eu-central-1:000000000000:function:f",
            "PublicKey": simulator.info["public_key"],
            "InteractionsUrl": endpoint.url,
        }

    def event(self, kind: str, **changes: Any) -> dict[str, Any]:
        physical = {} if kind == "Create" else {"PhysicalResourceId": f"{STACK}/Registration"}
        return {
            "RequestType": kind,
            "RequestId": "request",
            "StackId": STACK,
            "LogicalResourceId": "Registration",
            "ResourceType": "Custom::DiscordApplication",
            "ResponseURL": self.cfn.url,
            "ResourceProperties": self.properties,
            **physical,
            **changes,
        }

    def request(self, kind: str, milliseconds: int = BRIEFLY, **changes: Any) -> dict[str, Any]:
        """Send a request as CloudFormation does; return the one answer."""
        before = len(self.cfn.answers)
        register_application.handler(self.event(kind, **changes), Context(milliseconds))
        [answer] = self.cfn.answers[before:]
        assert self.cfn.content_types == [None] * len(self.cfn.answers)
        assert answer["PhysicalResourceId"] == f"{STACK}/Registration"
        assert answer["RequestId"] == "request"
        assert self.simulator.info["bot_token"] not in json.dumps(answer)
        return answer

    def writes(self) -> list[tuple[str, str]]:
        """Return the calls that changed something at Discord since the last time."""
        calls = [(call["method"], call["path"]) for call in self.simulator.requests]
        self.simulator.clear_requests()
        return [call for call in calls if call[0] != "GET"]

    @property
    def commands_path(self) -> str:
        return f"/applications/{self.simulator.info['application_id']}/commands"

    def standing(self) -> tuple[str | None, list[dict[str, Any]]]:
        """Return the endpoint and the commands that Discord knows."""
        application = self.bot.call("GET", "/applications/@me").json()
        path = f"{self.commands_path}?with_localizations=true"
        commands = self.bot.call("GET", path).json()
        self.simulator.clear_requests()
        return application["interactions_endpoint_url"], commands

    def enable_activities(self) -> dict[str, Any]:
        """Create an Entry Point command, as Discord would; return it without its version."""
        made = self.bot.call("POST", self.commands_path, LAUNCH).json()
        self.simulator.clear_requests()
        return {key: value for key, value in made.items() if key != "version"}

    def entry_points(self) -> list[dict[str, Any]]:
        """Return the Entry Point commands, without their versions."""
        found = [command for command in self.standing()[1] if command["type"] == 4]
        return [{key: value for key, value in c.items() if key != "version"} for c in found]


@pytest.fixture
def stack(simulator, bot, endpoint, cloudformation, store_token) -> Stack:
    return Stack(simulator, bot, endpoint, cloudformation)


def test_create_sets_the_endpoint_and_registers_the_commands(stack: Stack, endpoint: Endpoint):
    answer = stack.request("Create")
    application_id = stack.simulator.info["application_id"]
    assert answer["Status"] == "SUCCESS"
    assert answer["Data"] == {
        "ApplicationId": application_id,
        "InviteUrl": f"https://discord.com/oauth2/authorize?client_id={application_id}"
        f"&scope=bot+applications.commands&permissions={BOT_NEEDS}",
    }
    # The endpoint comes first: if it is refused, no one sees a command that does nothing.
    assert stack.writes() == [("PATCH", "/applications/@me"), ("PUT", stack.commands_path)]
    url, commands = stack.standing()
    assert url == endpoint.url
    assert [command["name"] for command in commands] == [c["name"] for c in DEFINITIONS]


def test_what_is_as_it_should_be_is_not_written_again(stack: Stack):
    first = stack.request("Create")
    stack.writes()
    for kind in ("Create", "Update"):
        again = stack.request(kind)
        assert (again["Status"], again["Data"]) == ("SUCCESS", first["Data"])
        assert stack.writes() == []


def test_update_writes_what_has_changed_and_that_alone(stack: Stack, bot: BotClient):
    stack.request("Create")
    bot.call("PUT", stack.commands_path, [DEFINITIONS[0] | {"description": "An older one."}])
    stack.writes()
    assert stack.request("Update")["Status"] == "SUCCESS"
    assert stack.writes() == [("PUT", stack.commands_path)]
    assert same_commands(stack.standing()[1])

    bot.call("PATCH", "/applications/@me", {"interactions_endpoint_url": None})
    stack.writes()
    assert stack.request("Update")["Status"] == "SUCCESS"
    assert stack.writes() == [("PATCH", "/applications/@me")]


def test_delete_takes_back_what_is_still_this_stacks(stack: Stack):
    stack.request("Create")
    assert stack.request("Delete")["Status"] == "SUCCESS"
    assert stack.standing() == (None, [])
    assert stack.request("Delete")["Status"] == "SUCCESS"


def test_delete_leaves_another_stacks_endpoint_and_commands_alone(stack: Stack):
    stack.request("Create")
    stack.simulator.world.application.fields["interactions_endpoint_url"] = ELSEWHERE
    stack.writes()
    assert stack.request("Delete")["Status"] == "SUCCESS"
    assert stack.writes() == []
    url, commands = stack.standing()
    assert url == ELSEWHERE
    assert same_commands(commands)


def test_delete_removes_the_commands_when_discord_has_removed_the_endpoint(
    stack: Stack, bot: BotClient
):
    stack.request("Create")
    bot.call("PATCH", "/applications/@me", {"interactions_endpoint_url": None})
    stack.writes()
    assert stack.request("Delete")["Status"] == "SUCCESS"
    assert stack.writes() == [("PUT", stack.commands_path)]
    assert stack.standing() == (None, [])


def test_delete_leaves_others_commands_when_there_is_no_endpoint(stack: Stack, bot: BotClient):
    stack.request("Create")
    bot.call("PATCH", "/applications/@me", {"interactions_endpoint_url": None})
    bot.call("PUT", stack.commands_path, [{"name": "other", "description": "Another's."}])
    stack.writes()
    assert stack.request("Delete")["Status"] == "SUCCESS"
    assert stack.writes() == []


def test_an_entry_point_command_stays_whatever_becomes_of_the_stack(stack: Stack, bot: BotClient):
    """Discord refuses a list without its Entry Point command."""
    launch = stack.enable_activities()
    for kind in ("Create", "Update"):
        bot.call("PATCH", "/applications/@me", {"interactions_endpoint_url": None})
        assert stack.request(kind)["Status"] == "SUCCESS"
        assert stack.entry_points() == [launch]
        assert same_commands(stack.standing()[1])
    assert stack.request("Update")["Status"] == "SUCCESS"
    assert stack.writes() == []
    answer = stack.request("Delete")
    assert (answer["Status"], answer["Reason"]) == ("SUCCESS", "Done.")
    assert stack.standing()[0] is None
    assert len(stack.standing()[1]) == 1
    assert stack.entry_points() == [launch]


def test_activities_may_be_enabled_after_the_deployment(stack: Stack, bot: BotClient):
    stack.request("Create")
    stack.writes()
    launch = stack.enable_activities()
    assert stack.request("Update")["Status"] == "SUCCESS"
    assert stack.writes() == []
    # Discord has removed the endpoint, but the commands are recognized as ours, and go.
    bot.call("PATCH", "/applications/@me", {"interactions_endpoint_url": None})
    assert stack.request("Delete")["Status"] == "SUCCESS"
    assert stack.entry_points() == [launch]
    assert len(stack.standing()[1]) == 1


@pytest.mark.parametrize("method", ["GET", "PUT"])
@pytest.mark.parametrize(
    "fault",
    [
        {"status": 400, "body": {"message": "No.", "code": 50240}},
        {"status": 429, "body": {"message": "Slow.", "retry_after": 3600, "global": False}},
        {"status": 503},
        {"connection": "reset"},
    ],
)
def test_delete_unsets_the_endpoint_whatever_the_commands_do(stack: Stack, method: str, fault):
    stack.request("Create")
    stack.simulator.faults.add(method=method, path="commands", times=None, **fault)
    answer = stack.request("Delete")
    assert answer["Status"] == "SUCCESS"
    assert "commands" in answer["Reason"]
    stack.simulator.faults.clear()
    url, commands = stack.standing()
    assert url is None
    assert same_commands(commands)
    # The next Delete finishes the work.
    assert stack.request("Delete")["Reason"] == "Done."
    assert stack.standing() == (None, [])


def test_delete_removes_the_commands_whatever_the_endpoint_does(stack: Stack):
    stack.request("Create")
    stack.simulator.faults.add(method="PATCH", status=503, times=None)
    answer = stack.request("Delete")
    assert answer["Status"] == "SUCCESS"
    assert "interactions endpoint URL" in answer["Reason"]
    stack.simulator.faults.clear()
    assert stack.standing() == (stack.properties["InteractionsUrl"], [])


def test_delete_succeeds_whatever_discord_does(stack: Stack, store_token):
    stack.request("Create")
    stack.simulator.faults.add(status=503, times=None)
    answer = stack.request("Delete")
    assert answer["Status"] == "SUCCESS"
    assert "did not answer" in answer["Reason"]
    stack.simulator.faults.clear()
    store_token("no-token")
    assert stack.request("Delete")["Status"] == "SUCCESS"
    assert stack.request("Delete", ResourceProperties={})["Status"] == "SUCCESS"
    assert stack.request("Delete", ResourceProperties=None)["Status"] == "SUCCESS"


def test_another_applications_token_is_refused(stack: Stack, caplog):
    other = "ab" * 32
    stack.properties["PublicKey"] = other
    answer = stack.request("Create")
    assert answer["Status"] == "FAILED"
    for word in (other, stack.simulator.info["public_key"], "Give that application's public key"):
        assert word in answer["Reason"]
    assert stack.writes() == []
    assert stack.request("Delete")["Status"] == "SUCCESS"
    assert stack.writes() == []


def test_an_invalid_token_is_refused_and_never_told(stack: Stack, store_token, caplog):
    store_token("a-s3cret-token")
    answer = stack.request("Create")
    assert answer["Status"] == "FAILED"
    assert answer["Reason"].startswith("The bot token is wrong or no longer valid. ")
    assert "Reset Token" in answer["Reason"]
    assert "a-s3cret-token" not in json.dumps(answer) + caplog.text
    # The next deployment reads the token that was stored meanwhile.
    store_token(stack.simulator.info["bot_token"])
    assert stack.request("Create")["Status"] == "SUCCESS"


def test_a_token_that_is_not_stored_is_told_with_its_place(stack: Stack, monkeypatch):
    monkeypatch.setenv("DISCORD_BOT_TOKEN_PARAMETER", "/other/discord-bot-token")
    answer = stack.request("Create")
    assert answer["Status"] == "FAILED"
    assert answer["Reason"].startswith("The bot token is missing: store it in the SSM parameter")
    assert "/other/discord-bot-token" in answer["Reason"]


@pytest.mark.parametrize("broken", ["open", "closed", "silent"])
def test_an_endpoint_that_discord_refuses(stack: Stack, endpoint: Endpoint, broken: str):
    endpoint.broken = broken
    answer = stack.request("Create")
    assert answer["Status"] == "FAILED"
    said = "interactions_endpoint_url: The specified interactions endpoint url could not be verif"
    assert said in answer["Reason"]
    assert stack.standing() == (None, [])


def test_an_endpoint_that_is_not_there_yet_is_waited_for(stack: Stack, endpoint: Endpoint):
    endpoint.not_yet = 2
    assert stack.request("Create", milliseconds=33_000)["Status"] == "SUCCESS"
    assert stack.writes().count(("PATCH", "/applications/@me")) == 2


def test_a_discord_that_falters_is_asked_again(stack: Stack):
    stack.simulator.faults.add(method="PUT", status=502, effect="after")
    stack.simulator.faults.add(method="PATCH", status=429, headers={"Retry-After": "1"})
    assert stack.request("Create", milliseconds=34_000)["Status"] == "SUCCESS"
    url, commands = stack.standing()
    assert url == stack.properties["InteractionsUrl"]
    assert same_commands(commands)


@pytest.mark.parametrize("method", ["GET", "PATCH", "PUT"])
@pytest.mark.parametrize("effect", ["before", "after"])
@pytest.mark.parametrize("fault", [{"connection": "reset"}, {"status": 504}])
def test_an_answer_that_is_lost_is_asked_for_again(stack: Stack, method, effect, fault):
    stack.simulator.faults.add(method=method, effect=effect, **fault)
    assert stack.request("Create", milliseconds=34_000)["Status"] == "SUCCESS"
    url, commands = stack.standing()
    assert url == stack.properties["InteractionsUrl"]
    assert same_commands(commands)


def test_a_connection_that_is_refused_for_too_long_is_told(stack: Stack):
    stack.simulator.faults.add(connection="refuse", times=None)
    answer = stack.request("Create", milliseconds=32_000)
    assert answer["Status"] == "FAILED"
    assert answer["Reason"] == (
        f"{stack.simulator.info['api_base_url']} does not answer like Discord's API: check the "
        "parameter DiscordApiBaseUrl. Discord did not answer when asked to show the application. "
        "Try again in a few minutes."
    )
    assert len(stack.simulator.requests) > 1


@pytest.mark.parametrize("stored", ["a-s3cret\ntoken", "a-s3cret-t\N{CYRILLIC SMALL LETTER O}ken"])
def test_what_cannot_be_a_token_is_told_with_its_place(stack: Stack, store_token, caplog, stored):
    store_token(stored)
    answer = stack.request("Create")
    assert answer["Status"] == "FAILED"
    assert "/channelwright/discord-bot-token cannot be a bot token" in answer["Reason"]
    assert "a-s3cret" not in json.dumps(answer) + caplog.text


def test_a_rate_limit_of_many_seconds_is_waited_for_if_there_is_time(stack: Stack):
    body = {"message": "You are being rate limited.", "retry_after": 2.1, "global": False}
    stack.simulator.faults.add(method="PUT", status=429, body=body)
    assert stack.request("Create", milliseconds=36_000)["Status"] == "SUCCESS"
    stack.simulator.faults.add(method="GET", status=429, body=body | {"retry_after": 3600})
    answer = stack.request("Update")
    assert answer["Status"] == "FAILED"
    assert "wait 1 hour" in answer["Reason"]


def test_discords_refusal_of_a_command_is_told(stack: Stack):
    errors = {"0": {"name": {"_errors": [{"code": "X", "message": "That name is not allowed."}]}}}
    body = {"message": "Invalid Form Body", "code": 50035, "errors": errors}
    stack.simulator.faults.add(method="PUT", status=400, body=body)
    answer = stack.request("Create")
    assert answer["Status"] == "FAILED"
    assert "Invalid Form Body: 0: name: That name is not allowed." in answer["Reason"]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        *(("@me$", body) for body in ([], ["s3cret"], {}, {"verify_key": "s3cret"}, "s3cret")),
        *(("commands", body) for body in ({}, ["s3cret"], [{"description": "s3cret"}])),
    ],
)
def test_what_does_not_answer_like_discord_is_told_without_its_words(stack: Stack, path, body):
    stack.simulator.faults.add(method="GET", path=path, times=None, status=200, body=body)
    answer = stack.request("Create")
    assert answer["Status"] == "FAILED"
    assert "check the parameter DiscordApiBaseUrl" in answer["Reason"]
    assert "s3cret" not in answer["Reason"]


def test_an_unexpected_error_is_answered_without_its_words(stack: Stack, monkeypatch):
    def broken(*_: Any, **__: Any) -> str:
        raise KeyError("s3cret")

    monkeypatch.setattr("channelwright.setup.registration.register", broken)
    with log_lines.captured() as lines:
        answer = stack.request("Create")
    assert answer["Status"] == "FAILED"
    assert "Unexpected KeyError" in answer["Reason"]
    assert "s3cret" not in answer["Reason"]
    # The log says where, in a field that Lambda's formatter keeps.
    [failed] = [line for line in lines if line["message"] == "the request failed: KeyError"]
    assert any("in broken" in place for place in failed["where"])
    assert "s3cret" not in lines.text.replace('raise KeyError(\\"s3cret\\")', "")


def test_work_that_does_not_end_is_answered_before_lambda_ends_it(stack: Stack):
    """The answer is due 15 seconds before the end: here at once, while a call to Discord hangs."""
    released = threading.Event()
    with stack.simulator.world.lock:
        hanging = threading.Thread(
            target=lambda: (
                register_application.handler(stack.event("Create"), Context(15_050)),
                released.set(),
            )
        )
        hanging.start()
        while not stack.cfn.answers:
            assert not released.wait(0.02)
    hanging.join()
    [answer] = stack.cfn.answers  # the end of the work sends no second answer
    assert (answer["Status"], answer["Reason"]) == ("FAILED", "It took too long.")


def test_an_answer_that_does_not_arrive_is_given_again(stack: Stack, cloudformation):
    cloudformation.refuse = 2
    assert stack.request("Create")["Status"] == "SUCCESS"
    cloudformation.refuse = 9
    with pytest.raises(RuntimeError) as raised:
        register_application.handler(stack.event("Create"), Context())
    assert "s3cret" not in str(raised.value)
    assert raised.value.__suppress_context__ or raised.value.__context__ is None


@pytest.mark.parametrize(
    "changes",
    [
        {"RequestType": "Rename"},
        {"RequestType": None},
        {"RequestType": []},
        {"ResourceProperties": None},
        {"ResourceProperties": "x"},
        {"ResourceProperties": {}},
        {"ResourceProperties": {"PublicKey": "x"}},
        {"ResourceProperties": {"PublicKey": 7, "InteractionsUrl": []}},
    ],
)
def test_a_malformed_request_is_answered(stack: Stack, changes: dict[str, Any]):
    assert stack.request("Create", **changes)["Status"] == "FAILED"
    assert stack.writes() == []


def test_a_request_without_ids_is_answered(stack: Stack):
    url = stack.cfn.url
    register_application.handler({"ResponseURL": url, "RequestType": "Create"}, Context())
    [answer] = stack.cfn.answers
    assert answer["Status"] == "FAILED"
    assert answer["PhysicalResourceId"]


@pytest.mark.parametrize("event", [None, [], "x", {}, {"ResponseURL": None}])
def test_a_request_of_nobody_is_let_be(event: Any):
    register_application.handler(event, Context())


@pytest.mark.parametrize("emulated", [False, True])
def test_nobody_but_cloudformation_is_heard(stack: Stack, monkeypatch, caplog, emulated):
    """Without an emulator, this machine is not CloudFormation; with one, nothing else is."""
    if not emulated:
        monkeypatch.delenv("AWS_ENDPOINT_URL")
    url = ELSEWHERE if emulated else stack.cfn.url
    register_application.handler(stack.event("Create", ResponseURL=url), Context())
    assert stack.cfn.answers == []
    assert stack.simulator.requests == []
    assert "this is not a request from CloudFormation" in caplog.text
    assert url not in caplog.text


def test_an_answer_is_not_taken_elsewhere(stack: Stack, cloudformation):
    other = CloudFormation()
    with serving(other) as origin:
        cloudformation.elsewhere = f"{origin}/answer?signature=s3cret"
        with pytest.raises(RuntimeError, match="did not accept the answer"):
            register_application.handler(stack.event("Create"), Context())
    assert other.answers == cloudformation.answers == []


def test_a_discord_in_clear_is_told_and_sent_no_token(stack: Stack, monkeypatch):
    monkeypatch.setenv("DISCORD_API_BASE_URL", "http://discord.example/api/v10")
    answer = stack.request("Create")
    assert answer["Status"] == "FAILED"
    assert answer["Reason"].startswith("The parameter DiscordApiBaseUrl must be a URL that begins")


def test_an_answer_fits_into_what_cloudformation_takes(stack: Stack):
    body = {"message": "ü" * 5000, "code": 1}
    stack.simulator.faults.add(method="PUT", status=400, body=body)
    stack.request("Create", ResourceProperties=stack.properties | {"PublicKey": "€" * 5000})
    assert len(json.dumps(stack.cfn.answers[-1], ensure_ascii=False).encode()) <= 4096
