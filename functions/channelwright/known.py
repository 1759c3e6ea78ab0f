"""The knowledge of a campaign that is to be removed: its states', or its history's. Pure.

A failed build hands on its own data. Of an execution that ended from outside, the history has the
same: AWS docs, Step Functions > API Reference > HistoryEvent.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NotRequired, TypedDict, cast

from channelwright import errors, ownership, waves
from channelwright.campaign import Campaign, MadeChannel, not_certain
from channelwright.ownership import Object, Thing
from channelwright.waves import Nested, Waves

if TYPE_CHECKING:  # who only edits a message reads no layout, and TOML takes long to import
    from channelwright.layout import Channel


class Failure(TypedDict):
    """The error that a Catch hands on; `failures` are those of a failed wave's channels."""

    Error: str
    Cause: NotRequired[str]
    failures: NotRequired[list[Failure]]


class Known(TypedDict):
    """The campaign as far as it was made, and what became of the channels that were begun.

    `campaign` is None if the plan never ended, so that nothing was made.
    """

    campaign: Campaign | None
    made: Nested


def is_outcome_known(failure: Failure) -> bool:
    """Tell whether nothing that failed can still have an effect, or have had one unseen."""
    return all(one["Error"] in errors.OUTCOME_KNOWN for one in causes(failure))


def causes(failure: Failure) -> list[Failure]:
    """Return what failed: the channels of a failed wave, or the one state."""
    return failure.get("failures", [failure])


def made(known: Known) -> list[MadeChannel]:
    """Return the channels that were made."""
    return [cast("MadeChannel", one) for one in waves.flat(known["made"]) if one["ok"]]


def find(
    known: Known,
    planned: Waves,
    failure: Failure,
    *,
    roles: Sequence[Object] = (),
    channels: Sequence[Object] = (),
) -> list[Thing]:
    """Find what is the campaign's: what is known by its id, and what of the lists bears its marks.

    `roles` and `channels` are Discord's lists. A channel is known by its marks only if it may
    stand without our knowing; so is a role or category, if the outcome of what failed is unknown.
    """
    if known["campaign"] is None:
        return []
    return ownership.all_of(
        known["campaign"],
        _perhaps_made(known, planned),
        made(known),
        listed_roles=roles,
        listed_channels=channels,
        perhaps_more=not is_outcome_known(failure),
    )


def _perhaps_made(known: Known, planned: Waves) -> list[Channel]:
    """Return the planned channels that may stand without our knowing, or twice."""
    begun = {
        one["position"]
        for one in waves.flat(known["made"])
        if one["ok"] or one["failure"]["Error"] not in errors.OUTCOME_KNOWN
    }
    channels = [one for one in waves.channels_of(planned) if one["position"] in begun]
    return not_certain(channels, made(known))


def recall(events: Iterable[Mapping[str, Any]]) -> tuple[Known, Waves]:
    """Gather from an execution's history what is known of its campaign, and its planned waves.

    What Discord refused to make was not made, whoever has made the like of it.
    """
    history = _History()
    for event in events:
        for details in event.values():
            if isinstance(details, Mapping):
                history.read(_parsed(details.get("input")), _parsed(details.get("output")))
    return history.known(), history.waves


class _History:
    """The campaign as the events tell it, one after another."""

    def __init__(self) -> None:
        self.waves: Waves = []
        self._campaign: Campaign | None = None
        self._begun: list[Channel] = []
        self._tried: dict[int, Any] = {}
        self._made: dict[int, Any] = {}

    def read(self, entered: dict[str, Any], ended: dict[str, Any]) -> None:
        """Read what went into a state or a Lambda, or what came out."""
        data = entered or ended  # no event has both
        if data.get("campaign") and "last" in data:  # what no Lambda is given
            self._read_state(data)
        if "campaign" in entered and "channel" in entered:
            self._read_item(entered)
        if ended.get("ok") is True:
            self._made[ended["position"]] = ended

    def _read_state(self, data: dict[str, Any]) -> None:
        # One branch of a Parallel knows less than the other.
        self._campaign = cast("Campaign", {**(self._campaign or {}), **data["campaign"]})
        self.waves = data["waves"]
        building = data["building"]
        # Channels are begun when all that they need is there.
        self._begun = building["wave"] if "category" in data["campaign"] else []
        for one in waves.flat([building["made"], data["made"]["channels"]]):
            (self._made if one["ok"] else self._tried)[one["position"]] = one

    def _read_item(self, entered: dict[str, Any]) -> None:
        position = entered["channel"]["position"]
        self._tried[position] = _not_told(position)
        if "failure" in entered:
            self._tried[position]["failure"] = entered["failure"]

    def known(self) -> Known:
        """Return all that was told."""
        told = {**self._tried, **self._made}
        begun = {channel["position"] for channel in self._begun}
        if not begun & told.keys():  # a history may lack what a Map that was stopped had begun
            told |= {one: _not_told(one) for one in begun}
        return {"campaign": self._campaign, "made": list(told.values())}


def _not_told(position: int) -> dict[str, Any]:
    return {"ok": False, "position": position, "failure": {"Error": "NotTold"}}


def _parsed(text: Any) -> dict[str, Any]:
    if not isinstance(text, str) or not text.startswith("{"):
        return {}
    parsed: dict[str, Any] = json.loads(text)
    return parsed
