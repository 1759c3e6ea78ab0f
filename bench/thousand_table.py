"""The tables on the virtual clock.

A request to moto's table is slower than a call to the simulator, so this module implements the
limiter's few expressions in Python; a test runs the same requests on both.
"""

import math
from collections.abc import Callable, Mapping
from typing import Any

from botocore.exceptions import ClientError

from bench.campaigns_table import CampaignsTable
from bench.thousand_clock import VirtualClock

Json = Any
Numbers = Mapping[str, float]
# A request within a region. AWS: "single-digit milliseconds".
REQUEST_SECONDS = 0.006

CONDITIONS: dict[str, Callable[[Numbers, Numbers], bool]] = {
    "free_at BETWEEN :now AND :most": lambda item, values: (
        "free_at" in item and values[":now"] <= item["free_at"] <= values[":most"]
    ),
    "attribute_not_exists(free_at) OR free_at <= :now": lambda item, values: (
        "free_at" not in item or item["free_at"] <= values[":now"]
    ),
    "attribute_not_exists(free_at) OR free_at < :next": lambda item, values: (
        "free_at" not in item or item["free_at"] < values[":next"]
    ),
    "attribute_not_exists(id) OR version = :version": lambda item, values: (
        not item or item["version"] == values[":version"]
    ),
}
UPDATES: dict[str, Callable[[Numbers, Numbers], float]] = {
    "SET free_at = free_at + :step": lambda item, values: item["free_at"] + values[":step"],
    "SET free_at = :next": lambda _, values: values[":next"],
}


class DynamoDB:
    """A client; from `fails_at` on, every request fails as if AWS were unreachable."""

    exceptions = CampaignsTable.exceptions

    def __init__(self, clock: VirtualClock, *, fails_at: float = math.inf) -> None:
        self._clock = clock
        self._fails_at = fails_at
        self._items: dict[str, Json] = {}
        self.campaigns = CampaignsTable()
        self.reads = self.writes = 0

    def get_item(self, *, Key: Json, **_: Any) -> Json:  # noqa: N803
        """Return an item, like GetItem."""
        self._request()
        self.reads += 1
        if "guild_id" in Key:
            return self.campaigns.get_item(Key=Key)
        item = self._items.get(Key["id"]["S"])
        return {"Item": _item(item)} if item else {}

    def put_item(self, *, Item: Json, **how: Any) -> Json:  # noqa: N803
        """Replace an item, like PutItem."""
        if "guild_id" in Item:
            return self._write(self.campaigns.put_item, Item=Item, **how)
        self._check(Item["id"]["S"], **how)
        self._items[Item["id"]["S"]] = _values(Item)
        return {}

    def update_item(self, *, Key: Json, UpdateExpression: str, **how: Any) -> Json:  # noqa: N803
        """Change an item and return the changed attributes' old values, like UpdateItem."""
        if "guild_id" in Key:
            how["UpdateExpression"] = UpdateExpression
            return self._write(self.campaigns.update_item, Key=Key, **how)
        before = self._check(Key["id"]["S"], **how)
        values = _values(how["ExpressionAttributeValues"])
        after = round(UPDATES[UpdateExpression](before, values), 4)
        self._items[Key["id"]["S"]] = {**before, "free_at": after}
        return {"Attributes": _item(before)}

    def delete_item(self, **how: Any) -> Json:
        """Delete a campaign's item, like DeleteItem."""
        return self._write(self.campaigns.delete_item, **how)

    def transact_write_items(self, **how: Any) -> Json:
        """Write a campaign's items together, like TransactWriteItems."""
        return self._write(self.campaigns.transact_write_items, **how)

    def query(self, **how: Any) -> Json:
        """Return a server's records, like Query."""
        self._request()
        self.reads += 1
        return self.campaigns.query(**how)

    def _write(self, do: Callable[..., Json], **how: Any) -> Json:
        self._request()
        self.writes += 1
        return do(**how)

    def _check(self, key: str, **how: Any) -> Json:
        self._request()
        self.writes += 1
        item = self._items.get(key, {})
        values = _values(how["ExpressionAttributeValues"])
        if not CONDITIONS[how["ConditionExpression"]](item, values):
            said: Json = {"Error": {"Code": "ConditionalCheckFailedException"}}
            if item and how.get("ReturnValuesOnConditionCheckFailure") == "ALL_OLD":
                said["Item"] = _item(item)
            raise self.exceptions.ConditionalCheckFailedException(said, "any")
        return item

    def _request(self) -> None:
        self._clock.sleep(REQUEST_SECONDS)
        if self._clock.now() >= self._fails_at:
            raise ClientError({"Error": {"Code": "InternalServerError"}}, "any")


def _values(item: Json) -> Json:
    return {name: float(value["N"]) if "N" in value else value["S"] for name, value in item.items()}


def _item(values: Json) -> Json:
    return {
        name: {"S": value} if isinstance(value, str) else {"N": f"{value:.15g}"}
        for name, value in values.items()
    }
