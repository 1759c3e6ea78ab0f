"""Which recorded servers the bot has left, and what becomes of their records. Pure.

An item of the campaigns' table is a campaign, or belongs to one. Both are marked in the same way,
and deleted together.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any, Final, NamedTuple

KEEP_SECONDS: Final = 30 * 24 * 3600
# A sweep marks no more than this share of the recorded servers, but one at any rate.
SHARE: Final = 10
PAGE: Final = 200


class Item(NamedTuple):
    """An item's key, and since when (UTC) its server has been gone; empty if it is not marked."""

    guild_id: str
    campaign_id: str
    gone_since: str = ""


class Plan(NamedTuple):
    """A sweep's work: `back` loses its mark, `gone` gets one, `overdue` is to be deleted.

    `overdue` has the items of each server whose deletion is due. `servers` counts the servers that
    have items.
    """

    back: list[Item]
    gone: list[Item]
    overdue: dict[str, list[Item]]
    servers: int


class TooManyGone(Exception):
    """More servers seem to be gone than a sweep may mark at once, so it marked none."""


def plan(items: Iterable[Item], joined: Collection[str], now: float) -> Plan:
    """Compare the table's `items` with the ids of the servers that the bot has `joined`."""
    servers: dict[str, list[Item]] = {}
    for item in items:
        servers.setdefault(item.guild_id, []).append(item)
    left = {guild_id: each for guild_id, each in servers.items() if guild_id not in joined}
    here = [item for guild_id, each in servers.items() if guild_id in joined for item in each]
    return Plan(
        back=[item for item in here if item.gone_since],
        gone=[item for each in left.values() for item in each if not item.gone_since],
        overdue={
            guild_id: each
            for guild_id, each in left.items()
            if all(_is_overdue(item, now) for item in each)
        },
        servers=len(servers),
    )


def _is_overdue(item: Item, now: float) -> bool:
    if not item.gone_since:
        return False
    return datetime.fromisoformat(item.gone_since).timestamp() + KEEP_SECONDS <= now


def check(planned: Plan, may_mark: int | None = None) -> None:
    """Check that a plan marks no more than a tenth of the servers, or `may_mark` of them.

    Raises:
        TooManyGone: it would; its message names them.
    """
    gone = sorted({item.guild_id for item in planned.gone}, key=int)
    most = max(1, planned.servers // SHARE) if may_mark is None else may_mark
    if len(gone) > most:
        raise TooManyGone(
            f"{len(gone)} of {planned.servers} servers with campaigns are missing among the bot's "
            f"servers, more than {most}, so none was marked: {', '.join(gone[:PAGE])}"
        )


def ids_on(page: Any, after: str) -> list[str]:
    """Return the ids on a page of Discord's list of the bot's servers, which begins `after` an id.

    Raises:
        ValueError: that is no such page.
    """
    if not isinstance(page, list) or not all(isinstance(one, Mapping) for one in page):
        raise ValueError("not a list of servers")
    ids = [one.get("id") for one in page]
    if not all(isinstance(id_, str) and id_.isdecimal() for id_ in ids):
        raise ValueError("a server without an id")
    numbers = [int(after), *map(int, ids)]
    if numbers != sorted(set(numbers)):
        raise ValueError("servers out of order")
    return ids
