"""An archiving, or the way back, step by step: what is still to write, and when it is over. Pure.

Each step compares the snapshot with what Discord shows. So an execution may stop anywhere, and the
next one continues. The category comes first: Discord lets the channels that are in sync follow.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal, TypedDict

from channelwright.archive import order, overwrites, snapshot
from channelwright.archive.overwrites import Change, Overwrites
from channelwright.archive.snapshot import Snapshot
from channelwright.campaign import deadlines
from channelwright.campaign.known import LISTS_LAG_SECONDS
from channelwright.discord.edits import UNKNOWN_OUTCOME_SECONDS
from channelwright.words import archives

Object = Mapping[str, Any]
Way = Literal["archive", "unarchive"]

# The id of the item that moves the category.
PLACE: Final = "place"
# How often the same thing is written if Discord's lists do not show it.
MOST_TRIES: Final = 5

Status = Literal["archiving", "archived", "unarchiving", "created"]


class Item(TypedDict):
    """A channel whose overwrites are to be written, or the `PLACE`."""

    id: str


class Progress(TypedDict):
    """How far an execution has come, as its states pass it on.

    `way` is where it goes; an archiving that fails turns back, for a `reason` (a sentence). `next`
    is "write" (the `items`) or "record" (the `status`); for `settle_seconds` after that, the next
    command waits. `tries` counts how often an item was written although nothing of it lasted, and
    `sizes` has how much of it was to write then. `failed` has those given up, `gone` the channels
    that somebody deleted, `doubted` those that Discord lists but did not know at a write, `limited`
    until when (Unix seconds) Discord takes no write of an item, `absent` the users with an
    overwrite who left the server, `missing` the names of recorded channels that the snapshot lacks.
    `late` tells whether a write without an answer may still come. `content` and `components` are
    the answer.
    """

    way: Way
    next: Literal["write", "record"]
    status: Status
    settle_seconds: int
    items: list[Item]
    wait_seconds: int
    tries: dict[str, int]
    sizes: dict[str, int]
    failed: list[str]
    gone: list[str]
    doubted: list[str]
    limited: dict[str, float]
    absent: list[str]
    missing: list[str]
    late: bool
    reason: str
    content: str
    components: list[Any]


def begun(way: Way, missing: Sequence[str]) -> Progress:
    """Return the progress of an execution that has written nothing yet."""
    return {
        "way": way,
        "next": "write",
        "status": "archiving" if way == "archive" else "unarchiving",
        "settle_seconds": UNKNOWN_OUTCOME_SECONDS,
        "items": [],
        "wait_seconds": 0,
        "tries": {},
        "sizes": {},
        "failed": [],
        "gone": [],
        "doubted": [],
        "limited": {},
        "absent": [],
        "missing": [*missing],
        "late": False,
        "reason": "",
        "content": "",
        "components": [],
    }


def waiting(progress: Progress, seconds: int) -> Progress:
    """Return a progress that writes nothing, but looks again after so many `seconds`."""
    return {**progress, "next": "write", "items": [], "wait_seconds": seconds}


def deadline(progress: Progress, request: Mapping[str, str]) -> float:
    """Return until when (Unix seconds) a step may wait for Discord.

    An archiving that turned back has more time, even if nobody can be told any more.
    """
    if progress["way"] != request["way"]:
        return deadlines.removal_deadline(request["interaction_id"])
    return deadlines.build_deadline(request["interaction_id"])


def to_write(
    taken: Snapshot, way: Way, channels: Sequence[Object], channel_id: str
) -> list[Change]:
    """Return what to write in a channel: the bot's own overwrite first, and last on the way back.

    In between, a voice channel could be closed to the bot.
    """
    listed = {one["id"]: one for one in channels}
    now = overwrites.of(listed[channel_id])
    found = overwrites.changes(_aim(taken, way, listed, channel_id), now)
    is_last = way == "unarchive"
    return sorted(found, key=lambda one: (one.id == taken["bot"]) is is_last)


def _aim(taken: Snapshot, way: Way, listed: Mapping[str, Object], channel_id: str) -> Overwrites:
    """Return what a channel should have.

    One that was in sync gets what the category gets, if it is as the bot found or left it: in one
    that somebody changed, nobody may want what the category has by now.
    """
    before, archived, *others = states(taken, listed, channel_id)
    origin, aim = (before, archived) if way == "archive" else (archived, before)
    category, now = taken["category"], overwrites.of(listed[channel_id])
    is_there = category in listed and listed[channel_id].get("parent_id") == category
    follows = is_there and taken["channels"][channel_id]["sync"]
    if follows and overwrites.are_in_sync(now, origin, taken["guild"]):
        return _aim(taken, way, listed, category)
    return overwrites.merged([origin, *others], aim, now)


def states(taken: Snapshot, listed: Mapping[str, Object], channel_id: str) -> list[Overwrites]:
    """Return the states of a channel that nobody but the bot brought about.

    These are the earlier one and the archived one. The archiving may make a channel the category's
    like that was not; then it follows the category on the way back, before it gets its own back.
    A role's deletion takes its overwrites from both, which may make them alike, too.
    """
    before, archived = snapshot.before(taken, channel_id), snapshot.archived(taken, channel_id)
    category = taken["category"]
    if category in listed and not taken["channels"][channel_id]["sync"]:
        shown = {id_ for one in (channel_id, category) for id_ in overwrites.of(listed[one])}
        others = (snapshot.before(taken, category), snapshot.archived(taken, category))
        own, its_archived, theirs, their_archived = (
            overwrites.without_deleted_roles(each, shown | {taken["guild"]})
            for each in (before, archived, *others)
        )
        if overwrites.are_in_sync(its_archived, their_archived, taken["guild"]):
            return [own, its_archived, theirs]
    return [before, archived]


def changed(taken: Snapshot, channels: Sequence[Object]) -> dict[str, list[str]]:
    """Return what somebody changed meanwhile, by channel: the ids of roles and members.

    A channel in sync shows only its category's changes: they count as the category's.
    """
    listed = {one["id"]: one for one in channels if one["id"] in taken["channels"]}
    category = listed.get(taken["category"])
    found = {}
    for id_, one in listed.items():
        now = overwrites.of(one)
        follows = overwrites.of(category) if category and taken["channels"][id_]["sync"] else None
        if follows is not None and overwrites.are_in_sync(now, follows, taken["guild"]):
            continue
        if ids := overwrites.changed(states(taken, listed, id_), now):
            found[id_] = ids
    return found


def after(
    taken: Snapshot,
    channels: Sequence[Object],
    before: Progress,
    results: Sequence[Mapping[str, Any]],
) -> Progress:
    """Return the next step, after the last one's `results` and a fresh list of `channels`.

    Each result has the `id` of an item, and what `Progress` says of it, and perhaps a `failure` (a
    sentence).
    """
    progress = _noted(before, results, {one["id"] for one in channels})
    if progress["way"] != before["way"]:
        # The list may not show yet what was written or is yet to come: nothing to restore.
        seconds = UNKNOWN_OUTCOME_SECONDS if progress["late"] else LISTS_LAG_SECONDS
        return waiting(progress, seconds)
    items = _items(taken, channels, progress)
    tries, sizes = progress["tries"], _sizes(taken, channels, progress, items)
    counted = {
        id_: 1 if size < progress["sizes"].get(id_, 0) else tries.get(id_, 0) + 1
        for id_, size in sizes.items()
    }
    if lost := [id_ for id_, times in counted.items() if times > MOST_TRIES]:
        failures = [{"id": id_, "failure": archives.DID_NOT_LAST} for id_ in lost]
        return after(taken, channels, progress, failures)
    again = any(one["id"] in tries for one in items)
    return {
        **progress,
        "next": "write" if items else "record",
        "status": progress["status"] if items else _status(progress),
        # If the next check fails, nobody knows what these writes did.
        "settle_seconds": UNKNOWN_OUTCOME_SECONDS
        if items or progress["late"]
        else LISTS_LAG_SECONDS,
        "items": items,
        # Nothing is written twice because a list lags behind: somebody may have changed it since.
        "wait_seconds": LISTS_LAG_SECONDS if again else 0,
        "tries": tries | counted,
        "sizes": sizes,
    }


def _sizes(
    taken: Snapshot, channels: Sequence[Object], progress: Progress, items: Sequence[Item]
) -> dict[str, int]:
    """Return how much is to write of each item: very many overwrites take several steps."""
    listed = {one["id"] for one in channels}
    return {
        one["id"]: len(_pending(taken, channels, progress, one["id"])) if one["id"] in listed else 0
        for one in items
    }


def _noted(before: Progress, results: Sequence[Mapping[str, Any]], listed: set[str]) -> Progress:
    failures = {one["id"]: one["failure"] for one in results if "failure" in one}
    gone = before["gone"] + [one["id"] for one in results if one.get("gone")]
    # Lists lag, so the write is tried once more.
    doubted = [id_ for id_ in gone if id_ in listed]
    failures |= {id_: archives.NOT_THERE for id_ in doubted if id_ in before["doubted"]}
    absent = {id_ for one in results for id_ in one.get("absent", [])}
    limited = {one["id"]: one["limited_until"] for one in results if "limited_until" in one}
    progress: Progress = {
        **before,
        "gone": [id_ for id_ in gone if id_ not in listed],
        "doubted": before["doubted"] + doubted,
        # An earlier release kept none.
        "limited": before.get("limited", {}) | limited,
        "absent": sorted({*before["absent"], *absent}),
        "late": before["late"] or any(one.get("late") for one in results),
    }
    if not failures:
        return progress
    progress["reason"] = before["reason"] or next(iter(failures.values()))
    if before["way"] == "archive":  # back to what was before; all may be tried again
        back: Progress = {**progress, "way": "unarchive", "status": "unarchiving"}
        return {**back, "tries": {}, "sizes": {}, "doubted": []}
    return {**progress, "failed": before["failed"] + [*failures]}


def _items(taken: Snapshot, channels: Sequence[Object], progress: Progress) -> list[Item]:
    """Return what is to do: the category, then its channels, then the place."""
    done = {*progress["gone"], *progress["failed"]}
    pending = [
        id_
        for id_ in taken["channels"]
        if id_ not in done and _is_pending(taken, channels, progress, id_)
    ]
    if pending:
        first = [id_ for id_ in pending if id_ == taken["category"]]
        return [{"id": id_} for id_ in first or pending]
    is_to_move = PLACE not in done and rows(taken, progress["way"], channels)
    return [{"id": PLACE}] if is_to_move else []


def _is_pending(
    taken: Snapshot, channels: Sequence[Object], progress: Progress, channel_id: str
) -> bool:
    """Return whether a channel has to be written, or asked for because it is not in the list."""
    if channel_id not in {one["id"] for one in channels}:
        return True
    return bool(_pending(taken, channels, progress, channel_id))


def _pending(
    taken: Snapshot, channels: Sequence[Object], progress: Progress, channel_id: str
) -> list[Change]:
    found = to_write(taken, progress["way"], channels, channel_id)
    return [one for one in found if one.id not in progress["absent"]]


def rows(taken: Snapshot, way: Way, channels: Sequence[Object]) -> list[order.Row]:
    """Return the rows of the request that moves the category; none if nothing is to do."""
    category = taken["category"]
    if not category:
        return []
    if way == "archive":
        return order.to_the_bottom(channels, category)
    return order.back(channels, category, taken["order"])


def _status(progress: Progress) -> Status:
    if progress["way"] == "archive":
        return "archived"
    return "unarchiving" if progress["failed"] else "created"
