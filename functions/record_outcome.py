"""Record how an execution ended: in the log, with a link to the execution, and in the metrics.

EventBridge reports every end. Source: AWS docs, Step Functions > Automating Step Functions event
delivery.
"""

import json
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

import boto3

from channelwright.aws import ended, log
from channelwright.aws.executions import DELETION, RECORD_SUFFIX, REMOVAL_SUFFIX, interaction_id_of
from channelwright.campaign import known
from channelwright.campaign.known import Failure
from channelwright.discord import snowflake
from channelwright.pace import places
from channelwright.words import refusals

_step_functions = boto3.client("stepfunctions")


class Outcome(NamedTuple):
    """The outcome of a campaign in words, and the metric that counts it."""

    words: str
    metric: str | None = None


OUTCOMES: Final = {
    "created": Outcome("campaign created", "CampaignsCreated"),
    "rejected": Outcome("campaign rejected", "CampaignsRejected"),
    "CampaignFailed": Outcome("campaign failed: its removal has been started", "CampaignsFailed"),
    "people's": Outcome(
        "campaign failed because of changes in the server: its removal has been started"
    ),
    "MessageNotDelivered": Outcome("the last message was not delivered"),
    "broken": Outcome("broke before its removal: start_removal starts it", "CampaignsFailed"),
    "no removal": Outcome("ended before its removal: start_removal starts it"),
    "removed": Outcome("campaign undone: nothing is left", "CampaignsRolledBack"),
    "FailureNotDelivered": Outcome(
        "campaign undone: nothing is left, but the last message was not delivered",
        "CampaignsRolledBack",
    ),
    "CampaignNotUndone": Outcome(
        "campaign may not be undone: check what is left", "CampaignsNotUndone"
    ),
    "recorded": Outcome("campaign recorded, after it was created"),
    # By start_removal, or by an operator, who needs no alarm for that.
    "recording stopped": Outcome("the campaign was not recorded: its recording was stopped"),
    "deleted": Outcome("campaign deleted"),
    "not deleted": Outcome("campaign perhaps not deleted completely: the same command finishes it"),
    "CampaignNotRecorded": Outcome(
        "the campaign stands, but was not recorded within a day", "CampaignsFailed"
    ),
    "removal again": Outcome("the removal broke: start_removal starts it again"),
}
# People cause these in their own server, so no alarm rings: someone deleted or hid something new,
# or two people chose the same name.
PEOPLES: Final = frozenset({"CampaignIncomplete", "NameTaken"})
# After any other end, no more work is done for a campaign.
REMOVAL_FOLLOWS: Final = {"CampaignFailed", "people's", "broken", "no removal", "removal again"}
# Executions after a campaign was complete, by a part of their name: how they end well, and badly.
OTHERS: Final = (
    (DELETION, "deleted", "not deleted"),
    (RECORD_SUFFIX, "recorded", "CampaignNotRecorded"),
)


@log.invocation
def handler(event: dict[str, Any], _context: object) -> None:
    """Record the end of the execution in EventBridge's `event`.

    Raises:
        EndNotSeen, botocore.exceptions.ClientError: as `ended.described`.
    """
    execution = ended.described(_step_functions, event)
    log.about(execution["name"])
    outcome = outcome_of(execution)
    _leave_places(execution)
    if outcome.metric:
        log.count(outcome.metric)
    if outcome.metric == "CampaignsCreated":
        clicked = snowflake.created_at(interaction_id_of(execution["name"]))
        log.count("CampaignDuration", execution["stopDate"].timestamp() - clicked)
    if execution["status"] == "SUCCEEDED":
        log.info(outcome.words)
    else:
        log.error(outcome.words, status=execution["status"], error=execution.get("error"))


def _leave_places(execution: Mapping[str, Any]) -> None:
    """Make room for another campaign, unless this one's removal has yet to end.

    Of a later execution, the build has left the places before.
    """
    is_later = any(part in execution["name"] for part, *_ in OTHERS)
    if is_later or (end := _end(execution)) in REMOVAL_FOLLOWS:
        return
    request = json.loads(execution["input"])["request"]
    seconds = 0.0 if end == "created" else places.AFTER_NOTHING_SECONDS
    places.leave_all(request, seconds)


def outcome_of(execution: Mapping[str, Any]) -> Outcome:
    """Return the outcome of an `execution`, given as DescribeExecution's answer."""
    return OUTCOMES[_end(execution)]


def _end(execution: Mapping[str, Any]) -> str:
    name, status = execution["name"], execution["status"]
    for part, good, bad in OTHERS:
        if part in name:
            return good if status == "SUCCEEDED" else _badly(execution, bad)
    is_removal = REMOVAL_SUFFIX in name
    # No other removal follows the second one, or one started by hand.
    is_last = is_removal and not name.endswith(REMOVAL_SUFFIX)
    if status == "SUCCEEDED":
        return "removed" if is_removal else str(json.loads(execution["output"])["status"])
    # An operator who stops an execution may name any error.
    error = execution.get("error") if status == "FAILED" else None
    if error == known.BUILDS_END and _is_peoples(known.failure_of(execution.get("cause", ""))):
        return "people's"
    if error in OUTCOMES:
        return str(error)
    if is_removal:
        return "CampaignNotUndone" if is_last else "removal again"
    return "broken" if status == "FAILED" else "no removal"


def _badly(execution: Mapping[str, Any], bad: str) -> str:
    """Return how a later execution ended badly.

    A deletion that has said its last word needs nobody, nor does a recording that was stopped.
    """
    if bad == "CampaignNotRecorded" and execution["status"] == "ABORTED":
        return "recording stopped"
    said_so = execution.get("error") in {"CampaignNotUndone", "FailureNotDelivered"}
    return "CampaignNotUndone" if bad == "not deleted" and not said_so else bad


def _is_peoples(failure: Failure) -> bool:
    """Return whether people caused every part of a `failure`; its message says how to fix it."""
    if "failures" in failure:
        return all(_is_peoples(one) for one in failure["failures"])
    if failure["Error"] in PEOPLES:
        return True
    return failure["Error"] == "DiscordRefused" and refusals.is_for_people(
        json.loads(failure["Cause"])["errorMessage"]
    )
