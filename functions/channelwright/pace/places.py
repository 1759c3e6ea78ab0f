"""Places: how many campaigns a server or a user may have waiting or running at once.

The limiter's table has an item for each server and each user. It lists their recent interactions,
and until when each takes a place. So it also recognizes a repeated delivery at once, which
DescribeExecution does not. Without the table, every campaign has a place.

Source: AWS docs, DynamoDB > Condition expressions; Time to Live.
"""

import json
import time
from collections.abc import Mapping
from typing import Any, Final, Literal, NamedTuple

from channelwright.aws import log
from channelwright.pace import table

# A campaign that created nothing keeps its place this long, so that nobody's rejected commands can
# use up all turns.
AFTER_NOTHING_SECONDS: Final = 30.0
# An interaction is remembered for longer than its signature counts as fresh, and than SQS waits to
# redeliver it.
REMEMBERED_SECONDS: Final = 15 * 60
DAY: Final = 24 * 3600

# How far the user was notified of a refusal. "edit closed": not yet, and Discord takes no edit for
# longer than SQS waits to redeliver, so that only a message in the channel is left to try. "channel
# closed": it takes none in the channel, so that only the edit is left.
Told = Literal["no", "edit closed", "channel closed", "yes"]
# By interaction id: when it was first seen, and until when it has a place (0: there was none), both
# in Unix seconds.
Entries = dict[str, tuple[float, float, Told]]


class Place(NamedTuple):
    """An interaction in the list of its `owner` (`server 1` or `user 2`).

    `heard_at`: first seen (Unix seconds). `told`: how far its user was notified of a refusal.
    """

    owner: str = ""
    heard_at: float = 0.0
    is_new: bool = True
    has_room: bool = True
    told: Told = "no"


def take_all(request: Mapping[str, str], most: int, until: float) -> Place:
    """Take one of the server's `most` places and one of the user's, `until` a moment.

    `request` has `guild_id`, `user_id` and `interaction_id`; `until` is in Unix seconds.
    Returns the place that is refused now or was before, if any; otherwise the user's.
    """
    place = Place()
    for owner in _owners(request):
        place = _take(owner, request["interaction_id"], most, until)
        if place.told == "yes" or not place.has_room:
            break
    return place


def leave_all(request: Mapping[str, str], seconds: float = 0.0, *, told: Told = "no") -> None:
    """Give up both places in `seconds`; record how far the user was `told` of a refusal."""
    for owner in _owners(request):
        _leave(owner, request["interaction_id"], seconds, told=told)


def _owners(request: Mapping[str, str]) -> tuple[str, str]:
    return f"server {request['guild_id']}", f"user {request['user_id']}"


def _take(owner: str, interaction_id: str, most: int, until: float) -> Place:
    try:
        for _ in range(table.ATTEMPTS):
            entries, version = _read(owner)
            now = time.time()
            if known := entries.get(interaction_id):
                heard_at, taken, told = known
                return Place(owner, heard_at, is_new=False, has_room=taken > 0, told=told)
            has_room = sum(taken > now for _, taken, _ in entries.values()) < most
            entry: tuple[float, float, Told] = now, until if has_room else 0.0, "no"
            if _write(owner, entries | {interaction_id: entry}, version):
                return Place(owner, now, has_room=has_room)
        log.error(f"no place recorded: lost {table.ATTEMPTS} write races")
    except table.failures() as error:
        log.info(f"no place recorded: {error}")
    return Place()


def _leave(owner: str, interaction_id: str, seconds: float, *, told: Told) -> None:
    try:
        for _ in range(table.ATTEMPTS):
            entries, version = _read(owner)
            if not (known := entries.get(interaction_id)):
                return
            until = time.time() + seconds if known[1] else 0.0
            after = (known[0], until, told)
            if _write(owner, entries | {interaction_id: after}, version):
                return
    except table.failures() as error:
        log.info(f"a place stays taken until its deadline: {error}")


def _read(owner: str) -> tuple[Entries, int]:
    item, version = table.get(owner)
    places = json.loads(item["places"]["S"]) if item else {}
    now = time.time()
    kept = {
        id_: (heard_at, until, told)
        for id_, (heard_at, until, told) in places.items()
        if max(until, heard_at + REMEMBERED_SECONDS) > now
    }
    return kept, version


def _write(owner: str, entries: Entries, version: int) -> bool:
    item: dict[str, Any] = {
        "places": {"S": json.dumps(entries)},
        # DynamoDB deletes the item after a day without a new interaction.
        "expires": {"N": str(int(time.time()) + DAY)},
    }
    return table.put(owner, item, version)
