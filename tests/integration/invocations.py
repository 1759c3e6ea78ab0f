"""An event for each deployed function, taken from real campaigns."""

import json
import time
from collections.abc import Callable
from typing import Any

# The emulator's own: it builds the event for a state's function from the state's data.
from ministack.services.stepfunctions import _resolve_params_obj as resolved

from channelwright.aws import executions
from channelwright.aws.executions import AGAIN_SUFFIX, REMOVAL_SUFFIX
from channelwright.discord import snowflake
from local import execution
from local.deployment import STACK_NAME
from local.stack import Stack
from tests.integration import about_one, about_webhooks
from tests.integration.about_one import ARCHIVINGS, CHANGES, DELETIONS
from tests.integration.swept import Records
from tests.integration.table import Table

Json = dict[str, Any]
PRIORITY_SKU = "1019475255913222144"
BUILDS, REMOVALS, RECORDINGS, DESCRIPTIONS = (
    "arn:${AWS::Partition}:states:${AWS::Region}:${AWS::AccountId}"
    f":execution:${{AWS::StackName}}-{machine}:*"
    for machine in ("add-campaign", "remove-campaign", "record-campaign", "show-campaign")
)


class Played:
    """An execution that has ended, and the data that its states have received."""

    def __init__(self, table: Table, name: str):
        self.described = table.finished(name)
        self.arn: str = self.described["executionArn"]
        self.machine = execution.machine(table.stepfunctions, self.arn)
        self.inputs: dict[str, Json] = {}
        for event in execution.history(table.stepfunctions, self.arn):
            if entered := event.get("stateEnteredEventDetails"):
                self.inputs[entered["name"]] = json.loads(entered["input"])

    def asked(self, name: str, entered: str = "") -> tuple[str, Json]:
        """Return a state's function and the last event that the state passed to it.

        For a state inside another, or one that was not entered, `entered` names the state whose
        data it gets.
        """
        outer, data = self.machine["States"][entered or name], self.inputs[entered or name]
        states = {name: state for name, _, state in execution.states(self.machine)}
        context = {
            "Execution": {
                "Id": self.arn,
                "Name": self.described["name"],
                "Input": json.loads(self.described["input"]),
            },
            "State": {"Name": name, "RetryCount": 0},
        }
        if "ItemProcessor" in outer:
            items = resolved({"items.$": outer["ItemsPath"]}, data)["items"]
            context["Map"] = {"Item": {"Value": items[0]}}
            data = resolved(outer["ItemSelector"], data, context)
        function = states[name]["Resource"].rpartition(":")[2].removeprefix(f"{STACK_NAME}-")
        return function, in_company(resolved(states[name]["Parameters"], data, context))


def in_company(event: Json) -> Json:
    """Return the event as if other campaigns ran at once, so that its function uses the table."""
    for holder in (event, event.get("known", {})):
        if holder.get("campaign"):
            holder["campaign"] = {**holder["campaign"], "in_company": True}
    return event


def of_campaigns(
    stack: Stack, table: Table, answer_url: str
) -> dict[str, Json | Callable[[], Json]]:
    """Play campaigns that succeed, fail or are stopped, and return an event for each function.

    A key "function action resource" has an event that takes another path through the function,
    which needs this permission, or a function that prepares one. `answer_url` receives a custom
    resource's answer, in place of CloudFormation.
    """
    created = Played(table, table.ask())
    given = json.loads(created.described["input"])
    message = {**given["request"], **given["reply"]}
    plan, planning = created.asked("Plan Campaign")
    planning["request"]["campaign_name"] = "Not There Yet"
    planning["turn"] = {"in_company": True, "reserved": _ticket()}
    removal = _left_behind(table)
    deletion = {**message, "kind": "deletion", "campaign_id": message["interaction_id"]}
    where = f"users/{message['user_id']}/channels/{message['channel_id']}/messages"
    summary = table.discord.control("GET", where)[-1]["id"]
    adding = about_one.added(deletion)
    archive = {**deletion, "kind": "archive", "way": "archive"}
    archiving, archived = about_one.archived(stack, created.arn, archive)
    ended = {
        BUILDS: created.arn,
        REMOVALS: removal.arn,
        DELETIONS: about_one.ran(stack, created.arn, "delete-campaign", deletion),
        CHANGES: about_one.ran(stack, created.arn, "change-members", adding),
        ARCHIVINGS: archived,
    }
    showing = {**deletion, "kind": "description"}
    stopped_removal = _stopped_removal(table)
    old = str(int((time.time() - 3600) * 1000 - snowflake.DISCORD_EPOCH_MS) << 22)
    signed = table.build(acked=True)
    listing = table.build(command="campaign list", options={}, acked=True)
    entitled = table.build(acked=True, overrides={"entitlements": [_entitlement(signed)]})
    return {
        "interaction": {"headers": signed["headers"], "body": signed["body"]},
        "interaction sqs:SendMessage PriorityQueue.Arn": {
            "headers": entitled["headers"],
            "body": entitled["body"],
        },
        "interaction dynamodb:Query CampaignsTable.Arn": {
            "headers": listing["headers"],
            "body": listing["body"],
        },
        "start-campaign": _delivered({**message, "interaction_id": old}),
        "start-campaign states:StartExecution AddCampaign": _delivered(message),
        "start-campaign dynamodb:GetItem LimiterTable.Arn": _delivered(message),
        "start-campaign dynamodb:PutItem LimiterTable.Arn": _delivered(message),
        "start-campaign states:StartExecution DeleteCampaign": _delivered(deletion),
        "start-campaign states:StartExecution ShowCampaign": _delivered(showing),
        "start-campaign states:StartExecution ChangeMembers": _delivered(adding),
        "start-campaign states:StartExecution ArchiveCampaign": _delivered(archiving),
        f"start-campaign states:DescribeExecution {DELETIONS}": _delivered(deletion, 3),
        f"start-campaign states:DescribeExecution {DESCRIPTIONS}": _delivered(showing, 3),
        f"start-campaign states:DescribeExecution {CHANGES}": _delivered(adding, 3),
        f"start-campaign states:DescribeExecution {ARCHIVINGS}": _delivered(archiving, 3),
        "start-removal": _end_of(_stopped(table)),
        f"start-removal states:DescribeExecution {REMOVALS}": _end_of(removal.arn),
        f"start-removal states:GetExecutionHistory {REMOVALS}": _end_of(stopped_removal),
        "record-outcome": _end_of(created.arn),
        f"record-outcome states:DescribeExecution {REMOVALS}": _end_of(removal.arn),
        f"record-outcome states:DescribeExecution {RECORDINGS}": _end_of(
            _recorded_again(stack, created)
        ),
        plan: planning,
        **{
            f"{plan} states:DescribeExecution {which}": _named_like(stack, planning, arn, name)
            for which, arn, name in (
                (BUILDS, created.arn, "Not There Either"),
                (REMOVALS, removal.arn, "Nor There"),
                (DELETIONS, ended[DELETIONS], "Nowhere"),
                (CHANGES, ended[CHANGES], "Nowhere Else"),
                (ARCHIVINGS, ended[ARCHIVINGS], "Nor Anywhere At All"),
            )
        },
        **about_one.events(stack, deletion, summary, ended),
        **about_one.archivings(stack, archiving, ended),
        **dict(
            [
                created.asked("Create Role", "Begin Building"),
                created.asked("Create Category"),
                created.asked("Create Channel", "Create Channels"),
                created.asked("Report Progress"),
                created.asked("Complete Campaign"),
                removal.asked("Find Created"),
                removal.asked("Delete Created", "Delete All Created"),
                removal.asked("Write in Channel", "Report Failure"),
            ]
        ),
        **about_webhooks.events(stack),
        "sweep-servers": {},
        "sweep-servers dynamodb:UpdateItem CampaignsTable.Arn": Records(stack).not_marked,
        "sweep-servers dynamodb:DeleteItem CampaignsTable.Arn": Records(stack).marked_long_ago,
        "register-application": {
            "RequestType": "Update",
            "ResponseURL": answer_url,
            "StackId": "stack",
            "RequestId": "request",
            "LogicalResourceId": "Registration",
            "PhysicalResourceId": "registration",
            "ResourceProperties": {
                "PublicKey": stack.endpoints.public_key,
                "InteractionsUrl": stack.endpoints.interactions_url,
            },
        },
    }


def _entitlement(signed: Json) -> Json:
    """Return an entitlement, to the SKU with priority, of the server that sends the command."""
    asking = json.loads(signed["body"])
    return {
        "id": "1019653849998299136",
        "sku_id": PRIORITY_SKU,
        "application_id": asking["application_id"],
        "user_id": asking["member"]["user"]["id"],
        "guild_id": asking["guild_id"],
        "type": 8,
        "deleted": False,
        "consumed": False,
        "starts_at": None,
        "ends_at": None,
    }


def _recorded_again(stack: Stack, created: Played) -> str:
    """Record a campaign once more, and return the execution's ARN."""
    client = stack.client("stepfunctions")
    machine = created.arn.rpartition(":")[0].replace("add-campaign", "record-campaign")
    completed = created.inputs["Record Campaign"]["completed"]
    started = client.start_execution(
        stateMachineArn=machine.replace(":execution:", ":stateMachine:"),
        name=created.described["name"] + executions.RECORD_SUFFIX,
        input=json.dumps({"build": created.arn, "record": completed["record"]}),
    )
    return str(started["executionArn"])


def _named_like(stack: Stack, planning: Json, arn: str, name: str) -> Json:
    """Return a plan's event for the name of a campaign that an execution has not released."""
    request = {**planning["request"], "campaign_name": name}
    campaign_id = str(int(request["interaction_id"]) + len(name))
    about_one.put(stack, request["guild_id"], campaign_id, name, arn)
    return {**planning, "request": request}


def _ticket() -> Json:
    return {"priority": False, "place": 0.0, "seconds": 0.4, "promised": time.time()}


def _delivered(message: Json, receives: int = 1) -> Json:
    attributes = {"ApproximateReceiveCount": str(receives)}
    record = {"body": json.dumps(message), "attributes": attributes, "eventSourceARN": "tasks"}
    return {"Records": [record]}


def _end_of(arn: str) -> Json:
    """Return EventBridge's event for the end of an execution."""
    return {"detail": {"executionArn": arn}}


def _left_behind(table: Table) -> Played:
    """Let a campaign fail, and return its removal, which could not remove everything."""
    table.discord.refuse('"gm-notes"')
    table.keep_the_role()
    asked = table.ask("Another")
    table.finished(asked)
    removal = Played(table, asked + REMOVAL_SUFFIX)
    assert removal.described["error"] == "CampaignNotUndone"
    table.discord.forgive()
    return removal


def _stopped_removal(table: Table) -> str:
    """Stop a failed campaign's removal, wait for the second one, and return the first one's ARN."""
    table.discord.refuse('"gm-notes"')
    table.discord.control("PUT", "settings", {"latency_ms": 250})
    asked = table.ask("A Fourth")
    arn: str = table.stop(asked + REMOVAL_SUFFIX)["executionArn"]
    table.discord.control("PUT", "settings", {"latency_ms": 0})
    table.finished(asked + AGAIN_SUFFIX)
    table.discord.forgive()
    return arn


def _stopped(table: Table) -> str:
    """Stop a build, wait until everything that it created is removed, and return its ARN."""
    asked = table.ask("A Third")
    arn: str = table.stop(asked)["executionArn"]
    table.removed(asked)
    return arn
