"""How each deployed function is asked for what it is for: with the events of a real campaign."""

import json
import time
from typing import Any

from channelwright import snowflake
from local.polling import wait_until
from local.stack import Stack
from tests.integration.table import Table

Json = dict[str, Any]
PRIORITY_SKU = "1019475255913222144"


def of_a_campaign(stack: Stack, table: Table, answer_url: str) -> dict[str, Json]:
    """Make a campaign, stop another one, and return an event by function.

    "function action resource" is an event that needs another way through the function than its own.
    `answer_url` is where CloudFormation would take a custom resource's answer.
    """
    asked = table.ask()
    described = table.finished(asked)
    made, request = json.loads(described["output"]), json.loads(described["input"])
    plan = _result_of(table, described["executionArn"], "plan-campaign")
    # In company of others a function uses the limiter's table.
    bare = {**plan["campaign"], "in_company": True}
    role = {"id": made["role_id"], "name": "My Campaign Members"}
    category = {"id": made["category_id"], "name": "My Campaign"}
    campaign = {**bare, "role": role, "category": category}
    planned = [channel for wave in plan["waves"] for channel in wave["channels"]]
    channels = [
        {
            "ok": True,
            "id": id_,
            **{key: one[key] for key in ("name", "type", "gm_only", "position")},
        }
        for id_, one in zip(made["channel_ids"], planned, strict=True)
    ]
    first = {"retry_count": 0, "rate_limit": None}
    in_channel = {**request, "in_channel": True}
    failure = {"Error": "ABORTED"}
    rollback = {"next": "finished", "blind": False, "until": 0, "looks": 0, "quiet": 0}
    rollback |= {name: [] for name in ("known", "found", "gone", "foreign")} | {"refused": {}}
    recalled = {"campaign": campaign, "channels": channels, "perhaps_made": []}
    old = str(int((time.time() - 3600) * 1000 - snowflake.DISCORD_EPOCH_MS) << 22)
    signed = table.build(acked=True)
    entitled = table.build(acked=True, overrides={"entitlements": [_entitlement(signed)]})
    return {
        "interaction": {"headers": signed["headers"], "body": signed["body"]},
        "interaction sqs:SendMessage PriorityQueue.Arn": {
            "headers": entitled["headers"],
            "body": entitled["body"],
        },
        "start-campaign": _delivered({**request, "interaction_id": old}),
        "start-campaign states:StartExecution AddCampaign": _delivered(request),
        "start-campaign dynamodb:GetItem LimiterTable.Arn": _delivered(request),
        "start-campaign dynamodb:PutItem LimiterTable.Arn": _delivered(request),
        "clean-up-campaign": {"detail": {"executionArn": _stopped(table)}},
        "record-outcome": {"detail": {"executionArn": described["executionArn"]}},
        "plan-campaign": {**request, "turn": {"in_company": True, "reserved": _ticket()}},
        "report-rejection": {**in_channel, "reasons": ["No."]},
        "report-progress": {**request, "done": 0, "total": 10, "made": []},
        "create-role": {"campaign": bare, **first},
        "create-category": {"campaign": {**bare, "role": role}, **first},
        "assign-role": {"campaign": campaign},
        "create-channel": {"campaign": campaign, "channel": planned[0], **first},
        "complete-campaign": {
            "campaign": campaign,
            "waves": plan["waves"],
            "channels": [channels],
        },
        "report-completion": {
            **in_channel,
            "campaign": campaign,
            "waves": plan["waves"],
            "channels": channels,
        },
        "report-rollback": request,
        "recall-created": {"of": described["executionArn"], "state": {}},
        "find-created": {
            "recalled": recalled,
            "deletions": [],
            "failure": failure,
            "rollback": rollback,
        },
        "delete-created": {
            "campaign": campaign,
            "thing": {"kind": "channel", "id": "1", "name": "gone"},
            "until": 0,
        },
        "report-failure": {**in_channel, "failure": failure, "rollback": rollback},
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
    """Return the entitlement of a server that asks, to the SKU that comes first."""
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


def _result_of(table: Table, execution_arn: str, function: str) -> Json:
    history = table.stepfunctions.get_execution_history(executionArn=execution_arn)
    for event in history["events"]:
        details = event.get("taskSucceededEventDetails", {})
        if details.get("resource", "").endswith(function):
            result: Json = json.loads(details["output"])
            return result
    raise AssertionError(f"{function} has not succeeded")


def _ticket() -> Json:
    return {"priority": False, "place": 0.0, "seconds": 0.4, "promised": time.time()}


def _delivered(message: Json) -> Json:
    attributes = {"ApproximateReceiveCount": "1"}
    record = {"body": json.dumps(message), "attributes": attributes, "eventSourceARN": "tasks"}
    return {"Records": [record]}


def _stopped(table: Table) -> str:
    """Stop an execution, wait until it is cleaned up, and return its ARN."""
    asked = table.ask("Another")
    machine = table.endpoints.state_machine_arn
    arn = machine.replace(":stateMachine:", ":execution:") + f":{asked}"

    def runs() -> bool:
        try:
            table.stepfunctions.stop_execution(executionArn=arn)
        except table.stepfunctions.exceptions.ExecutionDoesNotExist:
            return False
        return True

    wait_until(runs, "the execution has begun")
    table.finished(f"{asked}-rollback")
    return arn
