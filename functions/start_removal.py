"""Start the removal after an execution that was stopped, timed out, or broke.

EventBridge reports the end. A failed build starts its own removal, `<id>-remove`; this function
starts it under the same name, in case the build could not. A removal that was stopped, timed out
or broke is started again, once, as `<id>-remove-again`.
Source: AWS docs, Step Functions > Automating Step Functions event delivery; API Reference >
StartExecution, StopExecution.
"""

import json
import os
import time
from collections.abc import Iterator, Mapping
from math import ceil
from typing import Any, Final

import boto3
from botocore.exceptions import ClientError

from channelwright.aws import ended, log
from channelwright.aws.executions import AGAIN_SUFFIX, RECORD_SUFFIX, REMOVAL_SUFFIX
from channelwright.campaign import known, recall
from channelwright.campaign.deadlines import REMOVAL_SECONDS
from channelwright.campaign.removal import NOT_LOOKED
from channelwright.discord import edits
from channelwright.discord.calls import Json

_step_functions = boto3.client("stepfunctions")

# The campaign is complete, or was never begun: only the last word was not delivered.
NOTHING_TO_REMOVE: Final = "MessageNotDelivered"
# A removal that ended by itself: a person has to delete what is left (see record_outcome.py).
REMOVALS_ENDS: Final = frozenset({"CampaignNotUndone", "FailureNotDelivered"})
# The console links an execution to the one named in this key.
STARTED_BY: Final = "AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID"


@log.invocation
def handler(event: Json, _context: object) -> None:
    """Start the removal, if needed, after the execution's end in EventBridge's `event`.

    Raises:
        EndNotSeen: Step Functions does not show the end yet; Lambda retries.
        botocore.exceptions.ClientError: Step Functions did not do what it was asked for; Lambda
            retries.
    """
    execution = ended.described(_step_functions, event)
    name, status = execution["name"], execution["status"]
    log.about(name)
    # An operator who stops an execution may name any error.
    error = execution.get("error", "") if status == "FAILED" else status
    # No other removal follows the second one, or one started by hand.
    is_last = REMOVAL_SUFFIX in name and not name.endswith(REMOVAL_SUFFIX)
    if status == "SUCCEEDED" or is_last or error in {NOTHING_TO_REMOVE, *REMOVALS_ENDS}:
        return
    if name.endswith(REMOVAL_SUFFIX):
        _start(name.removesuffix(REMOVAL_SUFFIX) + AGAIN_SUFFIX, _again(execution))
    else:
        try:
            _start(name + REMOVAL_SUFFIX, _input(execution, error))
        finally:  # it may have started all the same
            _stop_recording(name)


def _stop_recording(build: str) -> None:
    """Stop what *Record Later* may have started: it would try to record the campaign for a day.

    Its next try may come before Lambda's next attempt to stop it, so an error is retried at once.
    """
    machine = os.environ["RECORD_CAMPAIGN_ARN"].replace(":stateMachine:", ":execution:")
    recording = f"{machine}:{build}{RECORD_SUFFIX}"
    for is_last in (False, False, True):
        try:
            _step_functions.stop_execution(executionArn=recording, cause="The campaign is undone.")
        except _step_functions.exceptions.ExecutionDoesNotExist:
            return
        except ClientError:
            if is_last:
                raise
        else:
            log.info("the recording of the campaign is stopped, if it was not over")
            return


def _again(execution: Mapping[str, Any]) -> Json:
    """Return the second removal's input, given the first removal's execution.

    A stopped removal is continued. One that broke or timed out starts from scratch, because the
    same step might break again.
    """
    given: Json = json.loads(execution["input"])
    now = time.time()
    recalled = recall.removal(_events(execution["executionArn"]))
    so_far = recalled.removal
    if so_far and so_far["next"] != "look" and execution["status"] == "ABORTED":
        wait_seconds = max(so_far["wait_seconds"], ceil(recalled.limited_until - now))
        # An operator may have stopped the removal to fix what blocked it.
        anew = {"wait_seconds": wait_seconds, "looks": 0, "refused": {}, "blind": False}
        given |= {"removal": so_far | anew}
    return given | {
        STARTED_BY: execution["executionArn"],
        "edits": edits.with_one_on_its_way(recalled.edits or given["edits"], now),
        "until": now + REMOVAL_SECONDS,
    }


def _input(execution: Mapping[str, Any], error: str) -> Json:
    """Return the input that *Remove Campaign* would pass on, from the failed build's history."""
    recalled = recall.build(_events(execution["executionArn"]))
    build, cause, now = json.loads(execution["input"]), execution.get("cause", ""), time.time()
    # The cause of a failed build is its failure (add_campaign.asl.json, "Campaign Failed").
    broke = error != known.BUILDS_END
    failure = {"Error": error, "Cause": cause} if broke else known.failure_of(cause)
    return {
        STARTED_BY: execution["executionArn"],
        "request": build["request"],
        "reply": build["reply"],
        "failure": failure,
        "known": recalled.known,
        "waves": recalled.waves,
        "edits": edits.with_one_on_its_way(recalled.edits, now),
        "until": now + REMOVAL_SECONDS,
        "removal": NOT_LOOKED,
        "rate_limit": None,
    }


def _events(arn: str) -> Iterator[Mapping[str, Any]]:
    pages = _step_functions.get_paginator("get_execution_history").paginate(
        executionArn=arn, includeExecutionData=True
    )
    return (event for page in pages for event in page["events"])


def _start(name: str, given: Json) -> None:
    try:
        _step_functions.start_execution(
            stateMachineArn=os.environ["REMOVE_CAMPAIGN_ARN"], name=name, input=json.dumps(given)
        )
    except _step_functions.exceptions.ExecutionAlreadyExists:
        log.info("the removal was already started")
