"""Start a campaign's execution from its message on the queue, once an interaction.

The execution is named with the interaction id. SQS delivers at least once; StartExecution with a
name that exists starts nothing, and that is success. Source: AWS docs, Step Functions >
StartExecution; the input is the message as it came, so the same message gives the same input.
"""

import json
import os
import time
from typing import Any, Final

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from channelwright import campaign, log, messages
from channelwright.errors import ChannelwrightError, RateLimitTooLong

# With the defaults (60 s, five attempts) the Lambda would die waiting, and nobody be told.
CONFIG: Final = Config(
    connect_timeout=1, read_timeout=3, retries={"mode": "standard", "total_max_attempts": 2}
)
_step_functions = boto3.client("stepfunctions", config=CONFIG)

# The queue's VisibilityTimeout: a message that is not done comes again after it.
AGAIN_SECONDS: Final = 360
NEEDED: Final = frozenset(
    ("application_id", "interaction_token", "guild_id", "channel_id", "user_id", "campaign_name")
)


@log.invocation
def handler(event: dict[str, Any], _context: object) -> None:
    """Start an execution for each record of an SQS event (the batch size is 1).

    Raises:
        Exception: any that prevented the start; SQS delivers the message again, and after the
            last time puts it into the dead-letter queue.

    """
    for record in event["Records"]:
        received = int(record["attributes"]["ApproximateReceiveCount"])
        _start(record["body"], is_last=received >= int(os.environ["MAX_RECEIVES"]))


def _start(body: str, *, is_last: bool) -> None:
    request = _request(body)
    name, interaction_id = request["campaign_name"], request["interaction_id"]
    log.about(interaction_id)
    if campaign.has_expired(interaction_id, time.time()):
        if not _has_started(interaction_id):
            log.info("expired: nothing was started")
            _tell_in_channel(request, messages.too_late(name))
        return
    try:
        _step_functions.start_execution(
            stateMachineArn=os.environ["STATE_MACHINE_ARN"], name=interaction_id, input=body
        )
    except _step_functions.exceptions.ExecutionAlreadyExists:
        log.info("started before")
    except (BotoCoreError, ClientError):
        if not is_last:
            raise
        # The answer may have been lost on its way: it may have started after all.
        if _has_started(interaction_id):
            return
        _tell(request, messages.not_started(name))
        raise
    else:
        log.count("CampaignsStarted")


def _request(body: str) -> dict[str, Any]:
    try:
        request: dict[str, Any] = json.loads(body)
        int(request["interaction_id"])
        lacking = NEEDED - set(request)
    except (ValueError, TypeError, KeyError):
        # `from None`, and no word of the body: an interaction token may be in it.
        raise ValueError("the message on the queue is not a campaign's") from None
    if lacking:
        raise ValueError("the message on the queue is not a campaign's: it lacks a field")
    return request


def _has_started(interaction_id: str) -> bool:
    machine = os.environ["STATE_MACHINE_ARN"].replace(":stateMachine:", ":execution:")
    try:
        _step_functions.describe_execution(executionArn=f"{machine}:{interaction_id}")
    except _step_functions.exceptions.ExecutionDoesNotExist:
        return False
    return True


def _tell(request: dict[str, Any], content: str) -> None:
    from channelwright.delivery import edit_or_write  # needed almost never, and slow to import

    try:
        edit_or_write(request, content, deadline=time.time() + AGAIN_SECONDS)
    except ChannelwrightError as error:
        # The message goes into the dead-letter queue, whatever becomes of this.
        log.error(f"the game master was not told: {error}")


def _tell_in_channel(request: dict[str, Any], content: str) -> None:
    from channelwright.delivery import write_in_channel

    try:
        write_in_channel(request, content, deadline=time.time() + AGAIN_SECONDS)
    except RateLimitTooLong as error:
        # The message would come again before Discord allows another call.
        log.error(f"the game master was not told: {error}")
