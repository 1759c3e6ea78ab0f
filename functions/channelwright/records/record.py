"""A campaign's record: its name, its game master, and the ids of what the bot created. Pure.

The record says which ids are ours; Discord says what stands. It lists no players (the role has
them), and holds no token and no message.

One operation at a time works on a campaign: it claims the record, and releases it in the end. A
claim names an execution. After that machine's timeout it counts no more, nor once the execution
has ended.
"""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final, Literal, NotRequired, TypedDict

from channelwright.aws.executions import utc
from channelwright.campaign.campaign import LAYOUT, Campaign, MadeChannel

# "left": a removal has ended, but not everything is gone. "archiving", "unarchiving": it is half
# archived; nobody is at it any more if no claim counts, which `seen_at` calls "half archived".
Status = Literal[
    "creating",
    "created",
    "removing",
    "left",
    "archiving",
    "archived",
    "unarchiving",
    "half archived",
]
# A claim's execution has ended by then: the machines' TimeoutSeconds, and a minute.
CLAIM_SECONDS: Final = 2460
_STOPPED: Final[Mapping[Status, Status]] = {
    "removing": "left",
    "archiving": "half archived",
    "unarchiving": "half archived",
}
# DynamoDB deletes the record of a campaign that was claimed, and then came to nothing.
EXPIRES_SECONDS: Final = 24 * 3600


class Channel(TypedDict):
    """A channel: its id, its name in the layout (`key`), its kind, and who sees it."""

    id: str
    key: str
    kind: str
    gm_only: bool


class Released(TypedDict):
    """The end of a change: the execution's ARN (`by`), and the UTC time (`at`).

    For `settle_seconds`, lists may not show its writes, or one without an answer may still come.
    """

    by: str
    at: str
    settle_seconds: int


class Record(TypedDict):
    """A record; the table's key is `guild_id` and `campaign_id`, the id of the interaction.

    `version` counts the changes, but for those of `last_ended`, the id of the latest command that
    claims nothing any more. `claimed_by` is an execution's ARN, `claimed_at` a UTC time, and `was`
    the status before that. `released` tells of the last change. At `expires` (Unix seconds)
    DynamoDB may delete the record. `left_behind` has, as JSON, the things that a removal could not
    delete; of a campaign that was never complete, nothing else is known. `gone_since` is the UTC
    time at which the bot was seen to have left the server (sweep.py). The `game_master` is empty if
    that person's id was erased.
    """

    guild_id: str
    campaign_id: str
    name: str
    status: Status
    version: int
    game_master: str
    co_gms: NotRequired[list[str]]
    layout: str
    was: NotRequired[Status]
    claimed_by: NotRequired[str]
    claimed_at: NotRequired[str]
    released: NotRequired[Released]
    last_ended: NotRequired[int]
    created_at: NotRequired[str]
    role: NotRequired[str]
    category: NotRequired[str]
    channels: NotRequired[list[Channel]]
    left_behind: NotRequired[str]
    expires: NotRequired[int]
    gone_since: NotRequired[str]


def begun(campaign: Campaign, execution: str, now: float) -> Record:
    """Return the record of a planned campaign, claimed by its `execution` (an ARN) `now`."""
    return {
        **_of(campaign),
        "claimed_by": execution,
        "claimed_at": utc(now),
        "expires": int(now) + EXPIRES_SECONDS,
    }


def completed(campaign: Campaign, channels: Iterable[MadeChannel], now: float) -> Record:
    """Return the record of a complete campaign: nobody claims it."""
    return {
        **_of(campaign),
        "status": "created",
        "version": 2,
        "created_at": utc(now),
        "co_gms": campaign.get("co_gms", []),
        "role": campaign["role"]["id"],
        "category": campaign["category"]["id"],
        "channels": [
            {"id": one["id"], "key": one["name"], "kind": one["type"], "gm_only": one["gm_only"]}
            for one in channels
        ],
    }


def _of(campaign: Campaign) -> Record:
    return {
        "guild_id": campaign["guild_id"],
        "campaign_id": campaign["interaction_id"],
        "name": campaign["name"],
        "status": "creating",
        "version": 1,
        "game_master": campaign["user_id"],
        "layout": LAYOUT,
    }


def channels_of(record: Record) -> list[Channel]:
    """Return the campaign's channels, with those that a removal has left behind."""
    known = record.get("channels", [])
    ids = {one["id"] for one in known}
    left = [one for one in _left(record, "channel") if one["id"] not in ids]
    return known + [
        {"id": one["id"], "key": one["name"], "kind": "text", "gm_only": False} for one in left
    ]


def id_of(record: Record, kind: Literal["role", "category"]) -> str:
    """Return the id of the campaign's role or category; empty if none is known."""
    left = [one["id"] for one in _left(record, kind)]
    return record.get(kind) or next(iter(left), "")


def _left(record: Record, kind: str) -> list[dict[str, str]]:
    left = json.loads(record.get("left_behind", "[]"))
    return [one for one in left if one["kind"] == kind]


def seen_at(record: Record, now: float) -> Record:
    """Return a record as people should read it `now` (Unix seconds).

    Nobody releases the claim of an execution that was stopped: when it is over, something is left.
    """
    if is_claimed(record, now) or record["status"] not in _STOPPED:
        return record
    return {**record, "status": _STOPPED[record["status"]]}


def is_archived(record: Record) -> bool:
    """Return whether a campaign is archived, at least in part."""
    return record["status"] in {"archived", "archiving", "unarchiving", "half archived"}


def is_claimed(record: Record, now: float) -> bool:
    """Return whether an operation may be working on the campaign `now` (Unix seconds)."""
    return "claimed_at" in record and now < claimed_at(record) + CLAIM_SECONDS


def claimed_at(record: Record) -> float:
    """Return when (Unix seconds) a claimed record was claimed."""
    return datetime.fromisoformat(record["claimed_at"]).timestamp()


def settled_at(record: Record, least_seconds: int) -> float:
    """Return when (Unix seconds) what the creation or the last change wrote has settled.

    A caller who believes lists more than the record waits for the `least_seconds`. Return 0 if the
    record does not say when that was.
    """
    if "released" in record:
        at, seconds = record["released"]["at"], record["released"]["settle_seconds"]
    elif "created_at" in record:
        at, seconds = record["created_at"], 0
    else:
        return 0
    return datetime.fromisoformat(at).timestamp() + max(seconds, least_seconds)
