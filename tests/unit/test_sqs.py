"""SendMessage sends each message once, and keeps a connection only briefly."""

import json
from collections.abc import Iterator
from types import SimpleNamespace

import pytest

from channelwright.aws import endpoint as aws_endpoint
from channelwright.aws import sqs
from tests.sqs_endpoint import Queue, sqs_endpoint


@pytest.fixture
def queue() -> Iterator[Queue]:
    with sqs_endpoint() as endpoint:
        yield endpoint


def send(queue: Queue, *bodies: str) -> None:
    for body in bodies:
        sqs.send_message(queue.url, body)


def test_messages_that_follow_each_other_share_a_connection(queue):
    send(queue, "1", "2", "3")
    assert (queue.take(), queue.connections) == ([1, 2, 3], 1)


def test_a_refusal_does_not_spoil_the_connection(queue):
    send(queue, "1")
    with pytest.raises(sqs.NotSent, match="QueueDoesNotExist"):
        sqs.send_message(f"{queue.url}-gone", "2")
    send(queue, "3")
    assert (queue.take(), queue.connections) == ([1, 3], 1)


@pytest.mark.parametrize(
    "said",
    [
        json.dumps({"__type": "SignatureDoesNotMatch", "message": "x-amz-security-token:SECRET"}),
        "<html>SECRET</html>",
        '["SECRET"]',
        "",
    ],
)
def test_an_error_has_its_kind_and_not_what_it_may_quote(queue, said):
    queue.troubles.append((403, said))
    with pytest.raises(sqs.NotSent) as raised:
        send(queue, "1")
    kind = "SignatureDoesNotMatch" if "__type" in said else "of unknown type"
    assert str(raised.value) == f"403 {kind}"


def test_a_connection_that_was_idle_for_long_is_not_trusted(queue, monkeypatch):
    now = aws_endpoint.time.time()
    monkeypatch.setattr(aws_endpoint, "time", SimpleNamespace(time=lambda: now))
    send(queue, "1")
    now += aws_endpoint.IDLE_SECONDS
    send(queue, "2")
    assert queue.connections == 1
    now += aws_endpoint.IDLE_SECONDS + 0.1
    send(queue, "3")
    assert (queue.take(), queue.connections) == ([1, 2, 3], 2)


@pytest.mark.parametrize("trouble", ["closes", "hangs up"])
def test_a_connection_that_sqs_has_closed_is_replaced(queue, trouble):
    """SQS answered nothing, so the message is sent again on a new connection."""
    send(queue, "1")
    queue.troubles.append(trouble)
    send(queue, "2")
    send(queue, "3")
    assert (queue.take(), queue.connections) == ([1, 2, 3], 2)


def test_what_may_have_been_taken_on_a_lost_connection_is_not_called_refused(queue):
    send(queue, "1")
    queue.troubles += ["hangs up", (403, "AccessDenied")]
    with pytest.raises(sqs.MaybeSent, match="403"):
        send(queue, "2")


def test_no_answer_in_time_is_not_asked_for_again(queue, monkeypatch):
    monkeypatch.setattr(aws_endpoint, "TIMEOUT_SECONDS", 0.2)
    send(queue, "1")
    queue.troubles.append("is slow")
    with pytest.raises(sqs.MaybeSent):
        send(queue, "2")
    assert (queue.take(), queue.connections) == ([1], 1)


def test_a_new_connection_without_an_answer_is_not_tried_twice(queue):
    queue.troubles.append("hangs up")
    with pytest.raises(sqs.MaybeSent):
        send(queue, "1")
    assert (queue.take(), queue.connections) == ([], 1)
