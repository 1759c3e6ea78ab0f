"""Start a campaign's execution from its message on the queue, once an interaction.

The execution is named with the interaction id. SQS delivers at least once; StartExecution with a
name that exists starts nothing, and that is success. Source: AWS docs, Step Functions >
StartExecution; the input is the message as it came, so the same message gives the same input.
"""

import json
import logging
import os
import time
from typing import Any

import boto3

from channelwright import campaign

_step_functions = boto3.client("stepfunctions")
_logger = logging.getLogger()


def handler(event: dict[str, Any], _context: object) -> None:
    """Start an execution for each record of an SQS event (the batch size is 1).

    Raises:
        Exception: any that prevented the start; SQS delivers the message again, and after the
            third time puts it into the dead-letter queue.

    """
    for record in event["Records"]:
        _start(record["body"])


def _start(body: str) -> None:
    interaction_id = _interaction_id(body)
    if campaign.has_expired(interaction_id, time.time()):
        _logger.warning("expired, nothing was started: interaction %s", interaction_id)
        return
    try:
        _step_functions.start_execution(
            stateMachineArn=os.environ["STATE_MACHINE_ARN"], name=interaction_id, input=body
        )
    except _step_functions.exceptions.ExecutionAlreadyExists:
        _logger.info("started before: interaction %s", interaction_id)


def _interaction_id(body: str) -> str:
    try:
        interaction_id = json.loads(body)["interaction_id"]
        int(interaction_id)
    except (ValueError, TypeError, KeyError):
        # `from None`, and no word of the body: an interaction token may be in it.
        raise ValueError("the message on the queue is not a campaign's") from None
    return str(interaction_id)
