"""The custom resource's failures: CloudFormation is answered in time, and told no secret."""

import json
import threading
from typing import Any

import pytest

import register_application
from channelwright.setup.registered import same_commands
from tests import log_lines
from tests.registration.servers import CloudFormation, Endpoint
from tests.registration.stack import ELSEWHERE, Context, Stack
from tests.serving import serving


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
