"""A deletion of a recorded campaign: who may, which things go and which stay. Pure.

The record says which ids are ours; Discord says which of them stand. A renamed thing is ours, a
thing that somebody deleted is gone, and whatever else is in the category is somebody else's: it
stays, and so does the category around it.
"""

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final, Literal, NamedTuple

from channelwright.campaign.buttons import DIGEST_LENGTH
from channelwright.campaign.campaign import Campaign
from channelwright.campaign.known import Known
from channelwright.campaign.ownership import Thing
from channelwright.campaign.waves import Waves
from channelwright.discord import permissions
from channelwright.discord.permissions import Standing
from channelwright.records.record import Record, channels_of, id_of

KINDS: Final[tuple[Literal["role", "category"], ...]] = ("role", "category")

Object = Mapping[str, Any]


class Preview(NamedTuple):
    """A deletion, before it happens: what it takes, what stays, and what is gone already.

    `things` are the standing ones, in the order of deletion; `guests` others' channels in the
    category; `gone` the names of recorded channels that Discord no longer shows. `talked_in` are
    the ids of the channels in which people have written. `digest` stands for the ids, their parents
    and where people have written.
    """

    things: list[Thing]
    guests: list[Thing]
    gone: list[str]
    talked_in: set[str]
    digest: str


def may_delete(record: Record, user_id: str, standing: Standing) -> bool:
    """Return whether a user may delete the campaign: its game master, or who manages the server.

    `standing` is the user's in the whole server, now; a timeout takes both away.
    """
    is_manager = not permissions.missing(standing.permissions, permissions.CALLER_NEEDS)
    is_free = standing.timed_out_until is None
    return is_free and (is_manager or user_id == record["game_master"])


def is_known(record: Record) -> bool:
    """Return whether the record has the id of anything."""
    return bool(channels_of(record) or any(id_of(record, which) for which in KINDS))


def preview(record: Record, roles: Sequence[Object], channels: Sequence[Object]) -> Preview:
    """Compare a record with Discord's lists of the server's `roles` and `channels`."""
    listed = {one["id"]: one for one in channels}
    ours = [one["id"] for one in channels_of(record)]
    category = id_of(record, "category")
    standing = [listed[id_] for id_ in ours if id_ in listed]
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
    ids = [sorted(one["id"] for one in each) for each in (things, guests)]
    seen = [record["campaign_id"], *ids, sorted(parents.items()), sorted(talked_in)]
    digest = hashlib.sha256(json.dumps(seen).encode()).hexdigest()[:DIGEST_LENGTH]
    return Preview(things, guests, gone, talked_in, digest)


def _thing(kind: str, one: Object) -> Thing:
    return {"kind": kind, "id": one["id"], "name": one["name"]}  # type: ignore[typeddict-item]


def known(
    record: Record, campaign: Campaign, shown: Preview, here: Collection[str]
) -> tuple[Known, Waves]:
    """Return a removal's knowledge of the campaign, and its planned channels: all are certain.

    If the preview showed guests, the category stays for them, even if the removal cannot see them.
    The channel with one of the ids in `here` is no planned one: the message about the removal is in
    it, so it goes last.
    """
    names = {one["id"]: one["name"] for one in shown.things}
    certain = {"repeated": False, "settled_at": 0}
    whole: Any = {**campaign, "guests": shown.guests} if shown.guests else {**campaign}
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
    for which in KINDS:
        if id_ := id_of(record, which):
            whole[which] = {"id": id_, "name": names.get(id_, record["name"]), **certain}
    kept = ("name", "type", "gm_only", "position")
    planned: Any = [{"topic": "", **{key: one[key] for key in kept}} for one in made]
    return {"campaign": whole, "made": [made]}, [planned]
