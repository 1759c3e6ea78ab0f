"""What an execution's history says was made. Pure.

Source: AWS docs, Step Functions > API Reference > HistoryEvent.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any, NotRequired, TypedDict, cast

from channelwright import errors
from channelwright.campaign import Campaign, MadeChannel, in_waves, not_certain
from channelwright.layout import Channel
from channelwright.rollback import is_outcome_known


class Recalled(TypedDict):
    """`campaign` is None if the plan never ended, so that nothing was made.

    `channels` were made; `perhaps_made` are those that may stand without our knowing. So may a role
    or a category that `campaign` has not, if there is `perhaps_more`.
    """

    campaign: Campaign | None
    channels: list[MadeChannel]
    perhaps_made: list[Channel]
    perhaps_more: NotRequired[bool]


def recall(events: Iterable[Mapping[str, Any]]) -> Recalled:
    """Gather the campaign as the last state knew it, and all channels tried or recorded.

    What Discord refused to make was not made, whoever has made the like of it.
    """
    campaign: Campaign | None = None
    perhaps_more = True
    planned: list[Channel] = []
    tried: dict[int, Channel] = {}
    refused: set[int] = set()
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
                perhaps_more = "failure" not in entered or not is_outcome_known(entered["failure"])
            if "campaign" in entered and "channel" in entered:
                tried[entered["channel"]["position"]] = entered["channel"]
                if entered.get("failure", {}).get("Error") in errors.OUTCOME_KNOWN:
                    refused.add(entered["channel"]["position"])
            ended = _parsed(details.get("output"))
            if ended.pop("ok", None) is True:
                made.append(cast("MadeChannel", ended))
    return {
        "campaign": campaign,
        "channels": made,
        # A history may lack what a Map that was stopped had begun.
        "perhaps_made": [
            channel
            for channel in not_certain(tried.values() or planned, made)
            if channel["position"] not in refused
        ],
        "perhaps_more": perhaps_more,
    }


def _parsed(text: Any) -> dict[str, Any]:
    if not isinstance(text, str) or not text.startswith("{"):
        return {}
    parsed: dict[str, Any] = json.loads(text)
    return parsed
