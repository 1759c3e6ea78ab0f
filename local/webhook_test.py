"""`make webhook-test`: put a `webhook.test` event on the bus, and say how its first attempt ended.

STACK names a stack on AWS, and the usual settings of AWS's tools say where; without it, the running
local stack is meant. The caller has to be allowed `events:PutEvents` on the default bus, and to
read the stack and its executions.
"""

import argparse
import json
import secrets
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from channelwright.aws.executions import delivery_of
from local import addressed, background, emulator, execution
from local.addressed import Client, NoStackError
from local.deployment import STACK_NAME
from local.polling import wait_until

Json = dict[str, Any]
PATIENCE = 60  # seconds: an attempt has 15, and two are made at once


class NotDeliveredError(Exception):
    """The test was not delivered; the message says why and what to do."""


def announced(stack: str) -> Json:
    """Return a new event (docs/events/webhook.test.schema.json)."""
    return {
        "version": 1,
        "id": f"{secrets.token_hex(8)}.webhook.test",
        "type": "webhook.test",
        "occurred_at": datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "stack": stack,
        "data": {},
    }


def put(events: Any, event: Json) -> None:
    """Put an event on the default bus.

    Raises NotDeliveredError if EventBridge does not take it.
    """
    entry = {"Source": "channelwright", "DetailType": event["type"], "Detail": json.dumps(event)}
    answer = events.put_events(Entries=[entry])
    if answer["FailedEntryCount"]:
        why = answer["Entries"][0].get("ErrorMessage", "no reason given")
        raise NotDeliveredError(f"EventBridge did not take the event: {why}")


def first_outcome(stepfunctions: Any, machine: str, event: Json) -> Json:
    """Wait until an event's first attempt has ended; return its outcome.

    Raises NotDeliveredError if nothing is heard of it.
    """
    name = delivery_of(event["id"])

    def outcome() -> Json:
        found = execution.find(stepfunctions, machine, name)
        if not found:
            return {}
        for one in execution.history(stepfunctions, found.arn):
            entered = one.get("stateEnteredEventDetails", {})
            if entered.get("name") in {"How Did It End?", "Switched Off"}:
                said: Json = json.loads(entered["input"])["delivery"]
                return said
        return {}

    try:
        return wait_until(outcome, "the first attempt", PATIENCE, interval=0.5)
    except TimeoutError:
        raise NotDeliveredError(
            f"Nothing was heard of it within {PATIENCE} s. Its execution would be {name} of "
            f"{machine.rpartition(':')[2]}; the log of start_delivery and send_webhook says more."
        ) from None


def run(client: Client, stack: str) -> str:
    """Send a test through a stack (empty for the local one); return what its receiver answered.

    Raises NotDeliveredError if it was not delivered at once.
    """
    if not (machine := addressed.outputs(client, stack).get("WebhookStateMachineArn")):
        raise NotDeliveredError(
            "This stack delivers no webhooks: set its parameter WebhookUrl (docs/operations.md, "
            "Webhooks)."
        )
    event = announced(stack or STACK_NAME)
    put(client("events"), event)
    outcome = first_outcome(client("stepfunctions"), machine, event)
    if "next" not in outcome:
        raise NotDeliveredError(
            "Its URL is switched off, because the receiver answered 410. docs/operations.md "
            "(Webhooks) says how to switch it on."
        )
    if outcome["next"] != "delivered":
        raise NotDeliveredError(str(outcome["reason"]))
    return f"{event['id']} was delivered. {outcome['reason']}"


def main(arguments: list[str] | None = None, folder: Path = background.FOLDER) -> None:
    """Run the command; exit with a message if the test was not delivered."""
    parser = argparse.ArgumentParser(prog="make webhook-test", description=__doc__)
    parser.add_argument("--stack", default="")
    stack = parser.parse_args(arguments).stack
    if not stack:
        emulator.forget_aws_settings()
    try:
        print(run(addressed.clients(stack, folder), stack))
    except (NoStackError, NotDeliveredError, ClientError, BotoCoreError) as error:
        sys.exit(f"The test was not delivered: {error}")


if __name__ == "__main__":
    main()
