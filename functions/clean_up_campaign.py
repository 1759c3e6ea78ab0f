"""Clean up after an execution that ended without its own rollback: stopped, timed out, or broken.

EventBridge tells of the end; the state machine then rolls back, as `<interaction id>-rollback`.
Source: AWS docs, Step Functions > Automating Step Functions event delivery.
"""

import json
import logging
import os
import time
from typing import Any, Final

import boto3

from channelwright.campaign import ROLLBACK_SECONDS

_step_functions = boto3.client("stepfunctions")
_logger = logging.getLogger()

SUFFIX: Final = "-rollback"
# These ends come after the rollback, or after a message that could not be delivered.
OUR_ENDS: Final = frozenset({"CampaignFailed", "MessageNotDelivered"})


def handler(event: dict[str, Any], _context: object) -> None:
    """Start the rollback of the execution whose end `event` (EventBridge's) tells, if it needs one.

    Raises:
        botocore.exceptions.ClientError: it could not be started; Lambda tries again.

    """
    arn = event["detail"]["executionArn"]
    ended = _step_functions.describe_execution(executionArn=arn)
    # Whoever stops an execution may give it any error.
    error = ended.get("error", "") if ended["status"] == "FAILED" else ended["status"]
    if error in OUR_ENDS:
        return
    if ended["name"].endswith(SUFFIX):
        # The clean-up of a clean-up is a person's, not a loop.
        _logger.error("the clean-up %s ended as %s: look what is left", arn, ended["status"])
        return
    failure = {"Error": error, "Cause": ended.get("cause", "")}
    request = json.loads(ended["input"])
    try:
        _step_functions.start_execution(
            stateMachineArn=os.environ["STATE_MACHINE_ARN"],
            name=ended["name"] + SUFFIX,
            input=json.dumps(
                {
                    **request,
                    "mode": "rollback",
                    "of": arn,
                    "failure": failure,
                    "until": time.time() + ROLLBACK_SECONDS,
                }
            ),
        )
    except _step_functions.exceptions.ExecutionAlreadyExists:
        _logger.info("the clean-up of %s was started before", arn)
