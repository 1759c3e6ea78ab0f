"""What an execution's history says was made. Pure.

Source: AWS docs, Step Functions > API Reference > HistoryEvent.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any, TypedDict

from channelwright.campaign import Campaign, Made, Wave


class Recalled(TypedDict):
    """`campaign` is None if the plan never ended, so that nothing was made."""

    campaign: Campaign | None
    waves: list[Wave]
    channels: list[Made]


def recall(events: Iterable[Mapping[str, Any]]) -> Recalled:
    """Gather the campaign as the last state knew it, and all channels recorded."""
    recalled: Recalled = {"campaign": None, "waves": [], "channels": []}
    for event in events:
        for details in event.values():
            if not isinstance(details, Mapping):
                continue
            entered = _parsed(details.get("input"))
            # A state's own input, not what an item or a Lambda was given of it.
            if "campaign" in entered and "waves" in entered:
                recalled["campaign"] = entered["campaign"]
                recalled["waves"] = entered["waves"]
            made = _parsed(details.get("output"))
            if made.get("ok") is True:
                recalled["channels"].append({"id": made["id"], "name": made["name"]})
    return recalled


def _parsed(text: Any) -> dict[str, Any]:
    if not isinstance(text, str) or not text.startswith("{"):
        return {}
    parsed: dict[str, Any] = json.loads(text)
    return parsed
