"""What a deletion would take of a recorded campaign, and what would stay. Pure.

The record says which ids are ours; Discord says which of them stand. A renamed thing is ours, a
thing that somebody deleted is gone, and whatever else is in the category is somebody else's: it
stays, and so does the category around it.
"""

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Final, Literal, NamedTuple

from channelwright.campaign.campaign import Campaign
from channelwright.campaign.known import Known
from channelwright.campaign.ownership import Thing
from channelwright.campaign.waves import Waves
from channelwright.records.record import Record, channels_of, id_of

# Of the digest's hexadecimal digits, as many as tell plans apart in one server.
DIGEST_LENGTH: Final = 16
_KINDS: Final[tuple[Literal["role", "category"], ...]] = ("role", "category")

Object = Mapping[str, Any]


class Preview(NamedTuple):
    """A deletion, before it happens: what it takes, what stays, and what is gone already.

    `things` are the standing ones, in the order of deletion; `guests` others' channels in the
    category; `gone` the names of recorded channels that Discord no longer shows. `talked_in` are
    the ids of the channels in which people have written. `digest` stands for all of it.
    """

    things: list[Thing]
    guests: list[Thing]
    gone: list[str]
    talked_in: set[str]
    digest: str


def is_known(record: Record) -> bool:
    """Return whether the record has the id of anything."""
    return bool(channels_of(record) or any(id_of(record, which) for which in _KINDS))


def preview(record: Record, roles: Sequence[Object], channels: Sequence[Object]) -> Preview:
    """Compare a record with Discord's lists of the server's `roles` and `channels`."""
    listed = {one["id"]: one for one in channels}
    ours = {one["id"] for one in channels_of(record)}
    category = id_of(record, "category")
    standing = [listed[id_] for id_ in _ids(record) if id_ in listed]
    guests = [
        _thing("channel", one)
        for one in channels
        if category and one.get("parent_id") == category and one["id"] not in ours
    ]
    things = [_thing("channel", one) for one in standing]
    if category in listed and not guests:
        things.append(_thing("category", listed[category]))
    things += [_thing("role", one) for one in roles if one["id"] == id_of(record, "role")]
    talked_in = {one["id"] for one in standing if one.get("last_message_id")}
    gone = [one["key"] for one in channels_of(record) if one["id"] not in listed]
    parents = {one["id"]: one.get("parent_id") for one in standing}
    return Preview(
        things, guests, gone, talked_in, _digest(record, things, guests, parents, talked_in)
    )


def _ids(record: Record) -> Iterable[str]:
    return (one["id"] for one in channels_of(record))


def _thing(kind: str, one: Object) -> Thing:
    return {"kind": kind, "id": one["id"], "name": one["name"]}  # type: ignore[typeddict-item]


def _digest(
    record: Record,
    things: Sequence[Thing],
    guests: Sequence[Thing],
    parents: Mapping[str, Any],
    talked_in: Iterable[str],
) -> str:
    """Return what stands for a preview: ids, parents, and where there are messages."""
    seen = [
        record["campaign_id"],
        sorted(one["id"] for one in things),
        sorted(one["id"] for one in guests),
        sorted(parents.items()),
        sorted(talked_in),
    ]
    return hashlib.sha256(json.dumps(seen).encode()).hexdigest()[:DIGEST_LENGTH]


def known(
    record: Record, campaign: Campaign, shown: Preview, here: Collection[str]
) -> tuple[Known, Waves]:
    """Return a removal's knowledge of the campaign, and its planned channels: all are certain.

    The channel with one of the ids in `here` is none of them: the message about the removal is in
    it, so it goes last.
    """
    names = {one["id"]: one["name"] for one in shown.things}
    certain = {"repeated": False, "settled_at": 0}
    whole: Any = {**campaign}
    made: list[Any] = []
    for one in channels_of(record):
        name = names.get(one["id"], one["key"])
        if one["id"] in here:
            whole["here"] = {"kind": "channel", "id": one["id"], "name": name}
            continue
        kind, place = {"type": one["kind"], "gm_only": one["gm_only"]}, len(made)
        made.append(
            {"ok": True, "id": one["id"], "name": name, **kind, "position": place} | certain
        )
    for which in _KINDS:
        if id_ := id_of(record, which):
            whole[which] = {"id": id_, "name": names.get(id_, record["name"]), **certain}
    kept = ("name", "type", "gm_only", "position")
    planned: Any = [{"topic": "", **{key: one[key] for key in kept}} for one in made]
    return {"campaign": whole, "made": [made]}, [planned]
