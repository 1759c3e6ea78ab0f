"""The data of the events that other systems hear: docs/events.md. Pure.

A state machine wraps it: the event's id, its type and its time are in the states *Announce …*. An
event has no token and nothing that Discord's users have written but names.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, Literal, NotRequired, TypedDict

from channelwright.campaign.ownership import Thing
from channelwright.records.members import PLAYER, Changed, co_gms_of
from channelwright.records.record import Channel, Record

# With the rest of the event, less than 20 kB, which Standard Webhooks recommends.
MOST_BYTES: Final = 19_000


class Created(TypedDict):
    """A campaign that has been created: whose it is, and the ids of what the bot created."""

    guild_id: str
    campaign_id: str
    name: str
    game_master: str
    co_gms: list[str]
    layout: str
    role_id: str
    category_id: str
    channels: list[Channel]


class Left(TypedDict):
    """A thing that a removal has left; without its name if the event would be too long."""

    kind: str
    id: str
    name: NotRequired[str]


class Removed(TypedDict):
    """The end of a removal; the state machine adds the campaign.

    Unless the bot has `checked`, more may be `left`, or less.
    """

    type: Literal["campaign.failed", "campaign.deleted"]
    left: list[Left]
    checked: bool
    names_omitted: bool


class MembersChanged(TypedDict):
    """A change of members: who was added (`added_as`) or removed, and who leads from now on."""

    guild_id: str
    campaign_id: str
    name: str
    user_id: str
    changes: list[dict[str, str]]
    added_as: str
    game_master: str
    co_gms: list[str]


class Moved(TypedDict):
    """A campaign that a user has put into the archive, or brought back."""

    guild_id: str
    campaign_id: str
    name: str
    user_id: str


class Archived(TypedDict):
    """The event of a command that has archived or unarchived a campaign."""

    type: Literal["campaign.archived", "campaign.unarchived"]
    data: Moved


def created(record: Record) -> Created:
    """Return the data about a complete campaign, given its record."""
    return {
        "guild_id": record["guild_id"],
        "campaign_id": record["campaign_id"],
        "name": record["name"],
        "game_master": record["game_master"],
        "co_gms": co_gms_of(record),
        "layout": record["layout"],
        "role_id": record["role"],
        "category_id": record["category"],
        "channels": record["channels"],
    }


def removed(left: Iterable[Thing], *, is_deletion: bool, checked: bool) -> Removed:
    """Return the data about a removal that ends now: of a failed build, or a deletion."""
    named: list[Left] = [
        {"kind": one["kind"], "id": one["id"], "name": one["name"]} for one in left
    ]
    is_long = size(named) > MOST_BYTES
    return {
        "type": "campaign.deleted" if is_deletion else "campaign.failed",
        "left": [{"kind": one["kind"], "id": one["id"]} for one in named] if is_long else named,
        "checked": checked,
        "names_omitted": is_long,
    }


def members_changed(
    record: Record,
    request: Mapping[str, str],
    results: Sequence[Changed],
    leaders: tuple[str, list[str]],
) -> MembersChanged | None:
    """Return the data about a change of members, or None if nothing has changed.

    `record` and `request` are the campaign and the command, `results` how each change ended, and
    `leaders` the game master and the co-GMs from now on.
    """
    changes = [
        {"user_id": one["user_id"], "change": one["result"]}
        for one in results
        if one["result"] in {"added", "removed"}
    ]
    if not changes and leaders == (record["game_master"], co_gms_of(record)):
        return None
    master, co_gms = leaders
    return {
        "guild_id": record["guild_id"],
        "campaign_id": record["campaign_id"],
        "name": record["name"],
        "user_id": request["user_id"],
        "changes": changes,
        "added_as": request.get("as", PLAYER),
        "game_master": master,
        "co_gms": co_gms,
    }


def archived(request: Mapping[str, str], status: str) -> Archived | None:
    """Return the event of a `request` to archive or unarchive, or None if it was not reached.

    `status` is the campaign's from now on. An archiving that turned back has no event.
    """
    data: Moved = {
        "guild_id": request["guild_id"],
        "campaign_id": request["campaign_id"],
        "name": request["campaign_name"],
        "user_id": request["user_id"],
    }
    match request["way"], status:
        case "archive", "archived":
            return {"type": "campaign.archived", "data": data}
        case "unarchive", "created":
            return {"type": "campaign.unarchived", "data": data}
    return None


def size(data: Any) -> int:
    """Return the bytes of UTF-8 that data take as JSON."""
    return len(json.dumps(data, ensure_ascii=False).encode())
