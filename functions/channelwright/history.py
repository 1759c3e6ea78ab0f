"""What an execution's history says was made; and what its last state says, without one. Pure.

Source: AWS docs, Step Functions > API Reference > HistoryEvent.
"""

import json
from collections.abc import Iterable, Mapping
from itertools import chain
from typing import Any, NotRequired, TypedDict, cast

from channelwright import errors, ownership, waves
from channelwright.campaign import Campaign, MadeChannel, not_certain
from channelwright.layout import Channel
from channelwright.ownership import Thing
from channelwright.rollback import is_outcome_known


class Recalled(TypedDict):
    """`campaign` is None if the plan never ended, so that nothing was made.

    `channels` were made; `perhaps_made` are those that may stand without our knowing. So may a role
    or a category that `campaign` has not, if there is `perhaps_more`. `recorded` is all that is
    known by its id.
    """

    campaign: Campaign | None
    channels: list[MadeChannel]
    perhaps_made: list[Channel]
    perhaps_more: NotRequired[bool]
    recorded: NotRequired[list[Thing]]


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
            ended = _parsed(details.get("output"))
            state = entered or ended  # no event has both
            if _is_state(state) and (entered or "role" in state["campaign"]):
                # One branch of a Parallel knows less than the other.
                campaign = cast("Campaign", {**(campaign or {}), **state["campaign"]})
                planned = _begun(state)
                perhaps_more = _perhaps_more(state)
            if "campaign" in entered and "channel" in entered:
                tried[entered["channel"]["position"]] = entered["channel"]
                if entered.get("failure", {}).get("Error") in errors.OUTCOME_KNOWN:
                    refused.add(entered["channel"]["position"])
            if ended.pop("ok", None) is True:
                made.append(cast("MadeChannel", ended))
    # A history may lack what a Map that was stopped had begun.
    perhaps = [c for c in tried.values() or planned if c["position"] not in refused]
    return _recalled(campaign, made, perhaps, perhaps_more=perhaps_more)


def without(state: Mapping[str, Any]) -> Recalled:
    """Tell what a state's own data says; the channels of a Map that failed are not in it."""
    made: list[MadeChannel] = list(chain.from_iterable(state.get("channels", [])))
    return _recalled(state["campaign"], made, _begun(state), perhaps_more=_perhaps_more(state))


def _is_state(data: Mapping[str, Any]) -> bool:
    """Tell a state's own data from what an item or a Lambda was given of it."""
    return bool(data.get("campaign")) and "waves" in data


def _begun(state: Mapping[str, Any]) -> list[Channel]:
    """Return the planned channels, if their making may have begun: all they need is there."""
    may_begin = "category" in state["campaign"] and "assigned" in state
    return waves.channels_of(state["waves"]) if may_begin else []


def _perhaps_more(state: Mapping[str, Any]) -> bool:
    return "failure" not in state or not is_outcome_known(state["failure"])


def _recalled(
    campaign: Campaign | None,
    made: list[MadeChannel],
    perhaps: Iterable[Channel],
    *,
    perhaps_more: bool,
) -> Recalled:
    recorded = (
        ownership.all_of(campaign, [], made, listed_roles=[], listed_channels=[])
        if campaign
        else []
    )
    return {
        "campaign": campaign,
        "channels": made,
        "perhaps_made": not_certain(perhaps, made),
        "perhaps_more": perhaps_more,
        "recorded": recorded,
    }


def _parsed(text: Any) -> dict[str, Any]:
    if not isinstance(text, str) or not text.startswith("{"):
        return {}
    parsed: dict[str, Any] = json.loads(text)
    return parsed
