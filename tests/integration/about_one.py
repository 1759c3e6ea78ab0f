"""An event for each deployed function that answers about one campaign, archives or deletes it."""

import json
import time
from collections.abc import Mapping
from typing import Any

from channelwright.archive import steps
from channelwright.aws import executions
from channelwright.campaign import buttons
from channelwright.campaign.request import input_about_one
from channelwright.discord import snowflake
from channelwright.records import attributes
from local.deployment import STACK_NAME
from local.polling import wait_until
from local.stack import Stack

Json = dict[str, Any]
DELETIONS, CHANGES, ARCHIVINGS = (
    "arn:${AWS::Partition}:states:${AWS::Region}:${AWS::AccountId}"
    f":execution:${{AWS::StackName}}-{machine}:*"
    for machine in ("delete-campaign", "change-members", "archive-campaign")
)


def events(
    stack: Stack, deletion: Json, summary_id: str, ended: Mapping[str, str]
) -> dict[str, Json]:
    """Return the events of `deletion`, a message for the queue whose execution has ended.

    `summary_id` is the message of the campaign's summary. `ended` has the ARN of an ended
    execution, by the resource that permits to ask about it.
    """
    at = {"execution": deletion["interaction_id"], "machine": "delete-campaign"}
    asked = {"request": input_about_one(deletion)["request"], "rate_limit": None}
    previewing = {"at": at | {"state": "Preview Deletion"}, "claim": ended[DELETIONS], **asked}
    describing = {"at": at | {"state": "Describe Campaign"}, **asked}
    undo = {"request": asked["request"] | {"message_id": summary_id}}
    removing = {"at": at | {"state": "Remove Controls"}, **asked, **undo}
    changing = _changing(deletion, ended[CHANGES])
    return {
        **changing,
        "preview-deletion": previewing,
        "preview-deletion dynamodb:UpdateItem CampaignsTable.Arn": _confirmed(
            stack, _about_a_copy(stack, previewing, 4)
        ),
        "plan-members dynamodb:UpdateItem CampaignsTable.Arn": _about_a_copy(
            stack, changing["plan-members"], 5
        ),
        "remove-controls": removing,
        "describe-campaign": describing,
        **{
            f"{function} states:DescribeExecution {which}": _claimed(stack, event, arn)
            for which, arn in ended.items()
            for function, event in (
                ("preview-deletion", previewing),
                ("describe-campaign", describing),
                ("plan-members", changing["plan-members"]),
            )
        },
    }


def _changing(deletion: Json, claim: str) -> dict[str, Json]:
    """Return the events of a change of members: the game master is added once more."""
    request = input_about_one(added(deletion))["request"]
    at = {"execution": deletion["interaction_id"], "machine": "change-members", "retry_count": 0}
    record = {"name": "My Campaign", "game_master": deletion["user_id"]}
    planned = {"record": record, "master_has_left": False}
    person = {"user_id": deletion["user_id"], "change": "remove", "channels": []}
    asked = {"request": request, "rate_limit": None}
    return {
        "plan-members": {"at": at | {"state": "Plan Members"}, "claim": claim, **asked},
        "change-member": {
            "at": at | {"state": "Change Member"},
            "role": {"id": "1"},  # which the person does not have
            "person": person,
            **asked,
        },
        "complete-members": {
            "at": at | {"state": "Complete Members"},
            "request": request,
            "plan": planned,
            "results": [{"user_id": deletion["user_id"], "result": "already"}],
        },
    }


def archivings(stack: Stack, archiving: Json, ended: Mapping[str, str]) -> dict[str, Json]:
    """Return the events of `archiving`, a message for the queue whose execution has ended."""
    at = {"execution": archiving["interaction_id"], "machine": "archive-campaign"}
    asked = {"request": input_about_one(archiving)["request"], "rate_limit": None}
    progress = steps.begun("archive", [])
    category = {"id": _record(stack, asked["request"])["category"]}
    written_at = at | {"state": "Write Archive", "retry_count": 0}
    writing = {"at": written_at, **asked, "item": category, "archive": progress}
    checking = {"at": at | {"state": "Check Archive"}, **asked, "archive": progress, "results": []}
    planning = {"at": at | {"state": "Plan Archive"}, "claim": ended[ARCHIVINGS], **asked}
    return {
        "plan-archive": _about_a_copy(stack, planning, 1),
        "plan-archive dynamodb:PutItem CampaignsTable.Arn": _about_a_copy(stack, planning, 2),
        "write-archive": writing,
        "check-archive": checking,
        **{
            f"plan-archive states:DescribeExecution {which}": _claimed(stack, planning, arn)
            for which, arn in ended.items()
        },
    }


def archived(stack: Stack, build: str, archiving: Json) -> tuple[Json, str]:
    """Archive a copy of a build's campaign; return its message, and the ARN of its execution."""
    copied = _about_a_copy(stack, {"request": archiving}, 3)["request"]
    return copied, ran(stack, build, "archive-campaign", copied)


def added(deletion: Json) -> Json:
    """Return the message for the queue that adds its user to the campaign."""
    return {**deletion, "kind": "members", "change": "add", "who": deletion["user_id"]}


def ran(stack: Stack, build: str, machine: str, message: Json) -> str:
    """Run a machine with a message about a build's campaign; return the execution's ARN."""
    client = stack.client("stepfunctions")
    arn = build.rpartition(":")[0].replace("add-campaign", machine)
    started = client.start_execution(
        stateMachineArn=arn.replace(":execution:", ":stateMachine:"),
        name=message["interaction_id"],
        input=json.dumps(input_about_one(message)),
    )
    execution = str(started["executionArn"])

    def ended() -> bool:
        return bool(client.describe_execution(executionArn=execution)["status"] != "RUNNING")

    wait_until(ended, f"{machine} ends", 60)
    return execution


def _confirmed(stack: Stack, previewing: Json) -> Json:
    """Return the event that confirms what the preview shows, in time however busy we are."""
    answer = stack.client("lambda").invoke(
        FunctionName=f"{STACK_NAME}-preview-deletion", Payload=json.dumps(previewing)
    )
    [row] = json.loads(answer["Payload"].read())["components"]
    shown = buttons.deletion_of(row["components"][0]["custom_id"])
    assert shown
    tomorrow = str(int((time.time() + 86400) * 1000 - snowflake.DISCORD_EPOCH_MS) << 22)
    confirming = {"digest": shown.digest, "interaction_id": tomorrow}
    return {**previewing, "request": {**previewing["request"], **confirming}}


def _claimed(stack: Stack, event: Json, arn: str) -> Json:
    """Return an event about a campaign that an execution has not released."""
    request = event["request"]
    campaign_id = str(int(request["campaign_id"]) + len(arn))
    put(stack, request["guild_id"], campaign_id, "Claimed", arn)
    # Its own claim would not make it ask.
    claim = {"claim": event["claim"] + "0"} if "claim" in event else {}
    return {**event, **claim, "request": {**request, "campaign_id": campaign_id}}


def _about_a_copy(stack: Stack, event: Json, number: int) -> Json:
    """Return an event about another campaign with the same things, which nobody has changed."""
    request = event["request"]
    copy = _record(stack, request)
    copy["campaign_id"] = str(int(copy["campaign_id"]) + 1000 + number)
    for name in ("claimed_by", "claimed_at", "released", "last_ended"):
        copy.pop(name, None)
    client, table = _table(stack)
    client.put_item(TableName=table, Item=attributes.item(copy | {"status": "created"}))
    return {**event, "request": {**request, "campaign_id": copy["campaign_id"]}}


def _record(stack: Stack, request: Json) -> Json:
    client, table = _table(stack)
    key = {name: {"S": request[name]} for name in ("guild_id", "campaign_id")}
    return attributes.values(client.get_item(TableName=table, Key=key)["Item"])


def _table(stack: Stack) -> tuple[Any, str]:
    client = stack.client("dynamodb")
    [name] = [one for one in client.list_tables()["TableNames"] if "CampaignsTable" in one]
    return client, name


def put(stack: Stack, guild_id: str, campaign_id: str, name: str, claimed_by: str) -> None:
    """Put a record into the table that an execution has not released."""
    client, table = _table(stack)
    client.put_item(
        TableName=table,
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
