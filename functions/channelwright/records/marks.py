"""The campaigns' table as the daily sweep reads and marks it (sweep.py).

Source: AWS docs, DynamoDB > Scanning tables; Condition expressions.
"""

import os
from collections.abc import Iterator
from typing import Any, Final

import boto3
from botocore.config import Config

from channelwright.aws.executions import utc
from channelwright.records.sweep import Item

_EXISTS: Final = "attribute_exists(campaign_id)"


class Table:
    """The table; its methods raise botocore's errors if it does not answer.

    A change is made only if nobody has changed the item's mark since it was read; otherwise the
    next sweep looks again.
    """

    def __init__(self) -> None:
        # A page takes longer than one item, and nobody waits for it.
        config = Config(connect_timeout=2, read_timeout=10, retries={"mode": "standard"})
        self._client: Any = boto3.client("dynamodb", config=config)
        self._name = os.environ["CAMPAIGNS_TABLE"]

    def items(self) -> Iterator[Item]:
        """Yield all items."""
        pages = self._client.get_paginator("scan").paginate(
            TableName=self._name, ProjectionExpression="guild_id, campaign_id, gone_since"
        )
        for page in pages:
            for found in page["Items"]:
                yield Item(**{name: value["S"] for name, value in found.items()})

    def mark(self, item: Item, now: float) -> bool:
        """Mark an item as of a server that is gone `now` (Unix seconds); return whether it was."""
        return self._change(
            self._client.update_item,
            item,
            UpdateExpression="SET gone_since = :now",
            ConditionExpression=f"{_EXISTS} AND attribute_not_exists(gone_since)",
            ExpressionAttributeValues={":now": {"S": utc(now)}},
        )

    def unmark(self, item: Item) -> bool:
        """Take an item's mark off; return whether it was."""
        return self._change(
            self._client.update_item,
            item,
            UpdateExpression="REMOVE gone_since",
            ConditionExpression=_EXISTS,
        )

    def delete(self, item: Item) -> bool:
        """Delete an item that still has the mark that was read; return whether it was."""
        return self._change(
            self._client.delete_item,
            item,
            ConditionExpression="gone_since = :since",
            ExpressionAttributeValues={":since": {"S": item.gone_since}},
        )

    def _change(self, how: Any, item: Item, **what: Any) -> bool:
        key = {"guild_id": {"S": item.guild_id}, "campaign_id": {"S": item.campaign_id}}
        try:
            how(TableName=self._name, Key=key, **what)
        except self._client.exceptions.ConditionalCheckFailedException:
            return False
        return True
