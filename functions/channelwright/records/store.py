"""The table of records, read and written from Lambdas; the state machines write it by themselves.

Source: AWS docs, DynamoDB > Querying tables; Condition expressions.
"""

import os
from typing import cast

from channelwright.pace import table
from channelwright.records import attributes, lookup
from channelwright.records.record import Record


def of_guild(guild_id: str) -> list[Record]:
    """Return the records of a server, the oldest first.

    Raises:
        botocore.exceptions.BotoCoreError, botocore.exceptions.ClientError: the table did not
            answer.

    """
    # One page has a megabyte, a thousand records; a server has at most 50 categories.
    answer = table.dynamodb().query(
        TableName=_table(),
        KeyConditionExpression=lookup.RECORDS,
        ExpressionAttributeValues={":guild": {"S": guild_id}, ":letters": {"S": "a"}},
        ConsistentRead=True,
    )
    return [cast("Record", attributes.values(item)) for item in answer["Items"]]


def claim(record: Record) -> None:
    """Write the record of a campaign that begins, unless another execution has it.

    Raises:
        botocore.exceptions.ClientError: another execution has it, or the table did not answer.
        botocore.exceptions.BotoCoreError: the table did not answer.

    """
    table.dynamodb().put_item(
        TableName=_table(),
        Item=attributes.item(record),
        ConditionExpression="attribute_not_exists(campaign_id) OR claimed_by = :claim",
        ExpressionAttributeValues={":claim": {"S": record["claimed_by"]}},
    )


def _table() -> str:
    return os.environ["CAMPAIGNS_TABLE"]
