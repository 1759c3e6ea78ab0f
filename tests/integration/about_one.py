"""An event for each deployed function that answers about one campaign, or deletes it."""

import json
import time
from collections.abc import Mapping
from typing import Any

from channelwright.aws import executions
from channelwright.campaign import buttons
from channelwright.campaign.request import input_about_one
from channelwright.records import attributes
from local.deployment import STACK_NAME
from local.polling import wait_until
from local.stack import Stack

Json = dict[str, Any]
DELETIONS = (
    "arn:${AWS::Partition}:states:${AWS::Region}:${AWS::AccountId}"
    ":execution:${AWS::StackName}-delete-campaign:*"
)


def events(
    stack: Stack, deletion: Json, deletion_arn: str, summary_id: str, others: Mapping[str, str]
) -> dict[str, Json]:
    """Return the events of `deletion`, a message for the queue whose execution has ended.

    `summary_id` is the message of the campaign's summary. `others` has the ARN of an ended
    execution, by the resource that permits to ask about it.
    """
    at = {"execution": deletion["interaction_id"], "machine": "delete-campaign"}
    asked = {"request": input_about_one(deletion)["request"], "rate_limit": None}
    previewing = {"at": at | {"state": "Preview Deletion"}, "claim": deletion_arn, **asked}
    describing = {"at": at | {"state": "Describe Campaign"}, **asked}
    undo = {"request": asked["request"] | {"message_id": summary_id}}
    removing = {"at": at | {"state": "Remove Controls"}, **asked, **undo}
    claims = {**others, DELETIONS: deletion_arn}
    return {
        "preview-deletion": previewing,
        "preview-deletion dynamodb:UpdateItem CampaignsTable.Arn": _confirmed(stack, previewing),
        "remove-controls": removing,
        "describe-campaign": describing,
        **{
            f"{function} states:DescribeExecution {which}": _claimed(stack, event, arn)
            for which, arn in claims.items()
            for function, event in (
                ("preview-deletion", previewing),
                ("describe-campaign", describing),
            )
        },
    }


def previewed(stack: Stack, build: str, deletion: Json) -> str:
    """Preview a deletion of a build's campaign, and return the ARN of its execution."""
    client = stack.client("stepfunctions")
    machine = build.rpartition(":")[0].replace("add-campaign", "delete-campaign")
    started = client.start_execution(
        stateMachineArn=machine.replace(":execution:", ":stateMachine:"),
        name=deletion["interaction_id"],
        input=json.dumps(input_about_one(deletion)),
    )
    arn = str(started["executionArn"])

    def ended() -> bool:
        return bool(client.describe_execution(executionArn=arn)["status"] != "RUNNING")

    wait_until(ended, "the preview ends", 60)
    return arn


def _confirmed(stack: Stack, previewing: Json) -> Json:
    """Return the event that confirms what the preview shows."""
    answer = stack.client("lambda").invoke(
        FunctionName=f"{STACK_NAME}-preview-deletion", Payload=json.dumps(previewing)
    )
    [row] = json.loads(answer["Payload"].read())["components"]
    shown = buttons.deletion_of(row["components"][0]["custom_id"])
    assert shown
    return {**previewing, "request": {**previewing["request"], "digest": shown.digest}}


def _claimed(stack: Stack, event: Json, arn: str) -> Json:
    """Return an event about a campaign that an execution has not released."""
    request = event["request"]
    campaign_id = str(int(request["campaign_id"]) + len(arn))
    put(stack, request["guild_id"], campaign_id, "Claimed", arn)
    # Its own claim would not make it ask.
    claim = {"claim": event["claim"] + "0"} if "claim" in event else {}
    return {**event, **claim, "request": {**request, "campaign_id": campaign_id}}


def put(stack: Stack, guild_id: str, campaign_id: str, name: str, claimed_by: str) -> None:
    """Put a record into the table that an execution has not released."""
    client = stack.client("dynamodb")
    [records] = [one for one in client.list_tables()["TableNames"] if "CampaignsTable" in one]
    client.put_item(
        TableName=records,
        Item=attributes.item(
            {
                "guild_id": guild_id,
                "campaign_id": campaign_id,
                "name": name,
                "status": "creating",
                "version": 1,
                "game_master": "1",
                "claimed_by": claimed_by,
                "claimed_at": executions.utc(time.time()),
            }
        ),
    )
