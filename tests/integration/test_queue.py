"""The queue: a message delivered twice starts one campaign; one that cannot start is kept."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from channelwright.campaign.request import NOTHING_YET, REPLY
from local.polling import wait_until
from local.stack import Stack
from tests.integration.table import Table


@pytest.fixture
def sqs(stack: Stack) -> Any:
    return stack.client("sqs")


@pytest.fixture
def impatient_queue(stack: Stack, sqs: Any) -> Iterator[str]:
    """Return the URL of the queue, which meanwhile redelivers a failed message after a second."""
    url = stack.endpoints.queue_url
    usual = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["VisibilityTimeout"])
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": "1"})
    yield url
    sqs.set_queue_attributes(QueueUrl=url, Attributes=usual["Attributes"])


def task(table: Table) -> dict[str, Any]:
    """Return the message that *interaction* enqueues for a command; its answer was "deferred"."""
    signed = json.loads(table.build(acked=True)["body"])
    return {
        "interaction_id": signed["id"],
        "application_id": signed["application_id"],
        "interaction_token": signed["token"],
        "guild_id": signed["guild_id"],
        "channel_id": signed["channel_id"],
        "user_id": signed["member"]["user"]["id"],
        "campaign_name": "My Campaign",
        "locale": signed["locale"],
        "app_permissions": signed["app_permissions"],
    }


def waiting(sqs: Any, url: str) -> int:
    """Return how many messages a queue holds, delivered or not."""
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    counts = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
    return sum(int(counts[name]) for name in names)


def test_the_message_is_the_documented_one(table: Table):
    documented = task(table)
    given = json.loads(table.finished(table.ask())["input"])
    assert set(given) == {"request", "reply", "turn", *NOTHING_YET}
    assert set(given["reply"]) == set(REPLY)
    # Together they have all fields of the message, each once.
    assert sorted([*given["request"], *given["reply"]]) == sorted(documented)


def test_a_message_delivered_twice_makes_one_campaign(stack: Stack, table: Table, sqs: Any):
    queue = stack.endpoints.queue_url
    message = task(table)
    body = json.dumps(message)
    for _ in range(2):
        sqs.send_message(QueueUrl=queue, MessageBody=body)
    assert table.finished(message["interaction_id"])["status"] == "SUCCEEDED"
    sqs.send_message(QueueUrl=queue, MessageBody=body)
    wait_until(lambda: waiting(sqs, queue) == 0, "the queue is empty")

    roles, channels = table.standing()
    assert roles.count("My Campaign Members") == 1
    assert channels.count("My Campaign") == 1
    arn = stack.endpoints.state_machine_arn
    pages = stack.client("stepfunctions").get_paginator("list_executions")
    names = [e["name"] for page in pages.paginate(stateMachineArn=arn) for e in page["executions"]]
    assert names.count(message["interaction_id"]) == 1


@pytest.mark.parametrize("body", ["not JSON", '{"interaction_id": null}'])
def test_what_fails_three_times_is_kept_aside(stack: Stack, sqs: Any, impatient_queue, body):
    sqs.send_message(QueueUrl=impatient_queue, MessageBody=body)

    def dead() -> Any:
        return sqs.receive_message(QueueUrl=stack.endpoints.dlq_url).get("Messages")

    (message,) = wait_until(dead, "the message is in the dead-letter queue")
    assert message["Body"] == body
    sqs.delete_message(QueueUrl=stack.endpoints.dlq_url, ReceiptHandle=message["ReceiptHandle"])
    assert waiting(sqs, impatient_queue) == 0
