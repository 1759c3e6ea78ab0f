"""Campaigns in company: their deliveries, the schedule of turns, and the table that stores it."""

import json
import os
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError, ReadTimeoutError

import start_campaign
from channelwright.pace import limiter, outage, table
from channelwright.pace.schedule import reserve
from tests.statemachine.interpreter import ADD, Run

PRIORITY = os.environ["PRIORITY_QUEUE_ARN"]
STEP = 1 / (50 * outage.CALLS_SHARE)
# Every test begins with a cold start of *Plan Campaign*, which asks who the bot is.
COLD_CALLS = start_campaign.CALLS + 1
FAR = 1e11  # a deadline in Unix seconds
DOWN = ClientError(
    {
        "Error": {"Code": "InternalServerError", "Message": ""},
        # moto reads these of a state's own call.
        "ResponseMetadata": {"HTTPStatusCode": 500, "RequestId": "0"},
    },
    "UpdateItem",
)


def use(monkeypatch: pytest.MonkeyPatch, stage: Any) -> None:
    monkeypatch.setenv("STATE_MACHINE_ARN", stage.interpreter.arns[ADD])
    monkeypatch.setenv("MAX_RECEIVES", "3")
    monkeypatch.setattr(start_campaign, "time", stage.clock)


def deliver(request: Any, receives: int = 1, *, source: str = "tasks") -> None:
    """Deliver a message of the queue to the starter, for the n-th time."""
    attributes = {"ApproximateReceiveCount": str(receives)}
    record = {"body": json.dumps(request), "attributes": attributes, "eventSourceARN": source}
    start_campaign.handler({"Records": [record]}, None)


def others(stage: Any, seconds: int, *, priority: bool = False, until: float = FAR) -> None:
    """Let other campaigns reserve so many seconds of Discord's limit."""
    schedule, version = limiter._read()
    for _ in range(seconds):
        schedule, _ = reserve(schedule, stage.clock.now(), 1.0, until, priority=priority)
    assert table.put("schedule", limiter._as_item(schedule), version)


def finish(stage: Any, suffix: str = "") -> Run:
    return stage.interpreter.finish(stage.interpreter.execution_arn(f"{stage.asked}{suffix}"))


def play(stage: Any, **how: Any) -> Run:
    deliver(stage.request(), **how)
    return finish(stage)


def has_started(stage: Any) -> bool:
    client = boto3.client("stepfunctions")
    try:
        client.describe_execution(executionArn=stage.interpreter.execution_arn(stage.asked))
    except client.exceptions.ExecutionDoesNotExist:
        return False
    return True


def bot_calls(stage: Any) -> list[dict[str, Any]]:
    return [call for call in stage.discord.requests if not call["path"].startswith("/webhooks")]


def slots_until() -> float | None:
    """Return the time until which slots are taken; None if no slot ever was."""
    item = table.dynamodb().get_item(Key={"id": {"S": "calls"}})
    return float(item["Item"]["free_at"]["N"]) if "Item" in item else None


def waiting(stage: Any) -> float:
    """Return the seconds of Discord's limit that are reserved and not yet spent."""
    schedule = limiter._read()[0].later(stage.clock.now())
    return schedule.priority.waiting + schedule.normal.waiting


class Table:
    """The table, which answers `works_for` calls and then fails."""

    def __init__(self, works_for: int = 0, breaks_with: Exception = DOWN):
        self._client = table.dynamodb()
        self.exceptions = self._client.exceptions
        self._left = works_for
        self._error = breaks_with

    def __getattr__(self, name: str) -> Any:
        self._left -= 1
        if self._left < 0:
            raise self._error
        return getattr(self._client, name)


class WithoutRecords:
    """A client of the tables whose `methods` fail on the campaigns' table, `times` times."""

    def __init__(self, client: Any, *methods: str, times: int = 10_000):
        self._client, self._methods, self._left = client, methods, times
        self.exceptions = client.exceptions

    def __getattr__(self, method: str) -> Any:
        return lambda **request: self._call(method, request)

    def _call(self, method: str, request: dict[str, Any]) -> Any:
        # Only records are written in transactions.
        ours = request.get("TableName") != os.environ["LIMITER_TABLE"]
        if ours and method in self._methods and self._left:
            self._left -= 1
            raise DOWN
        return getattr(self._client, method)(**request)


class AnswersLost(WithoutRecords):
    """A client of the tables that does what its `methods` ask, but loses the first answer."""

    def _call(self, method: str, request: dict[str, Any]) -> Any:
        if method in self._methods and self._left:
            self._left = 0
            getattr(self._client, method)(**request)
            raise DOWN
        return super()._call(method, request)


def use_from(stage: Any, function: str, client: Any) -> None:
    """Use another client of the tables from when a function is next invoked."""

    def use(name: str, _event: Any) -> None:
        if name == function:
            table._client = client

    stage.lambdas.on_invoke = use


class Lost:
    """Step Functions that starts executions, but loses the answers."""

    def __init__(self, client: Any):
        self._client = client

    def start_execution(self, **given: Any) -> None:
        self._client.start_execution(**given)
        raise ReadTimeoutError(endpoint_url="https://states")

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)
