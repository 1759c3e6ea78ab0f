"""Start the delivery of an event as a webhook.

EventBridge may report the same event twice, late, or after a newer one. The execution is named
after the event, so a second report starts nothing; the others are delivered in any order.
Source: AWS docs, Amazon EventBridge > Event delivery; Step Functions API Reference >
StartExecution.
"""

import json
import os

import boto3

from channelwright.aws import log
from channelwright.aws.executions import DELIVERIES, delivery_of
from channelwright.discord.calls import Json
from channelwright.webhooks.address import fingerprint

_step_functions = boto3.client("stepfunctions")


@log.invocation
def handler(event: Json, _context: object) -> None:
    """Start *deliver_webhook* for the `detail` of EventBridge's `event`.

    Raises:
        KeyError: the event has no id, so it is none of docs/events.
        botocore.exceptions.ClientError: the execution could not be started.
    Lambda retries both twice; then the event is a dead letter.
    """
    announced = event["detail"]
    name = delivery_of(announced["id"])
    log.about(name, DELIVERIES, has_begun=False)
    delivery = {"url": fingerprint(os.environ["WEBHOOK_URL"]), "attempt": 1}
    try:
        _step_functions.start_execution(
            stateMachineArn=os.environ["DELIVER_WEBHOOK_ARN"],
            name=name,
            input=json.dumps({"event": announced, "delivery": delivery}),
        )
    except _step_functions.exceptions.ExecutionAlreadyExists:
        log.info("the delivery was already started")
