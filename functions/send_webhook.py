"""Send Webhook: make one attempt to deliver an event, and tell the state how that ended.

The queue between them lets only two attempts run at once, so a slow receiver delays no campaign.
"""

import json
from typing import Any, Final

import boto3
from botocore.config import Config

from channelwright.aws import log
from channelwright.aws.executions import DELIVERIES, delivery_of
from channelwright.webhooks import sending
from channelwright.webhooks.outcome import Outcome

# The webhook is sent by then: a repetition would send it again.
CONFIG: Final = Config(
    connect_timeout=1, read_timeout=3, retries={"mode": "standard", "total_max_attempts": 3}
)

_step_functions = boto3.client("stepfunctions", config=CONFIG)


@log.invocation
def handler(event: dict[str, Any], _context: object) -> None:
    """Send the event of each record of an SQS event (the batch size is 1).

    A message has the task's `token`, the `event`, and the number of the `attempt`, from 1.

    Raises:
        Exception: anything that is no outcome of an attempt. SQS delivers the message again, so
            the webhook may come twice, which receivers know from its id.
    """
    for record in event["Records"]:
        message = json.loads(record["body"])
        log.about(delivery_of(message["event"]["id"]), DELIVERIES)
        outcome = sending.attempt(message["event"], message["attempt"])
        log.info(outcome["reason"], outcome=outcome["next"], wait_seconds=outcome["wait_seconds"])
        _tell(message["token"], outcome)


def _tell(token: str, outcome: Outcome) -> None:
    """End the task. If nothing waits for it, an earlier delivery of the message has ended it.

    Source: AWS docs, Step Functions API Reference > SendTaskSuccess.
    """
    try:
        _step_functions.send_task_success(taskToken=token, output=json.dumps(outcome))
    except (
        _step_functions.exceptions.TaskTimedOut,
        _step_functions.exceptions.TaskDoesNotExist,
        _step_functions.exceptions.InvalidToken,
    ) as error:
        log.info(f"no state waits for this outcome: {type(error).__name__}")
