"""Start a campaign's execution from its message on the queue, once per interaction.

The execution is named after the interaction id, because SQS delivers at least once: StartExecution
with an existing name starts nothing, which counts as success, even if the input differs. Source:
AWS docs, Step Functions > StartExecution. The input is the message, split into `request` and
`reply`, and the campaign's `turn`.
"""

import json
import math
import os
import time
from typing import Any, Final

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from channelwright.aws import log
from channelwright.campaign import deadlines, layout
from channelwright.campaign.request import execution_input, input_about_one, parsed
from channelwright.campaign.things import CALLS_BESIDE_CHANNELS
from channelwright.discord import edits
from channelwright.discord.calls import Json, edit_original
from channelwright.errors import (
    ChannelClosed,
    ChannelwrightError,
    EditClosed,
    KeptPrivate,
    OutOfTime,
)
from channelwright.pace import limiter, places, table
from channelwright.pace.schedule import Turn
from channelwright.words import deletions, messages, refusals, rejections

# With the defaults (60 s, five attempts) the Lambda would time out before telling the user.
CONFIG: Final = Config(
    connect_timeout=1, read_timeout=3, retries={"mode": "standard", "total_max_attempts": 2}
)
# Both clients are created during the function's init phase, when Lambda gives it full speed.
_step_functions = boto3.client("stepfunctions", config=CONFIG)
table.dynamodb()

# By the kind of message; a request for a campaign has none.
MACHINES: Final = {
    "deletion": "delete-campaign",
    "description": "show-campaign",
    "members": "change-members",
    "archive": "archive-campaign",
}
# The queue's VisibilityTimeout: SQS delivers an unfinished message again after it.
AGAIN_SECONDS: Final = 360
# It counts from the invocation's begin. A longer limit ends after SQS delivers the message again.
REDELIVERED_SECONDS: Final = AGAIN_SECONDS - edits.UNKNOWN_OUTCOME_SECONDS
# How long to check for an execution that DescribeExecution does not show yet. AWS names no bound;
# but the game master waits, and the Lambda needs the rest of its time if everything else hangs.
LAG_SECONDS: Final = 3.0
LOOK_AGAIN_SECONDS: Final = 0.25
# A longer wait is announced. Such an edit, even if late, must arrive before the next one.
LONG_WAIT_SECONDS: Final = 60.0
CALLS: Final = CALLS_BESIDE_CHANNELS + len(layout.load())


class NotYetSeen(Exception):
    """An earlier delivery may have started the execution a moment ago.

    Step Functions does not show it yet; it will when SQS delivers the message again.
    """


@log.invocation
def handler(event: dict[str, Any], _context: object) -> None:
    """Start an execution for each record of an SQS event (the batch size is 1).

    Raises:
        Exception: anything that prevented the start; SQS delivers the message again, and after the
            last delivery moves it to the dead-letter queue.
    """
    for record in event["Records"]:
        received = int(record["attributes"]["ApproximateReceiveCount"])
        _start(
            record["body"],
            is_last=received >= int(os.environ["MAX_RECEIVES"]),
            priority=record.get("eventSourceARN") == os.environ["PRIORITY_QUEUE_ARN"],
        )


def _start(body: str, *, is_last: bool, priority: bool) -> None:
    request = parsed(body)
    interaction_id = request["interaction_id"]
    machine = MACHINES.get(request.get("kind", ""), "")
    log.about(interaction_id, machine)
    if machine:
        arn = os.environ[f"{machine.replace('-', '_').upper()}_ARN"]
        _start_at_once(request, arn, is_last=is_last)
        return
    builds = os.environ["STATE_MACHINE_ARN"]
    if deadlines.has_expired(interaction_id, time.time()):
        if not _has_started(builds, interaction_id):
            log.info("expired: nothing was started")
            _tell_too_late(request)
        return
    most = int(os.environ["CAMPAIGNS_AT_ONCE"])
    place = places.take_all(request, most, deadlines.build_deadline(request["interaction_id"]))
    if place.told == "yes":
        log.info("already refused")
        return
    if not place.has_room:
        _refuse(request, rejections.too_many_at_once(place.owner, most), place)
        return
    latest = deadlines.turn_deadline(interaction_id)
    turn = limiter.reserve_turn(CALLS, latest, priority=priority)
    if reason := _reason_against(turn, latest):
        if not _may_have_started(interaction_id, place):
            _refuse(request, reason, place)
        return
    message: edits.Known = edits.NONE_YET
    # Once the campaign has started, this message would replace its progress bar.
    if turn.wait >= LONG_WAIT_SECONDS and not _has_started(builds, interaction_id):
        message = _tell_in_line(request, turn)
    _start_execution(request, turn, message, is_last=is_last)


def _start_at_once(request: Json, machine: str, *, is_last: bool) -> None:
    """Start an execution of a `machine` (an ARN) that has slots, but no turn."""
    if deadlines.has_expired(request["interaction_id"], time.time()):
        log.info("expired: nothing was started, and nobody can be told")
        return
    # The start of an earlier delivery may have come late: then a failure here says nothing.
    if is_last and _was_started(machine, request["interaction_id"]):
        log.info("already started")
        return
    try:
        _step_functions.start_execution(
            stateMachineArn=machine,
            name=request["interaction_id"],
            input=json.dumps(input_about_one(request)),
        )
    except _step_functions.exceptions.ExecutionAlreadyExists:
        log.info("already started")
    except (BotoCoreError, ClientError):
        if is_last:
            _tell_not_answered(request)
        raise


def _was_started(machine: str, interaction_id: str) -> bool:
    """Return whether AWS says that an earlier delivery has started the execution."""
    try:
        return _has_started(machine, interaction_id)
    except (BotoCoreError, ClientError) as error:
        log.error(f"AWS does not say whether it has started: {error}")
        return False


def _tell_not_answered(request: Json) -> None:
    """Say it in the private message, which nothing can stand in for."""
    from channelwright.discord import webhook

    call = edit_original(request, deletions.NOT_LOOKED)
    try:
        webhook.edit(webhook.connect(math.inf), call)
    except ChannelwrightError as error:
        _log_untold(error)


def _start_execution(request: Json, turn: Turn, message: edits.Known, *, is_last: bool) -> None:
    interaction_id = request["interaction_id"]
    try:
        _step_functions.start_execution(
            stateMachineArn=os.environ["STATE_MACHINE_ARN"],
            name=interaction_id,
            input=json.dumps(execution_input(request, turn, message)),
        )
    except _step_functions.exceptions.ExecutionAlreadyExists:
        log.info("already started")
        _give_back(turn)
    except (BotoCoreError, ClientError) as error:
        if _is_refused(error):
            _give_back(turn)
        if not is_last:
            raise
        # Only the answer may have been lost: the execution may have started after all.
        if _has_started_by_now(interaction_id):
            return
        _tell_not_started(request)
        raise
    else:
        if turn.ticket is None:
            limiter.pace_without_table(CALLS, int(os.environ["STARTERS"]))


def _may_have_started(interaction_id: str, place: places.Place) -> bool:
    """Return whether the execution has started; raise NotYetSeen if that is not certain yet."""
    if _has_started(os.environ["STATE_MACHINE_ARN"], interaction_id):
        return True
    if not place.is_new and time.time() < place.heard_at + AGAIN_SECONDS:
        raise NotYetSeen("an earlier delivery may have started it: check again later")
    return False


def _has_started_by_now(interaction_id: str) -> bool:
    """Return whether the execution has started; give AWS a moment to show a recent start."""
    until = time.time() + LAG_SECONDS
    while not _has_started(os.environ["STATE_MACHINE_ARN"], interaction_id):
        if time.time() >= until:
            return False
        time.sleep(LOOK_AGAIN_SECONDS)
    return True


def _has_started(machine: str, interaction_id: str) -> bool:
    """Return whether DescribeExecution shows the execution of a `machine` (an ARN).

    It may not show one that started a moment ago.
    Source: AWS docs, Step Functions API Reference > DescribeExecution.
    """
    executions = machine.replace(":stateMachine:", ":execution:")
    try:
        _step_functions.describe_execution(executionArn=f"{executions}:{interaction_id}")
    except _step_functions.exceptions.ExecutionDoesNotExist:
        return False
    return True


def _reason_against(turn: Turn, latest: float) -> str | None:
    if turn.comes_after(latest):
        return rejections.too_busy(turn.wait)
    # Without the limiter's table, the campaign has waited in the queue instead.
    return refusals.DEADLINE_EXCEEDED if not turn.ticket and turn.begins_at > latest else None


def _is_refused(error: Exception) -> bool:
    """Return whether AWS refused the start, as opposed to giving no clear answer."""
    if not isinstance(error, ClientError):
        return False
    return error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 500) < 500


def _give_back(turn: Turn) -> None:
    """Give an unused turn to others: the first delivery has its own, or the next one will."""
    if turn.ticket:
        limiter.give_back(turn.ticket)


def _refuse(request: Json, reason: str, place: places.Place) -> None:
    from channelwright.discord import delivery

    log.count("CampaignsRejected")
    log.info("too busy")
    content = messages.rejection(request["campaign_name"], [reason])
    alone = {"edit closed": delivery.write_alone, "channel closed": delivery.edit_alone}
    deliver = alone.get(place.told, delivery.edit_or_write)
    try:
        deliver(request, content, within=REDELIVERED_SECONDS)
    except EditClosed:
        places.leave_all(request, told="edit closed")
        raise
    except ChannelClosed:
        places.leave_all(request, told="channel closed")
        raise
    except OutOfTime as error:
        _log_untold(error)
    places.leave_all(request, told="yes")


def _tell_in_line(request: Json, turn: Turn) -> edits.Edits:
    """Announce the wait, and return the new state of the message, for the execution's input."""
    from channelwright.discord import webhook

    content = messages.in_line(request["campaign_name"], turn.wait)
    return webhook.show(request, content, edits.NONE_YET, 0)


def _tell_not_started(request: Json) -> None:
    from channelwright.discord import delivery  # rarely needed, and slow to import

    content = messages.rejection(request["campaign_name"], [messages.NOT_STARTED])
    try:
        delivery.edit_or_write(request, content, within=REDELIVERED_SECONDS)
    except ChannelwrightError as error:
        # The queue's message goes to the dead-letter queue either way.
        _log_untold(error)


def _tell_too_late(request: Json) -> None:
    from channelwright.discord import delivery

    content = messages.rejection(request["campaign_name"], [messages.TOO_LATE])
    try:
        delivery.write_soon(request, content, within=REDELIVERED_SECONDS)
    except (OutOfTime, KeptPrivate) as error:
        _log_untold(error)


def _log_untold(error: ChannelwrightError) -> None:
    log.error(f"the game master was not told: {error}")
