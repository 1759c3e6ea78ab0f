"""EventBridge: keeps the events that the state machines put, and judges each by its schema."""

import functools
import json
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError
from jsonschema import Draft202012Validator

SCHEMAS = Path(__file__).parents[2] / "docs" / "events"
# Standard Webhooks recommends less than this.
MOST_BYTES = 20_000


class Bus:
    """Does what a client does; the next `failures` calls fail, as "error" or as "entry"."""

    def __init__(self) -> None:
        self.events: list[dict[str, Any]] = []
        self.failures: list[str] = []

    def put_events(self, *, Entries: list[dict[str, Any]]) -> dict[str, Any]:  # noqa: N803
        failure = self.failures.pop(0) if self.failures else None
        if failure == "error":
            raise ClientError({"Error": {"Code": "InternalException"}}, "PutEvents")
        if failure == "entry":
            return {"FailedEntryCount": len(Entries), "Entries": [{"ErrorCode": "InternalFailure"}]}
        for entry in Entries:
            event = judged(entry)
            # The answer of a call may be lost, so that the state puts the event twice.
            self.events += [event]
        if failure == "lost":
            raise ClientError({"Error": {"Code": "InternalException"}}, "PutEvents")
        return {"FailedEntryCount": 0, "Entries": [{"EventId": "1"} for _ in Entries]}

    def of(self, type_: str) -> list[dict[str, Any]]:
        """Return the events of a type."""
        return [one for one in self.events if one["type"] == type_]

    @property
    def types(self) -> list[str]:
        return [one["type"] for one in self.events]


def judged(entry: dict[str, Any]) -> dict[str, Any]:
    """Return an entry's event, if it is as docs/events.md says."""
    event: dict[str, Any] = json.loads(entry["Detail"])
    assert entry["Source"] == "channelwright"
    assert entry["DetailType"] == event["type"]
    assert event["id"].endswith(f".{event['type']}")
    schema(event["type"]).validate(event)
    assert len(json.dumps(event, ensure_ascii=False).encode()) < MOST_BYTES
    return event


@functools.cache
def schema(type_: str) -> Draft202012Validator:
    text = (SCHEMAS / f"{type_}.schema.json").read_text(encoding="utf-8")
    return Draft202012Validator(
        json.loads(text), format_checker=Draft202012Validator.FORMAT_CHECKER
    )
