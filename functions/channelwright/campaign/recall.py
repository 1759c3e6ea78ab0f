"""Recalls from an execution's history what its states knew: it ended from outside. Pure.

Source: AWS docs, Step Functions > API Reference > HistoryEvent.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from channelwright.campaign import waves
from channelwright.campaign.campaign import Campaign
from channelwright.campaign.known import Known
from channelwright.campaign.waves import Waves
from channelwright.discord import edits

if TYPE_CHECKING:
    from channelwright.campaign.layout import Channel

Json = dict[str, Any]
Events = Iterable[Mapping[str, Any]]


class Build(NamedTuple):
    """All that is known of a campaign, its planned waves, and how its message stands."""

    known: Known
    waves: Waves
    edits: edits.Known


class Removal(NamedTuple):
    """How far a removal came (None: it did not begin), and how its message stands."""

    removal: Json | None
    edits: edits.Known
    limited_until: float


def build(events: Events) -> Build:
    """Gather from a build's history what is known of its campaign.

    A thing that Discord refused to make was not made, whoever has made the like of it.
    """
    history = _Build()
    for entered, ended in _data(events):
        history.read(entered, ended)
    return Build(history.known(), history.waves, history.edits)


def removal(events: Events) -> Removal:
    """Gather from a removal's history how far it came, with the deletions that had ended."""
    so_far, message, limited_until = None, edits.ON_ITS_WAY, 0.0
    for entered, ended in _data(events):
        data = entered or ended
        if "removal" in data and "waves" in data and "reply" in data:  # what the states hand on
            so_far, message = data["removal"], _with_limit(data["edits"], data["rate_limit"])
            limited_until = _until(data["rate_limit"])
        elif so_far is not None and "gone" in ended and "id" in ended:  # a deletion
            others = [one for one in so_far["deletions"] if one["id"] != ended["id"]]
            so_far = {**so_far, "deletions": [*others, ended]}
    return Removal(so_far, message, limited_until)


def _data(events: Events) -> Iterator[tuple[Json, Json]]:
    """Yield what went into a state or a Lambda, or (no event has both) what came out."""
    for event in events:
        for details in event.values():
            if isinstance(details, Mapping):
                yield _parsed(details.get("input")), _parsed(details.get("output"))


class _Build:
    """The campaign as the events tell it, one after another."""

    def __init__(self) -> None:
        self.waves: Waves = []
        self.edits: edits.Known = edits.ON_ITS_WAY
        self._campaign: Campaign | None = None
        self._begun: list[Channel] = []
        self._entered: set[int] = set()
        self._tried: dict[int, Any] = {}
        self._made: dict[int, Any] = {}

    def read(self, entered: Json, ended: Json) -> None:
        """Read what went into a state or a Lambda, or what came out."""
        data = entered or ended  # no event has both
        if data.get("campaign") and "last" in data:  # what no Lambda is given
            self._read_state(data)
        if "campaign" in entered and "channel" in entered:
            self._read_item(entered)
        if ended.get("ok") is True:
            self._made[ended["position"]] = ended
        if "edits" in ended and "wave" in ended:  # what a progress has become
            self.edits = ended["edits"]

    def _read_state(self, data: Json) -> None:
        # One branch of a Parallel knows less than the other.
        self._campaign = cast("Campaign", {**(self._campaign or {}), **data["campaign"]})
        self.waves = data["waves"]
        building = data["building"]
        self.edits = _with_limit(building.get("edits") or self.edits, data["rate_limit"])
        # Channels are begun when all that they need is there.
        self._begun = building["wave"] if "category" in data["campaign"] else []
        for one in waves.flat([building["made"], data["made"]["channels"]]):
            (self._made if one["ok"] else self._tried)[one["position"]] = one
            self._entered.add(one["position"])

    def _read_item(self, entered: Json) -> None:
        position = entered["channel"]["position"]
        self._entered.add(position)
        self._tried[position] = _not_told(position)
        if "failure" in entered:
            self._tried[position]["failure"] = entered["failure"]

    def known(self) -> Known:
        """Return all that was told."""
        told = {**self._tried, **self._made}
        begun = {channel["position"] for channel in self._begun}
        # A history may lack what a Map that was stopped had begun, and have what has ended of it.
        if not begun & self._entered:
            told = {one: _not_told(one) for one in begun} | told
        return {"campaign": self._campaign, "made": list(told.values())}


def _with_limit(message: edits.Known, rate_limit: Json | None) -> edits.Known:
    """Return how the message stands, if an edit of it was the last call that had to wait."""
    if not rate_limit or not rate_limit.get("state", "").startswith("Report "):
        return message
    return {**edits.NONE_YET, **message, "closed_until": _until(rate_limit)}


def _until(rate_limit: Json | None) -> float:
    """Return until when (Unix seconds) Discord wanted a wait, as *Read Rate Limit* has it."""
    said = (rate_limit or {}).get("until")
    return datetime.fromisoformat(said).timestamp() if said else 0.0


def _not_told(position: int) -> Json:
    return {"ok": False, "position": position, "failure": {"Error": "NotTold"}}


def _parsed(text: Any) -> Json:
    if not isinstance(text, str) or not text.startswith("{"):
        return {}
    parsed: Json = json.loads(text)
    return parsed
