"""Record how an execution ended: in the log, with a link to it, and in the metrics.

EventBridge tells of every end. Source: AWS docs, Step Functions > Automating Step Functions event
delivery.
"""

import json
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

import boto3

from channelwright.aws import ended, log
from channelwright.aws.executions import REMOVAL_SUFFIX, interaction_id_of
from channelwright.campaign import blame, known
from channelwright.discord import snowflake
from channelwright.pace import places

_step_functions = boto3.client("stepfunctions")


class Outcome(NamedTuple):
    """What has become of a campaign, in words and as the metric that counts it."""

    words: str
    metric: str | None = None


OUTCOMES: Final = {
    "created": Outcome("campaign created", "CampaignsCreated"),
    "rejected": Outcome("campaign rejected", "CampaignsRejected"),
    "CampaignFailed": Outcome("campaign failed: its removal has been started", "CampaignsFailed"),
    "people's": Outcome(
        "campaign failed by what people did in their server: its removal has been started"
    ),
    "MessageNotDelivered": Outcome("Discord did not take the last message"),
    "broken": Outcome("broke without a removal: start_removal starts it", "CampaignsFailed"),
    "no removal": Outcome("ended without a removal: start_removal starts it"),
    "removed": Outcome("campaign undone: nothing is left", "CampaignsRolledBack"),
    "FailureNotDelivered": Outcome(
        "campaign undone: nothing is left, but Discord did not take the last message",
        "CampaignsRolledBack",
    ),
    "CampaignNotUndone": Outcome(
        "campaign perhaps not undone: see what is left", "CampaignsNotUndone"
    ),
    "removal again": Outcome("the removal broke: start_removal starts it again"),
}
# After these nothing of a campaign is done any more.
ENDS: Final = frozenset(
    {
        "created",
        "rejected",
        "MessageNotDelivered",
        "removed",
        "FailureNotDelivered",
        "CampaignNotUndone",
    }
)


@log.invocation
def handler(event: dict[str, Any], _context: object) -> None:
    """Record the end of the execution that `event` (EventBridge's) tells of.

    Raises:
        EndNotSeen: Step Functions does not show that end yet; Lambda tries again.
        botocore.exceptions.ClientError: it could not be looked at; Lambda tries again.

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
    """Make room for another campaign, unless this one's removal is still to end."""
    if (end := _end(execution)) not in ENDS:
        return
    request = json.loads(execution["input"])["request"]
    seconds = 0.0 if end == "created" else places.AFTER_NOTHING_SECONDS
    places.leave_all(request, seconds)


def outcome_of(execution: Mapping[str, Any]) -> Outcome:
    """Tell what an execution made of its campaign; `execution` is what DescribeExecution says."""
    return OUTCOMES[_end(execution)]


def _end(execution: Mapping[str, Any]) -> str:
    name, status = execution["name"], execution["status"]
    is_removal = REMOVAL_SUFFIX in name
    # The second one, and one by hand: there is no other after it.
    is_last = is_removal and not name.endswith(REMOVAL_SUFFIX)
    if status == "SUCCEEDED":
        return "removed" if is_removal else str(json.loads(execution["output"])["status"])
    # Whoever stops an execution may give it any error.
    error = execution.get("error") if status == "FAILED" else None
    if error == known.BUILDS_END and blame.is_peoples(known.failure_of(execution.get("cause", ""))):
        return "people's"
    if error in OUTCOMES:
        return str(error)
    if is_removal:
        return "CampaignNotUndone" if is_last else "removal again"
    return "broken" if status == "FAILED" else "no removal"
