"""Events on their way to a receiver: the starter, the queue with its two senders, and HTTP."""

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from typing import Any

import boto3
import pytest
from standardwebhooks import Webhook

import start_delivery
from channelwright.aws import parameter
from channelwright.aws.executions import delivery_of
from channelwright.pace import table
from channelwright.webhooks import sending
from tests.statemachine.interpreter import DELIVER, Run
from tests.statemachine.queues import DEAD_LETTERS, WEBHOOKS
from tests.unit.webhook_receivers import receiving

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
PARAMETER = "/channelwright/webhook-secret"
# As template.yaml sets them (tests/contract/test_webhooks.py).
SENDERS, VISIBILITY_SECONDS, RECEIVES = 2, 360, 10


def event(id_: str = "1450000000000000000", type_: str = "webhook.test") -> dict[str, Any]:
    return {
        "version": 1,
        "id": f"{id_}.{type_}",
        "type": type_,
        "occurred_at": "2026-11-29T18:04:06.123Z",
        "stack": "channelwright",
        "data": {},
    }


class Delivering:
    """The receiver answers each request with the next of `answers`, and then with 204.

    A sender takes `seconds` for an attempt.
    """

    def __init__(self, stage: Any, monkeypatch: pytest.MonkeyPatch):
        self.stage, self.clock = stage, stage.clock
        self._patch = monkeypatch
        self.answers: list[bytes] = []
        self.seconds = 0.0
        self.most_at_once = self._busy = 0
        self._receives: Counter[str] = Counter()
        stage.interpreter.queues.on_send = self._sent

    def answering(self, connection: Any) -> None:
        connection.sendall(self.answers.pop(0) if self.answers else said(204))

    # ---- EventBridge ----

    def announce(self, one: dict[str, Any]) -> None:
        """Let EventBridge report an event."""
        start_delivery.handler({"source": "channelwright", "detail": one}, None)

    def finish(self, one: dict[str, Any]) -> Run:
        interpreter = self.stage.interpreter
        return interpreter.finish(interpreter.execution_arn(delivery_of(one["id"]), DELIVER))

    def deliver(self, one: dict[str, Any] | None = None) -> Run:
        """Announce an event, and run its execution to its end."""
        one = one or event()
        self.announce(one)
        return self.finish(one)

    def send_again(self, one: dict[str, Any], name: str) -> Run:
        """Start the execution of an event again, under another name, as the runbook says."""
        stepfunctions, interpreter = boto3.client("stepfunctions"), self.stage.interpreter
        arn = interpreter.execution_arn(delivery_of(one["id"]), DELIVER)
        given = stepfunctions.describe_execution(executionArn=arn)["input"]
        machine = interpreter.arns[DELIVER]
        stepfunctions.start_execution(stateMachineArn=machine, name=name, input=given)
        return interpreter.finish(interpreter.execution_arn(name, DELIVER))

    # ---- SQS and Lambda ----

    def _sent(self, url: str) -> None:
        if url == WEBHOOKS:
            self.clock.spawn(self._work)

    def _work(self) -> None:
        waiting = self.stage.interpreter.queues.messages[WEBHOOKS]
        if self._busy == SENDERS:
            return  # whoever is ready first takes the message
        self._busy += 1
        self.most_at_once = max(self._busy, self.most_at_once)
        while waiting:
            self._receive(waiting.pop(0))
        self._busy -= 1

    def _receive(self, message: dict[str, Any]) -> None:
        self.clock.sleep(self.seconds)
        self._receives[message["token"]] += 1
        record = {"body": json.dumps(message)}
        if "FunctionError" not in self.stage.lambdas.run("send_webhook", {"Records": [record]}):
            return
        queues = self.stage.interpreter.queues
        if self._receives[message["token"]] == RECEIVES:
            queues.messages[DEAD_LETTERS].append(message)
        else:
            again = partial(queues.send_message, QueueUrl=WEBHOOKS, MessageBody=json.dumps(message))
            self.clock.spawn(again, VISIBILITY_SECONDS)

    # ---- The receiver ----

    @property
    def received(self) -> list[dict[str, Any]]:
        """Return the events that came; each is signed, as the specification's library checks."""
        return [json.loads(one.body) for one in self.requests]

    @property
    def requests(self) -> list[Any]:
        for one in self.receiver.requests:
            at = datetime.fromtimestamp(int(one.headers["webhook-timestamp"]), UTC)
            signed = Webhook(SECRET).sign(one.headers["webhook-id"], at, one.body.decode())
            assert signed in one.headers["webhook-signature"].split()
        return self.receiver.requests

    def move_to(self, url: str) -> None:
        """Deploy another URL."""
        self._patch.setenv("WEBHOOK_URL", url)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.receiver.port}/hooks?key=of-the-receiver"

    @property
    def switches(self) -> list[dict[str, Any]]:
        return [*table.dynamodb().switches.values()]

    def switch_on(self) -> None:
        """Delete every switch, as the runbook says."""
        table.dynamodb().switches.clear()


def said(status: int, *headers: str) -> bytes:
    """Return an answer's bytes."""
    return "\r\n".join([f"HTTP/1.1 {status} X", "Content-Length: 0", *headers, "", ""]).encode()


@contextmanager
def delivering(stage: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Delivering]:
    """Set a receiver, the secret and the starter."""
    one = Delivering(stage, monkeypatch)
    monkeypatch.setenv("DISCORD_API_BASE_URL", "http://127.0.0.1:9/api/v10")  # the local stack's
    monkeypatch.setenv("WEBHOOK_SECRET_PARAMETER", PARAMETER)
    monkeypatch.setenv("DELIVER_WEBHOOK_ARN", stage.interpreter.arns[DELIVER])
    monkeypatch.setattr(sending, "time", stage.clock)
    monkeypatch.setattr(sending, "random", lambda: 0.0)
    monkeypatch.setattr(sending, "_kept", parameter.Kept())
    boto3.client("ssm").put_parameter(
        Name=PARAMETER, Value=SECRET, Type="SecureString", Overwrite=True
    )
    with receiving(one.answering) as receiver:
        one.receiver = receiver
        one.move_to(one.url)
        yield one
