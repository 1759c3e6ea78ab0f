"""A build's claim on its campaign's record, and those of others that are at work.

A campaign is created even if the table does not answer: then nobody knows of the claim.
Source: AWS docs, Step Functions API Reference > DescribeExecution.
"""

import time
from collections.abc import Mapping
from typing import Any

from channelwright.aws import log
from channelwright.aws.executions import command_of, utc
from channelwright.campaign.campaign import Campaign
from channelwright.campaign.names import are_the_same
from channelwright.discord.calls import Json
from channelwright.discord.edits import UNKNOWN_OUTCOME_SECONDS
from channelwright.errors import EarlierChangeUnknown
from channelwright.pace import table
from channelwright.records import record, store
from channelwright.records.record import Record, Status

_client: Any = None


def under_way(request: Mapping[str, str]) -> Status | None:
    """Return the status of a campaign of the requested name that comes or goes just now."""
    try:
        records = store.of_guild(request["guild_id"])
        for other in records:
            is_coming_or_going = other["status"] in {"creating", "removing"}
            if is_coming_or_going and _has_the_name(other, request) and is_at_work(other):
                return other["status"]
    except table.failures() as error:
        log.error(f"the records were not read: {error}")
    return None


def begin(campaign: Campaign, execution: str) -> None:
    """Claim the record of a planned campaign for its `execution` (an ARN)."""
    try:
        store.claim(record.begun(campaign, execution, time.time()))
    except table.failures() as error:
        log.error(f"the campaign was not claimed: {error}")


def _has_the_name(other: Record, request: Mapping[str, str]) -> bool:
    is_ours = other["campaign_id"] == request["interaction_id"]
    return not is_ours and are_the_same(other["name"], request["campaign_name"])


def is_at_work(other: Record) -> bool:
    """Return whether the execution that has claimed a record is running."""
    if not record.is_claimed(other, time.time()):
        return False
    return _status(other["claimed_by"]) == "RUNNING"


def has_built(other: Record) -> bool:
    """Return whether a record is of a complete campaign that the table has not taken yet."""
    is_builds = other["status"] == "creating" and "claimed_by" in other
    return is_builds and _status(other["claimed_by"]) == "SUCCEEDED"


def let_settle(other: Record, claim: str, least_seconds: int = 0) -> None:
    """Make sure that nothing of earlier executions is still to come, and lists show it all.

    `claim` is the execution that asks (an ARN). It waits for the `least_seconds` after any change.

    Raises:
        EarlierChangeUnknown: that may not be so yet.
    """
    until = max(record.settled_at(other, least_seconds), _stopped_until(other, claim))
    if time.time() < until:
        raise EarlierChangeUnknown(utc(until), "user")


def _stopped_until(other: Record, claim: str) -> float:
    """Return until when (Unix seconds) a stopped execution that has claimed a record may write.

    Its Lambda goes on for a while. A description may be late: if it does not show the end yet, that
    was just now.
    """
    if other.get("claimed_by") == claim or not record.is_claimed(other, time.time()):
        return 0
    ended = _described(other["claimed_by"]).get("stopDate")
    return (ended.timestamp() if ended else time.time()) + UNKNOWN_OUTCOME_SECONDS


def let_go(answer: Json) -> Json:
    """Return the `answer` of a plan's repeated attempt, whose `next` step is perhaps "release".

    If the answer is only to "show", an earlier attempt may have claimed the record all the same, or
    may do so yet.
    """
    return answer if answer["next"] != "show" else {**answer, "next": "release"}


def is_overtaken(other: Record, claim: str) -> bool:
    """Return whether the execution `claim` (an ARN), or one of a later command, has ended already.

    So an attempt that AWS has given up claims nothing which nobody would release. An execution that
    has the claim still has not ended.
    """
    if other.get("claimed_by") == claim:
        return False
    ended = [command_of(other["released"]["by"])] if "released" in other else []
    ended += [other["last_ended"]] if "last_ended" in other else []
    return any(one >= command_of(claim) for one in ended)


def _status(execution: str) -> str:
    return str(_described(execution)["status"])


def _described(execution: str) -> Mapping[str, Any]:
    """Return what AWS says of an execution; one that it does not show yet has just begun."""
    client = _step_functions()
    try:
        described: Mapping[str, Any] = client.describe_execution(executionArn=execution)
    except client.exceptions.ExecutionDoesNotExist:
        return {"status": "RUNNING"}
    return described


def _step_functions() -> Any:
    """Return the client; created on first use, because it is rarely needed."""
    global _client  # noqa: PLW0603
    if _client is None:
        import boto3
        from botocore.config import Config

        config = Config(connect_timeout=1, read_timeout=2, retries={"total_max_attempts": 1})
        _client = boto3.client("stepfunctions", config=config)
    return _client
