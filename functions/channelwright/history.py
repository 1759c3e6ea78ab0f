"""What an execution's history says was made. Pure.

Source: AWS docs, Step Functions > API Reference > HistoryEvent.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any, TypedDict, cast

from channelwright.campaign import Campaign, MadeChannel, in_waves, not_certain
from channelwright.layout import Channel


class Recalled(TypedDict):
    """`campaign` is None if the plan never ended, so that nothing was made.

    `channels` were made; `perhaps_made` are those that may stand without our knowing.
    """

    campaign: Campaign | None
    channels: list[MadeChannel]
    perhaps_made: list[Channel]


def recall(events: Iterable[Mapping[str, Any]]) -> Recalled:
    """Gather the campaign as the last state knew it, and all channels tried or recorded."""
    campaign: Campaign | None = None
    planned: list[Channel] = []
    tried: dict[int, Channel] = {}
    made: list[MadeChannel] = []
    for event in events:
        for details in event.values():
            if not isinstance(details, Mapping):
                continue
            entered = _parsed(details.get("input"))
            # A state's own input, not what an item or a Lambda was given of it.
            if "campaign" in entered and "waves" in entered:
                campaign = entered["campaign"]
                planned = in_waves(entered["waves"]) if "assigned" in entered else []
            if "campaign" in entered and "channel" in entered:
                tried[entered["channel"]["position"]] = entered["channel"]
            ended = _parsed(details.get("output"))
            if ended.pop("ok", None) is True:
                made.append(cast("MadeChannel", ended))
    return {
        "campaign": campaign,
        "channels": made,
        # A history may lack what a Map that was stopped had begun.
        "perhaps_made": not_certain(tried.values() or planned, made),
    }


def _parsed(text: Any) -> dict[str, Any]:
    if not isinstance(text, str) or not text.startswith("{"):
        return {}
    parsed: dict[str, Any] = json.loads(text)
    return parsed
