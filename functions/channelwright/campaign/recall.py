"""Recalls what an execution knew from its history, after it was stopped or broke. Pure.

Source: AWS docs, Step Functions > API Reference > HistoryEvent.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple, cast

from channelwright.campaign import waves
from channelwright.campaign.campaign import Campaign, Channel
from channelwright.campaign.known import Known
from channelwright.campaign.waves import Waves
from channelwright.discord import edits
from channelwright.discord.calls import Json

Events = Iterable[Mapping[str, Any]]


class Build(NamedTuple):
    """All that is known of a campaign, its planned waves, and the state of its message."""

    known: Known
    waves: Waves
    edits: edits.Known


class Removal(NamedTuple):
    """How far a removal got (None: it did not begin), and the state of its message.

    Discord's last limit of the removal ends at `limited_until` (Unix seconds; 0: no limit).
    """

    removal: Json | None
    edits: edits.Known
    limited_until: float


def build(events: Events) -> Build:
    """Gather from a build's history what is known of its campaign.

    If Discord refused to create something, a look-alike is someone else's.
    """
    history = _Build()
    for entered, ended in _data(events):
        history.read(entered, ended)
    return Build(history.known(), history.waves, history.edits)


def removal(events: Events) -> Removal:
    """Gather from a removal's history how far it got, including the deletions that had ended."""
    so_far, message, limited_until = None, edits.ON_ITS_WAY, 0.0
    for entered, ended in _data(events):
        data = entered or ended
        if "removal" in data and "waves" in data and "reply" in data:  # a state's data
            so_far, message = data["removal"], _with_limit(data["edits"], data["rate_limit"])
            limited_until = _until(data["rate_limit"])
        elif so_far is not None and "gone" in ended and "id" in ended:  # a deletion
            others = [one for one in so_far["deletions"] if one["id"] != ended["id"]]
            so_far = {**so_far, "deletions": [*others, ended]}
    return Removal(so_far, message, limited_until)


def _data(events: Events) -> Iterator[tuple[Json, Json]]:
    """Yield the input and the output of each state or Lambda; an event has only one of them."""
    for event in events:
        for details in event.values():
            if isinstance(details, Mapping):
                yield _parsed(details.get("input")), _parsed(details.get("output"))


class _Build:
    """The campaign, as gathered from one event after another."""

    def __init__(self) -> None:
        self.waves: Waves = []
        self.edits: edits.Known = edits.ON_ITS_WAY
        self._campaign: Campaign | None = None
        self._begun: list[Channel] = []
        self._entered: set[int] = set()
        self._tried: dict[int, Any] = {}
        self._made: dict[int, Any] = {}

    def read(self, entered: Json, ended: Json) -> None:
        """Read the input (`entered`) or the output (`ended`) of a state or a Lambda."""
        data = entered or ended
        if self._campaign is None and "turn" in data and "building" in data:
            # Of the starter's edit, only a limit still matters.
            self.edits = edits.on_its_way({**edits.NONE_YET, **data["building"]["edits"]})
        if data.get("campaign") and "last" in data:  # no Lambda is given both
            self._read_state(data)
        if "campaign" in entered and "channel" in entered:
            self._read_item(entered)
        if ended.get("ok") is True:
            self._made[ended["position"]] = ended
        if "edits" in ended and "wave" in ended:  # the output of a progress report
            self.edits = ended["edits"]

    def _read_state(self, data: Json) -> None:
        # One branch of a Parallel knows less than the other.
        self._campaign = cast("Campaign", {**(self._campaign or {}), **data["campaign"]})
        self.waves = data["waves"]
        building = data["building"]
        self.edits = _with_limit(building.get("edits") or self.edits, data["rate_limit"])
        # Channels begin only after the category exists.
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
        """Return all that is known."""
        told = {**self._tried, **self._made}
        begun = {channel["position"] for channel in self._begun}
        # The history of a stopped Map may omit that channels began, yet show that some ended.
        if not begun & self._entered:
            told = {one: _not_told(one) for one in begun} | told
        return {"campaign": self._campaign, "made": list(told.values())}


def _with_limit(message: edits.Known, rate_limit: Json | None) -> edits.Known:
    """Return the message's state, with the limit if an edit was the last call to be limited."""
    if not rate_limit or not rate_limit.get("state", "").startswith("Report "):
        return message
    return {**edits.NONE_YET, **message, "closed_until": _until(rate_limit)}


def _until(rate_limit: Json | None) -> float:
    """Return when (Unix seconds) the wait that *Read Rate Limit* recorded ends; 0 if none."""
    said = (rate_limit or {}).get("until")
    return datetime.fromisoformat(said).timestamp() if said else 0.0


def _not_told(position: int) -> Json:
    return {"ok": False, "position": position, "failure": {"Error": "NotTold"}}


def _parsed(text: Any) -> Json:
    if not isinstance(text, str) or not text.startswith("{"):
        return {}
    parsed: Json = json.loads(text)
    return parsed
