"""An attempt to deliver a webhook, from the queue's message to the state's answer."""

import json
import time
from types import SimpleNamespace

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws
from standardwebhooks import Webhook
from standardwebhooks.webhooks import WebhookVerificationError

import send_webhook
from channelwright.aws import parameter
from channelwright.webhooks import address, connection, sending
from tests import log_lines
from tests.unit.webhook_receivers import OK, answering, receiving

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
ANOTHER = "whsec_VGhpcyBpcyBhbm90aGVyIG9uZSwgMjQgYnl0ZXMh"
PARAMETER = "/channelwright/webhook-secret"
EVENT = {
    "version": 1,
    "id": "1450000000000000000.campaign.created",
    "type": "campaign.created",
    "occurred_at": "2026-11-29T18:04:06.123Z",
    "stack": "channelwright",
    "data": {"name": "Curse of Strahd \N{DRAGON}", "guild_id": "1310000000000000000"},
}


@pytest.fixture
def told(monkeypatch):
    """Return what tasks are told, as (token, output)."""
    made = []

    def send_task_success(*, taskToken, output):  # noqa: N803
        made.append((taskToken, json.loads(output)))

    monkeypatch.setattr(send_webhook._step_functions, "send_task_success", send_task_success)
    return made


@pytest.fixture
def store(monkeypatch):
    """Return a function that stores a value as the secret."""
    monkeypatch.setenv("WEBHOOK_SECRET_PARAMETER", PARAMETER)
    monkeypatch.setattr(sending, "_kept", parameter.Kept())
    with mock_aws():
        ssm = boto3.client("ssm")

        def store(value):
            ssm.put_parameter(Name=PARAMETER, Value=value, Type="SecureString", Overwrite=True)

        store(SECRET)
        yield store


@pytest.fixture
def send(monkeypatch, told, store):
    """Return a function that sends the event to a URL, and returns the state's answer."""
    monkeypatch.setattr(sending, "random", lambda: 0.0)

    def send(url, *, event=EVENT, attempt=1):
        handle(monkeypatch, url, event, attempt)
        [(token, outcome)] = told
        told.clear()
        assert token == "the task's"
        assert outcome["url"] == address.fingerprint(url)
        assert outcome["attempt"] == attempt + 1
        return outcome

    return send


def handle(monkeypatch, url, event=EVENT, attempt=1):
    monkeypatch.setenv("WEBHOOK_URL", url)
    body = json.dumps({"token": "the task's", "event": event, "attempt": attempt})
    send_webhook.handler({"Records": [{"body": body}]}, None)


def url_of(receiver):
    return f"http://127.0.0.1:{receiver.port}/hooks?key=of-the-receiver"


def answer(status, *headers):
    return "".join(f"{one}\r\n" for one in (f"HTTP/1.1 {status} Said", *headers, "")).encode()


def test_an_event_is_delivered(send):
    with receiving(answering(OK)) as receiver:
        assert send(url_of(receiver)) == {
            "next": "delivered",
            "url": address.fingerprint(url_of(receiver)),
            "attempt": 2,
            "wait_seconds": 0,
            "reason": "Attempt 1 of 10: The receiver answered 204.",
        }
    [request] = receiver.requests
    assert request.line == "POST /hooks?key=of-the-receiver HTTP/1.1"
    assert request.headers["content-type"] == "application/json"
    assert request.headers["user-agent"].startswith("Channelwright/")
    assert request.headers["webhook-id"] == EVENT["id"]
    assert abs(int(request.headers["webhook-timestamp"]) - time.time()) < 60
    assert Webhook(SECRET).verify(request.body, request.headers) == EVENT


def test_the_body_is_small_and_utf8_whatever_the_event_has(send):
    event = EVENT | {"data": {"name": "🐉\ud83d"}}  # the half of a character, which JSON may have
    with receiving(answering(OK)) as receiver:
        assert send(url_of(receiver), event=event)["next"] == "delivered"
    [request] = receiver.requests
    assert '"name":"🐉?"'.encode() in request.body
    told = Webhook(SECRET).verify(request.body, request.headers)
    assert told == EVENT | {"data": {"name": "🐉?"}}


def test_an_attempt_is_signed_when_it_is_sent(send, monkeypatch):
    moments = [1_700_000_000.9, 1_700_000_305.2]
    with receiving(answering(OK)) as receiver:
        for moment in moments:
            monkeypatch.setattr(sending, "time", SimpleNamespace(time=lambda now=moment: now))
            send(url_of(receiver))
    first, second = (one.headers for one in receiver.requests)
    assert first["webhook-id"] == second["webhook-id"]
    assert [one["webhook-timestamp"] for one in (first, second)] == ["1700000000", "1700000305"]
    assert first["webhook-signature"] != second["webhook-signature"]


@pytest.mark.parametrize("status", [200, 201, 202, 204, 226, 299])
def test_every_2xx_is_a_delivery(send, status):
    with receiving(answering(answer(status))) as receiver:
        assert send(url_of(receiver))["next"] == "delivered"


@pytest.mark.parametrize(
    "status", [101, 300, 301, 304, 308, 400, 401, 404, 409, 411, 500, 502, 599]
)
def test_every_other_answer_is_a_failure(send, status):
    with receiving(answering(answer(status))) as receiver:
        outcome = send(url_of(receiver), attempt=3)
        assert len(receiver.requests) == 1
    assert (outcome["next"], outcome["wait_seconds"]) == ("retry", 1800)
    assert outcome["reason"].startswith(f"Attempt 3 of 10: The receiver answered {status}.")
    assert ("No redirect is followed" in outcome["reason"]) == (300 <= status < 400)


@pytest.mark.parametrize("attempt", [1, 10])
def test_410_switches_the_url_off(send, attempt):
    with receiving(answering(answer(410, "Retry-After: 5"))) as receiver:
        outcome = send(url_of(receiver), attempt=attempt)
    assert (outcome["next"], outcome["wait_seconds"]) == ("gone", 0)


@pytest.mark.parametrize("status", [429, 502, 503, 504])
@pytest.mark.parametrize(
    ("retry_after", "wait"),
    [("3600", 3600), ("1", 300), ("9999999", 86400), ("Sun, 06 Nov 2094 08:49:37 GMT", 86400)],
)
def test_the_receiver_may_ask_for_a_longer_wait(send, status, retry_after, wait):
    with receiving(answering(answer(status, f"Retry-After: {retry_after}"))) as receiver:
        outcome = send(url_of(receiver), attempt=2)
    assert (outcome["next"], outcome["wait_seconds"]) == ("retry", wait)


def test_after_the_last_attempt_it_is_given_up(send):
    with receiving(answering(answer(503, "Retry-After: 5"))) as receiver:
        assert send(url_of(receiver), attempt=9)["next"] == "retry"
        outcome = send(url_of(receiver), attempt=10)
    assert (outcome["next"], outcome["wait_seconds"]) == ("give_up", 0)
    said = "The receiver answered 503. This was the last attempt."
    assert outcome["reason"] == f"Attempt 10 of 10: {said}"


# ---- Failures that are known ----


def test_a_failed_connection_is_tried_again(send):
    with receiving(lambda _: None) as receiver:
        outcome = send(url_of(receiver), attempt=10)
        assert outcome["next"] == "give_up"
        outcome = send(url_of(receiver))
    assert (outcome["next"], outcome["wait_seconds"]) == ("retry", 5)
    assert "The connection to 127.0.0.1 failed" in outcome["reason"]


@pytest.mark.parametrize(
    "url", ["", "http://127.0.0.1:8080/?key=of-the-receiver", "https://127.0.0.1:8443/"]
)
def test_a_deployed_stack_sends_to_the_internet_alone(send, monkeypatch, url):
    monkeypatch.setenv("DISCORD_API_BASE_URL", "https://discord.com/api/v10")
    outcome = send(url)
    assert outcome["next"] == "retry"
    assert ("WebhookUrl" if "https" not in url else "not public") in outcome["reason"]


@pytest.mark.parametrize("api", ["https://127.0.0.1:9/api", "http://127.0.0.1.example/api"])
def test_only_a_discord_on_this_machine_makes_a_local_stack(send, monkeypatch, api):
    monkeypatch.setenv("DISCORD_API_BASE_URL", api)
    with receiving(answering(OK)) as receiver:
        assert send(url_of(receiver))["next"] == "retry"
        assert receiver.connections == 0


def test_an_operators_mistake_is_said_in_the_log_and_in_the_execution(send, store):
    store("whsec_s3cret")
    with log_lines.captured() as lines, receiving(answering(OK)) as receiver:
        outcome = send(url_of(receiver))
        assert receiver.connections == 0
    assert (outcome["next"], outcome["wait_seconds"]) == ("retry", 5)
    assert f"The value of the SSM parameter {PARAMETER} must be" in outcome["reason"]
    [error, *_] = lines
    assert error["level"] == "ERROR"
    assert error["message"] in outcome["reason"]
    assert error["execution"].endswith("deliver-webhook:1450000000000000000-campaign-created")
    assert "s3cret" not in lines.text + json.dumps(outcome)


def test_a_secret_that_is_missing_can_still_be_stored(send, store):
    boto3.client("ssm").delete_parameter(Name=PARAMETER)
    with receiving(answering(OK)) as receiver:
        outcome = send(url_of(receiver))
        said = f"The secret of webhooks is missing: store it in the SSM parameter {PARAMETER}"
        assert said in outcome["reason"]
        store(SECRET)
        assert send(url_of(receiver), attempt=2)["next"] == "delivered"


@pytest.mark.parametrize("event_id", ["1.1614265330.x", "a\r\nb: c", ""])
def test_an_id_that_is_none_of_ours_is_given_up_at_once(send, event_id):
    with receiving(answering(OK)) as receiver:
        outcome = send(url_of(receiver), event=EVENT | {"id": event_id})
        assert receiver.connections == 0
    assert outcome["next"] == "give_up"


# ---- Secrets ----


def verifies(receiver, secret):
    request = receiver.requests[-1]
    try:
        Webhook(secret).verify(request.body, request.headers)
    except WebhookVerificationError:
        return False
    return True


def test_both_secrets_sign_while_one_replaces_the_other(send, store):
    store(f"{ANOTHER}\n{SECRET}")
    with receiving(answering(OK)) as receiver:
        send(url_of(receiver))
    assert verifies(receiver, SECRET)
    assert verifies(receiver, ANOTHER)
    signatures = receiver.requests[0].headers["webhook-signature"].split(" ")
    assert [one[:3] for one in signatures] == ["v1,", "v1,"]


def test_a_replaced_secret_is_read_when_the_kept_one_is_old(send, store, monkeypatch):
    with receiving(answering(OK)) as receiver:
        send(url_of(receiver))
        store(ANOTHER)
        send(url_of(receiver))
        assert verifies(receiver, SECRET)
        later = time.monotonic() + parameter.CACHE_SECONDS
        monkeypatch.setattr(parameter, "time", SimpleNamespace(monotonic=lambda: later + 1))
        send(url_of(receiver))
    assert verifies(receiver, ANOTHER)


@pytest.mark.parametrize(
    ("status", "is_new"), [(400, True), (401, True), (403, True), (500, False)]
)
def test_a_receiver_that_refuses_may_know_a_newer_secret(send, store, status, is_new):
    with receiving(answering(answer(status))) as receiver:
        send(url_of(receiver))
        store(ANOTHER)
        send(url_of(receiver), attempt=2)
    assert verifies(receiver, ANOTHER) == is_new


# ---- The log, and the state ----


def test_the_log_and_the_outcome_have_no_secret_no_data_and_no_query(send):
    for behave in (answering(OK), answering(answer(503)), lambda _: None):
        with log_lines.captured() as lines, receiving(behave) as receiver:
            outcome = send(url_of(receiver))
        said = lines.text + json.dumps(outcome)
        assert outcome["reason"] in lines.text
        for secret in (SECRET[6:], "of-the-receiver", "/hooks", "Strahd", "the task's"):
            assert secret not in said


def test_a_log_line_leads_to_the_campaign(send):
    with log_lines.captured() as lines, receiving(answering(OK)) as receiver:
        send(url_of(receiver))
    assert [line["interaction_id"] for line in lines] == ["1450000000000000000"] * 2


def telling_fails(monkeypatch, error):
    def send_task_success(**_):
        raise error({"Error": {"Code": error.__name__}}, "SendTaskSuccess")

    monkeypatch.setattr(send_webhook._step_functions, "send_task_success", send_task_success)


@pytest.mark.parametrize("code", ["TaskTimedOut", "TaskDoesNotExist", "InvalidToken"])
def test_if_no_state_waits_any_more_sqs_does_not_deliver_again(store, monkeypatch, code):
    telling_fails(monkeypatch, getattr(send_webhook._step_functions.exceptions, code))
    with receiving(answering(OK)) as receiver, log_lines.captured() as lines:
        handle(monkeypatch, url_of(receiver))
        assert len(receiver.requests) == 1
    assert f"no state waits for this outcome: {code}" in lines.text


def test_if_the_state_may_not_have_heard_sqs_delivers_again(store, monkeypatch):
    telling_fails(monkeypatch, ClientError)
    with receiving(answering(OK)) as receiver, pytest.raises(ClientError):
        handle(monkeypatch, url_of(receiver))


def test_a_send_has_as_long_as_the_specification_says():
    assert connection.SECONDS == 15
