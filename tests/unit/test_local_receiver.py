"""The receiver of the local stack: it takes genuine webhooks, shows them, and refuses pages."""

import json
import threading
from datetime import UTC, datetime, timedelta

import pytest
import requests
from standardwebhooks import Webhook

from local.receiver import Receiver

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
EVENT = {"id": "1.webhook.test", "type": "webhook.test"}


@pytest.fixture
def receiver():
    with Receiver(0, SECRET) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield server
        server.shutdown()


def send(receiver, *, at=None, secret=SECRET, body=None, **headers):
    at, body = at or datetime.now(UTC), body or json.dumps(EVENT)
    signed = {
        "webhook-id": EVENT["id"],
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Webhook(secret).sign(EVENT["id"], at, json.dumps(EVENT)),
    }
    url = f"http://127.0.0.1:{receiver.server_port}/webhooks"
    return requests.post(url, body, headers=signed | headers, timeout=5)


def shown(receiver):
    return requests.get(f"http://127.0.0.1:{receiver.server_port}/", timeout=5).json()


def test_a_genuine_webhook_is_shown(receiver):
    assert send(receiver).status_code == 204
    [one] = shown(receiver)
    assert (one["event"], one["id"], one["wrong"], one["answered"]) == (
        EVENT,
        EVENT["id"],
        None,
        204,
    )


@pytest.mark.parametrize(
    "how",
    [
        {"secret": "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"},
        {"body": '{"id": "another"}'},
        {"at": datetime.now(UTC) - timedelta(minutes=6)},
        {"webhook-signature": "nonsense"},
    ],
    ids=["secret", "body", "time", "form"],
)
def test_one_that_is_not_is_refused_and_shown_without_its_body(receiver, how):
    assert send(receiver, **how).status_code == 401
    [one] = shown(receiver)
    assert one["wrong"]
    assert one["event"] is None


def test_the_next_answers_can_be_chosen(receiver):
    url = f"http://127.0.0.1:{receiver.server_port}/answers"
    requests.put(url, json=[{"status": 429, "retry_after": 7}, {"status": 410}], timeout=5)
    first, second, third = (send(receiver) for _ in range(3))
    assert (first.status_code, first.headers["Retry-After"]) == (429, "7")
    assert (second.status_code, third.status_code) == (410, 204)
    assert [one["answered"] for one in shown(receiver)] == [204, 410, 429]


def test_pages_of_other_origins_can_neither_read_nor_write(receiver):
    assert send(receiver, Origin="https://example.com").status_code == 403
    url = f"http://127.0.0.1:{receiver.server_port}/"
    assert requests.get(url, headers={"Host": "example.com"}, timeout=5).status_code == 403
    assert shown(receiver) == []


def test_a_body_that_no_event_has_is_not_read(receiver):
    assert send(receiver, body="x" * 70_000).status_code == 413
