"""The deployed schedule sweeps the servers; a sweep that marks nobody leaves a dead letter."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from local.deployment import STACK_NAME
from local.polling import wait_until
from local.stack import Stack
from tests.integration.swept import LONG_AGO, Records

NAME = f"{STACK_NAME}-sweep-servers"
GONE = ("1", "2", "3")


@pytest.fixture
def records(stack: Stack) -> Iterator[Records]:
    records = Records(stack)
    yield records
    for guild_id in GONE:
        records.delete(guild_id)


def test_the_schedule_marks_and_deletes(stack: Stack, records: Records):
    assert stack.simulator
    here: str = stack.simulator.control("POST", "guilds", {})["guild_id"]
    records.put(here, gone_since=LONG_AGO)
    records.put("1", gone_since=LONG_AGO)
    records.put("2")
    scheduler = stack.client("scheduler")
    deployed = scheduler.get_schedule(Name=NAME)
    assert deployed["ScheduleExpression"] == "rate(1 day)"
    once = {
        "Name": "sweep-now",
        "ScheduleExpression": "at(2020-01-01T00:00:00)",
        "FlexibleTimeWindow": {"Mode": "OFF"},
        "Target": deployed["Target"],
    }
    scheduler.create_schedule(**once)
    try:
        wait_until(lambda: records.get("1") is None, "the overdue record is deleted", 60)
    finally:
        scheduler.delete_schedule(Name="sweep-now")
    marked, kept = records.get("2"), records.get(here)
    records.delete(here)
    assert marked
    assert set(marked) == {"guild_id", "campaign_id", "name", "gone_since"}
    assert kept == {"guild_id": here, "campaign_id": "1", "name": "Gone"}


def test_too_many_at_once_become_a_dead_letter(stack: Stack, records: Records):
    """The runbook's third kind of dead letter."""
    records.clear()
    for guild_id in GONE:
        records.put(guild_id)
    client, sqs = stack.client("lambda"), stack.client("sqs")
    client.invoke(FunctionName=NAME, InvocationType="Event", Payload="{}")

    def kept() -> Any:
        answer = sqs.receive_message(QueueUrl=stack.endpoints.dlq_url, MaxNumberOfMessages=10)
        return [letter for letter in answer.get("Messages", []) if NAME in letter["Body"]]

    [letter] = wait_until(kept, "the dead letter", 60)
    sqs.delete_message(QueueUrl=stack.endpoints.dlq_url, ReceiptHandle=letter["ReceiptHandle"])
    told = json.loads(letter["Body"])["responsePayload"]
    assert told["errorType"] == "TooManyGone"
    assert told["errorMessage"].endswith("none was marked: 1, 2, 3")
    assert not any("gone_since" in (records.get(guild_id) or {}) for guild_id in GONE)
    # The runbook's command.
    answer = client.invoke(FunctionName=NAME, Payload='{"may_mark": 3}')
    assert "FunctionError" not in answer
    assert all("gone_since" in (records.get(guild_id) or {}) for guild_id in GONE)
