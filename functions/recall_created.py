"""Recall Created: read in an execution's history what it made, whatever has become of it since."""

from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from channelwright import history, log

_step_functions = boto3.client("stepfunctions")


@log.invocation
def handler(event: dict[str, Any], _context: object) -> history.Recalled:
    """Recall what the execution `of` (its ARN) recorded: its own, or the one to clean up after.

    `state` is the state machine's own data: what it knows without the history.

    Raises:
        botocore.exceptions.ClientError, botocore.exceptions.BotoCoreError: it could not be read,
            and the state knows nothing.

    """
    pages = _step_functions.get_paginator("get_execution_history").paginate(
        executionArn=event["of"], includeExecutionData=True
    )
    try:
        return history.recall(each for page in pages for each in page["events"])
    except (ClientError, BotoCoreError) as error:
        if "campaign" not in event["state"]:
            raise
        log.error(f"no history, marks must do: {error}")
        return history.without(event["state"])
