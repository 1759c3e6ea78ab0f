"""The findings of an archiving, or of the way back, in words. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from channelwright.archive import order, overwrites, steps
from channelwright.archive.overwrites import MEMBER
from channelwright.archive.snapshot import Snapshot
from channelwright.archive.steps import PLACE, Progress
from channelwright.events import data
from channelwright.words import archives
from channelwright.words.text import bold

Object = Mapping[str, Any]


def with_answer(
    taken: Snapshot, channels: Sequence[Object], progress: Progress, request: Mapping[str, str]
) -> dict[str, Any]:
    """Return a progress with the answer to a `request`, once nothing is left to do.

    `channels` is Discord's list after the last write. If the request has been fulfilled, `event` is
    what other systems hear of it.
    """
    if progress["next"] != "record":
        return {**progress}
    news = data.archived(request, progress["status"])
    content = _answer(taken, channels, progress, request)
    return {**progress, "content": content, **({"event": news} if news else {})}


def _answer(
    taken: Snapshot, channels: Sequence[Object], progress: Progress, request: Mapping[str, str]
) -> str:
    name = request["campaign_name"]
    found = [*_changed(taken, channels), *archives.deleted(_deleted(taken, progress))]
    if progress["way"] == "unarchive":
        found += archives.absent(progress["absent"])
    if progress["way"] == "archive":
        count = sum(one["id"] in _own(taken) for one in channels)
        allowed = archives.still_allowed(_allowed(taken, channels))
        guests = archives.of_others(_guests(taken, channels))
        moved = bool(taken["category"])
        return archives.archived(name, count, [*allowed, *guests, *found], moved=moved)
    left = [_called(taken, id_) for id_ in progress["failed"]]
    if request["way"] == "archive":
        return archives.not_archived(name, progress["reason"], left, found)
    if left:
        return archives.not_unarchived(name, progress["reason"], left, found)
    return archives.unarchived(name, found)


def _own(taken: Snapshot) -> set[str]:
    return {*taken["channels"]} - {taken["category"]}


def _called(taken: Snapshot, item: str) -> str:
    if item == PLACE:
        return archives.THE_PLACE
    return f"{archives.channel(item)} ({bold(taken['channels'][item]['name'])})"


def _changed(taken: Snapshot, channels: Sequence[Object]) -> archives.Found:
    found = {
        archives.channel(id_): [_whom(taken, channels, id_, one) for one in ids]
        for id_, ids in steps.changed(taken, channels).items()
    }
    category = taken["category"]
    moved = bool(category) and order.was_moved(channels, category, taken["order"])
    return archives.changed(found, moved=moved)


def _deleted(taken: Snapshot, progress: Progress) -> list[str]:
    gone = [taken["channels"][id_]["name"] for id_ in progress["gone"]]
    return progress["missing"] + gone


def _allowed(taken: Snapshot, channels: Sequence[Object]) -> dict[str, list[str]]:
    """Return who can still do something, by channel."""
    own = _own(taken)
    found = {}
    for one in (one for one in channels if one["id"] in own):
        left = overwrites.allowed(overwrites.of(one), taken["guild"], taken["bot"])
        if left:
            whom = [_whom(taken, channels, one["id"], id_) for id_ in left]
            found[archives.channel(one["id"])] = whom
    return found


def _guests(taken: Snapshot, channels: Sequence[Object]) -> list[str]:
    """Return others' channels in the category that did not follow it."""
    category = taken["category"]
    return [
        archives.channel(one["id"])
        for one in channels
        if category and one.get("parent_id") == category and one["id"] not in taken["channels"]
        if overwrites.allowed(overwrites.of(one), taken["guild"], taken["bot"])
    ]


def _whom(taken: Snapshot, channels: Sequence[Object], channel_id: str, id_: str) -> str:
    listed = {one["id"]: one for one in channels}
    found = (overwrites.of(listed[channel_id]), *steps.states(taken, listed, channel_id))
    kinds = [state[id_].type for state in found if id_ in state]
    return archives.role_or_member(id_, is_member=MEMBER in kinds, guild_id=taken["guild"])
