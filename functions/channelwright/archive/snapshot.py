"""The snapshot of a campaign before it is archived: whose overwrites were which, and its place.

Pure. It is an item of its own in the campaigns' table, which lists of campaigns do not read, and
exists exactly as long as anything may be archived. It holds no token and no message.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final, TypedDict, cast

from channelwright.archive import order, overwrites
from channelwright.archive.overwrites import Overwrite, Overwrites
from channelwright.records.record import Record, channels_of, id_of

# A prefix that begins with a letter: the campaigns' ids, which lists read, begin with a digit.
KEY: Final = "snapshot-"
# DynamoDB takes items of 400 KB: some 5,000 overwrites, without those that are the category's.
# Source: AWS docs, DynamoDB > Quotas.
MOST_BYTES: Final = 380_000


class Held(TypedDict):
    """A channel at the time of the snapshot.

    Its `overwrites` are lists: id, type, and the bits that are allowed and denied. A channel that
    was in `sync` with the category has the category's.
    """

    name: str
    sync: bool
    overwrites: list[list[Any]]


class Snapshot(TypedDict):
    """The earlier state: the campaign's `channels` by id, the category (`""` if none) first.

    `order` has the ids of all categories, from the top; `bot` is the bot's user id.
    """

    guild: str
    bot: str
    category: str
    order: list[str]
    channels: dict[str, Held]


def take(record: Record, bot_id: str, channels: Sequence[Mapping[str, Any]]) -> Snapshot:
    """Return the snapshot of a recorded campaign, from Discord's list of the server's channels.

    Somebody else's channel in the category is not in it: if in sync, it follows the category.
    """
    listed = {one["id"]: one for one in channels}
    guild, category = record["guild_id"], id_of(record, "category")
    of_category = overwrites.of(listed[category]) if category in listed else None
    ids = [category, *(one["id"] for one in channels_of(record))]
    held: dict[str, Held] = {}
    for one in (listed[id_] for id_ in ids if id_ in listed):
        own = overwrites.of(one)
        sync = (
            of_category is not None
            and one.get("parent_id") == category
            and overwrites.are_in_sync(own, of_category, guild)
        )
        kept = [] if sync else [[id_, *each] for id_, each in own.items()]
        held[one["id"]] = {"name": one["name"], "sync": sync, "overwrites": kept}
    found = category if category in held else ""
    return {
        "guild": guild,
        "bot": bot_id,
        "category": found,
        "order": order.ids(channels),
        "channels": held,
    }


def before(snapshot: Snapshot, channel_id: str) -> Overwrites:
    """Return a channel's overwrites at the time of the snapshot."""
    held = snapshot["channels"][channel_id]
    kept = snapshot["channels"][snapshot["category"]] if held["sync"] else held
    return {id_: Overwrite(*bits) for id_, *bits in kept["overwrites"]}


def archived(snapshot: Snapshot, channel_id: str) -> Overwrites:
    """Return a channel's overwrites as archived."""
    return overwrites.archived(before(snapshot, channel_id), snapshot["guild"], snapshot["bot"])


def packed(snapshot: Snapshot) -> str:
    """Return a snapshot as text, for the table."""
    return json.dumps(snapshot, separators=(",", ":"), ensure_ascii=False)


def unpacked(text: str) -> Snapshot:
    """Return the snapshot that `packed` has packed."""
    return cast("Snapshot", json.loads(text))


def is_too_large(snapshot: Snapshot) -> bool:
    """Return whether the table would not take a snapshot."""
    return len(packed(snapshot).encode()) > MOST_BYTES
