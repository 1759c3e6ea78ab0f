"""The deployed machines' events arrive at the receiver, over HTTP, from deployed functions."""

import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from channelwright.aws.executions import delivery_of
from channelwright.webhooks.address import fingerprint
from channelwright.webhooks.schedule import ATTEMPTS
from local import execution
from local.deployment import STACK_NAME
from local.polling import wait_until
from local.stack import Stack
from local.webhook_receiver import WebhookReceiver
from tests.integration.table import PATIENCE, Table
from tests.statemachine.bus import schema
from tests.statemachine.webhooks import event

Json = dict[str, Any]


class Deliveries:
    """The executions of deliver_webhook, and what the receiver got."""

    def __init__(self, stack: Stack):
        assert stack.receiver
        self.receiver: WebhookReceiver = stack.receiver
        self._events = stack.client("events")
        self.stepfunctions = stack.client("stepfunctions")
        builds = stack.endpoints.state_machine_arn
        self.machine = builds.replace("add-campaign", "deliver-webhook")

    def put(self, one: Json) -> None:
        """Put an event on the bus, as a state machine does."""
        entry = {"Source": "channelwright", "DetailType": one["type"], "Detail": json.dumps(one)}
        assert self._events.put_events(Entries=[entry])["FailedEntryCount"] == 0

    def begin(self, one: Json, attempt: int) -> None:
        """Begin the execution of an event with an attempt other than the first."""
        delivery = {"url": fingerprint(self.receiver.url), "attempt": attempt}
        self.stepfunctions.start_execution(
            stateMachineArn=self.machine,
            name=delivery_of(one["id"]),
            input=json.dumps({"event": one, "delivery": delivery}),
        )

    def came(self, wanted: Callable[[Json], bool], number: int = 1) -> list[Json]:
        """Wait until so many webhooks of wanted events have come; return them, oldest first."""

        def found() -> list[Json] | None:
            all_ = [one for one in self.receiver.received() if one["event"]]
            some = [one for one in all_ if wanted(one["event"])]
            return some[::-1] if len(some) >= number else None

        webhooks: list[Json] = wait_until(found, "a webhook arrives", PATIENCE)
        return webhooks

    def ended(self, one: Json) -> tuple[str, list[str]]:
        """Wait until an event's execution has ended; return its status and its states."""
        name = delivery_of(one["id"])

        def found() -> execution.Execution | None:
            told = execution.find(self.stepfunctions, self.machine, name)
            return told if told and told.status != "RUNNING" else None

        ended: execution.Execution = wait_until(found, f"{name} ends", PATIENCE)
        history = execution.history(self.stepfunctions, ended.arn)
        states = [
            each["stateEnteredEventDetails"]["name"]
            for each in history
            if "stateEnteredEventDetails" in each
        ]
        return ended.status, states


@pytest.fixture
def deliveries(stack: Stack) -> Iterator[Deliveries]:
    made = Deliveries(stack)
    yield made
    made.receiver.answer_next()


@pytest.fixture
def test_event() -> Json:
    return event(f"t{time.time_ns()}") | {"stack": STACK_NAME}


def test_a_campaigns_events_are_delivered(table: Table, deliveries: Deliveries):
    campaign = table.ask()
    table.finished(campaign)
    table.finished(preview := table.ask_to_delete(campaign))
    table.confirm(preview)
    webhooks = deliveries.came(lambda one: one["data"].get("campaign_id") == campaign, 2)
    assert [one["event"]["type"] for one in webhooks] == ["campaign.created", "campaign.deleted"]
    for one in webhooks:
        assert (one["wrong"], one["answered"]) == (None, 204)
        assert one["id"] == one["event"]["id"]
        schema(one["event"]["type"]).validate(one["event"])


def test_an_event_that_is_put_twice_is_delivered_once(deliveries: Deliveries, test_event: Json):
    deliveries.put(test_event)
    assert deliveries.ended(test_event)[0] == "SUCCEEDED"
    deliveries.put(test_event)
    deliveries.put(after := test_event | {"id": f"a{test_event['id']}"})
    assert deliveries.ended(after)[0] == "SUCCEEDED"
    ids = [one["id"] for one in deliveries.receiver.received()]
    assert ids.count(test_event["id"]) == 1


def test_a_failure_is_sent_again(deliveries: Deliveries, test_event: Json):
    deliveries.receiver.answer_next({"status": 503, "retry_after": 30}, {"status": 302})
    deliveries.put(test_event)
    status, states = deliveries.ended(test_event)
    assert (status, states[-1]) == ("SUCCEEDED", "Delivered")
    assert states.count("Wait for Next Attempt") == 2
    webhooks = deliveries.came(lambda one: one["id"] == test_event["id"], 3)
    assert [one["answered"] for one in webhooks] == [503, 302, 204]


def test_an_event_is_given_up_as_a_dead_letter(
    stack: Stack, deliveries: Deliveries, test_event: Json
):
    """The nine attempts before the last would take some minutes also with shortened waits."""
    deliveries.receiver.answer_next({"status": 500})
    deliveries.begin(test_event, attempt=ATTEMPTS)
    status, states = deliveries.ended(test_event)
    assert (status, states[-2:]) == ("FAILED", ["Give Up", "Given Up"])
    assert letter(stack, test_event)["webhook"] == "given up"


def test_a_receiver_that_wants_nothing_more_is_switched_off(
    stack: Stack, deliveries: Deliveries, test_event: Json
):
    deliveries.receiver.answer_next({"status": 410})
    deliveries.put(test_event)
    assert deliveries.ended(test_event)[1][-3:] == ["Switch Off", "Tell Operator", "Switched Off"]
    assert letter(stack, test_event)["webhook"] == "switched off"
    deliveries.put(later := test_event | {"id": f"l{test_event['id']}"})
    assert deliveries.ended(later)[1] == ["Look Up Switch", "Is It Off?", "Switched Off"]
    switched_on(stack, deliveries)
    deliveries.put(last := test_event | {"id": f"m{test_event['id']}"})
    assert deliveries.ended(last)[1][-1] == "Delivered"


def letter(stack: Stack, one: Json) -> Json:
    """Return the dead letter about an event, and delete it."""
    sqs, url = stack.client("sqs"), stack.endpoints.dlq_url

    def found() -> Json | None:
        for message in sqs.receive_message(QueueUrl=url, VisibilityTimeout=0).get("Messages", []):
            body: Json = json.loads(message["Body"])
            if body.get("event", {}).get("id") == one["id"]:
                sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
                return body
        return None

    told: Json = wait_until(found, "a dead letter", PATIENCE)
    return told


def switched_on(stack: Stack, deliveries: Deliveries) -> None:
    """Switch the URL on again, as the runbook says."""
    key = {"id": {"S": f"webhook-off-{fingerprint(deliveries.receiver.url)}"}}
    stack.client("dynamodb").delete_item(TableName=f"{STACK_NAME}-limiter", Key=key)
