"""The table of records, read and written from Lambdas; the state machines write it by themselves.

Each function raises one of `table.failures` if the table does not answer.
Source: AWS docs, DynamoDB > Querying tables; Condition expressions.
"""

import os
import time
from collections.abc import Mapping
from typing import Any, cast

from channelwright.aws.executions import command_of, utc
from channelwright.pace import table
from channelwright.records import attributes, lookup, record
from channelwright.records.record import Record, Status


def of_guild(guild_id: str) -> list[Record]:
    """Return the records of a server, the oldest first."""
    answer = table.dynamodb().query(**lookup.query(guild_id), ConsistentRead=True)
    return [cast("Record", attributes.values(item)) for item in answer["Items"]]


def claim(begun: Record) -> None:
    """Write the record of a campaign that begins.

    Raises `ConditionalCheckFailedException` if another execution has it.
    """
    table.dynamodb().put_item(
        TableName=_table(),
        Item=attributes.item(begun),
        ConditionExpression="attribute_not_exists(campaign_id) OR claimed_by = :claim",
        ExpressionAttributeValues={":claim": {"S": begun["claimed_by"]}},
    )


def get(guild_id: str, campaign_id: str) -> Record | None:
    """Return a campaign's record, as people should read it, or None."""
    answer = table.dynamodb().get_item(
        TableName=_table(),
        Key={"guild_id": {"S": guild_id}, "campaign_id": {"S": campaign_id}},
        ConsistentRead=True,
    )
    item = answer.get("Item")
    if not item:
        return None
    return record.seen_at(cast("Record", attributes.values(item)), time.time())


def claim_as(
    known: Record, status: Status, execution: str, together_with: Mapping[str, Any] | None = None
) -> bool:
    """Claim a record, as read, for an `execution`; return whether nothing changed it meanwhile.

    The campaign has the `status` until the execution releases it, and gets `was` back if
    nothing came of it. The table takes the claim and the item `together_with` it, or neither: then
    another attempt of the same execution counts as a change, because its item must stay. A command
    that has recorded its end, or comes before one that has, claims nothing new.

    Source: AWS docs, DynamoDB > Managing complex workflows with transactions.
    """
    client = table.dynamodb()
    claiming = _claiming(known, status, execution)
    if together_with is None:
        claiming["ConditionExpression"] += " OR claimed_by = :claim"
    try:
        if together_with is None:
            client.update_item(**claiming)
        else:
            keeping = {"TableName": _table(), "Item": together_with}
            client.transact_write_items(TransactItems=[{"Update": claiming}, {"Put": keeping}])
    except client.exceptions.ConditionalCheckFailedException:
        return False
    except client.exceptions.TransactionCanceledException as error:
        if error.response["CancellationReasons"][0]["Code"] != "ConditionalCheckFailed":
            raise
        return False
    return True


def _claiming(known: Record, status: Status, execution: str) -> dict[str, Any]:
    is_ours = known.get("claimed_by") == execution
    before = known.get("was", known["status"]) if is_ours else known["status"]
    return {
        "TableName": _table(),
        "Key": {name: {"S": known[name]} for name in ("guild_id", "campaign_id")},
        "ConditionExpression": "version = :version AND NOT last_ended >= :command",
        "UpdateExpression": (
            "SET #status = :status, was = :before, claimed_by = :claim, "
            "claimed_at = :now REMOVE expires ADD version :one"
        ),
        "ExpressionAttributeNames": {"#status": "status"},
        "ExpressionAttributeValues": {
            ":version": {"N": str(known["version"])},
            ":status": {"S": status},
            ":before": {"S": before},
            ":claim": {"S": execution},
            ":command": {"N": str(command_of(execution))},
            ":now": {"S": utc(time.time())},
            ":one": {"N": "1"},
        },
    }


def _table() -> str:
    return os.environ["CAMPAIGNS_TABLE"]
