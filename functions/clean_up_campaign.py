"""Clean up after an execution that ended without its own rollback: stopped, timed out, or broken.

EventBridge tells of the end; the state machine then rolls back, as `<interaction id>-rollback`.
Source: AWS docs, Step Functions > Automating Step Functions event delivery.
"""

import json
import os
import time
from typing import Any, Final

import boto3

from channelwright import log
from channelwright.campaign import CLEAN_UP_SUFFIX, ROLLBACK_SECONDS

_step_functions = boto3.client("stepfunctions")

# These ends come after the rollback, or after a message that could not be delivered.
OUR_ENDS: Final = frozenset(
    {"CampaignFailed", "CampaignNotUndone", "FailureNotDelivered", "MessageNotDelivered"}
)


@log.invocation
def handler(event: dict[str, Any], _context: object) -> None:
    """Start the rollback of the execution whose end `event` (EventBridge's) tells, if it needs one.

    Raises:
        botocore.exceptions.ClientError: it could not be started; Lambda tries again.

    """
    arn = event["detail"]["executionArn"]
    ended = _step_functions.describe_execution(executionArn=arn)
    log.about(ended["name"])
    # Whoever stops an execution may give it any error.
    error = ended.get("error", "") if ended["status"] == "FAILED" else ended["status"]
    # The clean-up of a clean-up is a person's (record_outcome.py tells of it), not a loop.
    if error in OUR_ENDS or ended["name"].endswith(CLEAN_UP_SUFFIX):
        return
    failure = {"Error": error, "Cause": ended.get("cause", "")}
    request = json.loads(ended["input"])
    try:
        _step_functions.start_execution(
            stateMachineArn=os.environ["STATE_MACHINE_ARN"],
            name=ended["name"] + CLEAN_UP_SUFFIX,
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
        log.info("the clean-up was started before")
