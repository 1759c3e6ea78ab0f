"""An attempt to deliver a webhook, from the queue's message to the state's answer."""

import json
import os

import boto3
import pytest
from moto import mock_aws

import send_webhook
from channelwright.aws import parameter
from channelwright.webhooks import address, sending
from tests.unit.webhook_receivers import OK, answering, receiving

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
EVENT = {
    "version": 1,
    "id": "1450000000000000000.campaign.created",
    "type": "campaign.created",
    "occurred_at": "2026-11-29T18:04:06.123Z",
    "stack": "channelwright",
    "data": {"name": "Curse of Strahd \N{DRAGON}", "guild_id": "1310000000000000000"},
}


class Task:
    """A task that waits, in the place of Step Functions."""

    class exceptions:  # noqa: N801
        TaskTimedOut = TaskDoesNotExist = InvalidToken = LookupError

    def __init__(self):
        self.told = []

    def send_task_success(self, *, taskToken, output):  # noqa: N803
        self.told.append((taskToken, json.loads(output)))


@pytest.fixture
def task(monkeypatch):
    made = Task()
    monkeypatch.setattr(send_webhook, "_step_functions", made)
    return made


@pytest.fixture
def send(monkeypatch, task):
    """Return a function that sends the event to a URL, and returns the state's answer."""
    monkeypatch.setenv("WEBHOOK_SECRET_PARAMETER", "/channelwright/webhook-secret")
    monkeypatch.setattr(sending, "_kept", parameter.Kept())
    monkeypatch.setattr(sending, "random", lambda: 0.0)

    def send(url, *, event=EVENT, attempt=1, attributes=None):
        monkeypatch.setenv("WEBHOOK_URL", url)
        body = json.dumps({"token": "the task's", "event": event, "attempt": attempt})
        send_webhook.handler({"Records": [{"body": body}]}, None)
        [(token, outcome)] = task.told
        task.told.clear()
        assert token == "the task's"
        return outcome

    with mock_aws():
        send.store = lambda value: boto3.client("ssm").put_parameter(
            Name=os.environ["WEBHOOK_SECRET_PARAMETER"],
            Value=value,
            Type="SecureString",
            Overwrite=True,
        )
        send.store(SECRET)
        yield send


def test_an_event_is_delivered(send):
    with receiving(answering(OK)) as receiver:
        url = f"http://127.0.0.1:{receiver.port}/hooks?key=of-the-receiver"
        assert send(url) == {
            "next": "delivered",
            "url": address.fingerprint(url),
            "attempt": 2,
            "wait_seconds": 0,
            "reason": "Attempt 1 of 10: The receiver answered 204.",
        }
    [request] = receiver.requests
    assert request.line == "POST /hooks?key=of-the-receiver HTTP/1.1"
    assert json.loads(request.body) == EVENT
    assert request.headers["content-type"] == "application/json"
    assert request.headers["host"] == f"127.0.0.1:{receiver.port}"
    assert request.headers["webhook-id"] == EVENT["id"]
