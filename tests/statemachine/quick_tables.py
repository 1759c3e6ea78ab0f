"""The tables in Python, as in the benchmark and the schedules: moto's take longer than all else.

test_limiter.py and test_campaigns_table.py make the same requests of both, except those for the
switches of webhooks, which have no conditions.
"""

from typing import Any

from bench.thousand_clock import VirtualClock
from bench.thousand_table import DynamoDB


class QuickTables(DynamoDB):
    """A client whose requests take no time; of webhooks, it keeps the URLs that are off."""

    def __init__(self) -> None:
        super().__init__(VirtualClock())
        self.switches: dict[str, Any] = {}

    def _request(self) -> None:
        pass

    def get_item(self, *, Key: Any, **how: Any) -> Any:  # noqa: N803 - botocore's names
        """Return an item, like GetItem."""
        switch = self.switches.get(Key.get("id", {}).get("S"))
        return {"Item": switch} if switch else super().get_item(Key=Key, **how)

    def put_item(self, *, Item: Any, **how: Any) -> Any:  # noqa: N803
        """Replace an item, like PutItem."""
        if "id" in Item and "ConditionExpression" not in how:
            self.switches[Item["id"]["S"]] = Item
            return {}
        return super().put_item(Item=Item, **how)
