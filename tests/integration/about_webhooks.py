"""An event for each deployed function that delivers webhooks."""

import json
import time
from collections.abc import Callable
from typing import Any

from local.deployment import STACK_NAME
from local.polling import wait_until
from local.stack import Stack

Json = dict[str, Any]


def announced() -> Json:
    """Return an event of its own."""
    return {
        "version": 1,
        "id": f"t{time.time_ns()}.webhook.test",
        "type": "webhook.test",
        "occurred_at": "2026-11-29T18:04:06.123Z",
        "stack": STACK_NAME,
        "data": {},
    }


def events(stack: Stack) -> dict[str, Callable[[], Json]]:
    """Return what prepares an event for each function."""
    return {
        "start-delivery": lambda: {"detail": announced()},
        "send-webhook": lambda: _waited_for(stack),
    }


def _waited_for(stack: Stack) -> Json:
    """Let a task wait for the outcome of a message, and return the queue's event with it."""
    stepfunctions, sqs = stack.client("stepfunctions"), stack.client("sqs")
    queue = sqs.create_queue(QueueName="asked")["QueueUrl"]
    sent = {"token.$": "$$.Task.Token", "event.$": "$", "attempt": 1}
    task = {
        "Type": "Task",
        "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
        "TimeoutSeconds": 60,
        "Parameters": {"QueueUrl": queue, "MessageBody": sent},
        "End": True,
    }
    one, builds = announced(), stack.endpoints.state_machine_arn
    deployed = builds.replace("add-campaign", "deliver-webhook")
    machine = stepfunctions.create_state_machine(
        name=f"asking-{one['id'].partition('.')[0]}",
        definition=json.dumps({"StartAt": "It", "States": {"It": task}}),
        roleArn=stepfunctions.describe_state_machine(stateMachineArn=deployed)["roleArn"],
    )
    stepfunctions.start_execution(stateMachineArn=machine["stateMachineArn"], input=json.dumps(one))

    def received() -> Json | None:
        for message in sqs.receive_message(QueueUrl=queue).get("Messages", []):
            sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
            return {"Records": [{"body": message["Body"]}]}
        return None

    asked: Json = wait_until(received, "a message with a task's token")
    return asked
