"""Records of servers that the bot is not in, in the deployed table."""

from typing import Any

from channelwright.records import attributes
from local.stack import Stack

LONG_AGO = "2020-01-01T00:00:00Z"


class Records:
    """The deployed table of campaigns."""

    def __init__(self, stack: Stack) -> None:
        self._client = stack.client("dynamodb")
        tables = self._client.list_tables()["TableNames"]
        [self._table] = [one for one in tables if "CampaignsTable" in one]

    def put(self, guild_id: str, **more: str) -> None:
        given = {"guild_id": guild_id, "campaign_id": "1", "name": "Gone", **more}
        self._client.put_item(TableName=self._table, Item=attributes.item(given))

    def get(self, guild_id: str) -> dict[str, Any] | None:
        found = self._client.get_item(TableName=self._table, Key=_key(guild_id)).get("Item")
        return attributes.values(found) if found else None

    def delete(self, guild_id: str) -> None:
        self._client.delete_item(TableName=self._table, Key=_key(guild_id))

    def clear(self) -> None:
        """Delete the records that other tests left: a tenth of many servers may be gone."""
        for item in self._client.scan(TableName=self._table)["Items"]:
            key = {name: item[name] for name in ("guild_id", "campaign_id")}
            self._client.delete_item(TableName=self._table, Key=key)

    def marked_long_ago(self) -> dict[str, Any]:
        """Return a sweep's event, and let a server's deletion be due."""
        self.put("1", gone_since=LONG_AGO)
        return {}

    def not_marked(self) -> dict[str, Any]:
        """Return a sweep's event, and let a server be gone."""
        self.delete("2")
        self.put("2")
        return {"may_mark": 2}


def _key(guild_id: str) -> dict[str, Any]:
    return {"guild_id": {"S": guild_id}, "campaign_id": {"S": "1"}}
