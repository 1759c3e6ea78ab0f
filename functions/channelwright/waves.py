"""The waves in which a campaign's channels are made, and which of them the bar shows. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypedDict

if TYPE_CHECKING:  # the interaction Lambda reads no layout, and TOML takes long to import
    from collections.abc import Iterable, Sequence

    from channelwright.layout import Channel

# Calls in a row from the first edit to the first wave: role, category. And from the last wave to
# the summary: the look whether all stands, the summary itself.
_BEFORE: Final = 2
_AFTER: Final = 2


class Unshown(TypedDict):
    """A channel of an earlier wave, for the next edit; `type` is None if it is not known yet."""

    name: str
    type: str | None


class Wave(TypedDict):
    """Channels that are made at once; `done` counts the channels made when the wave has ended.

    After the wave the bar is `shown`, with the channels of the waves before it that were left
    `unshown` by the plan (an edit that fails is not made up for). Executions of earlier releases
    read `last`.
    """

    channels: list[Channel]
    unshown: list[Unshown]
    done: int
    total: int
    shown: bool
    last: bool


def cut(
    channels: Sequence[Channel],
    size: int,
    *,
    call_seconds: float = 0,
    between_edits: float = 0,
    forums_in_doubt: bool = False,
) -> list[Wave]:
    """Cut the channels into waves of `size`, and choose after which of them the bar is edited.

    Two edits are at least `between_edits` seconds apart, if a call takes `call_seconds`, as it did
    just now, or longer.
    """
    total = len(channels)
    starts = range(0, total, size)
    shown = _shown(len(starts), call_seconds, between_edits)
    made: list[Wave] = []
    since = 0
    for start, is_shown in zip(starts, shown, strict=True):
        made.append(
            {
                "channels": list(channels[start : start + size]),
                "unshown": _unshown(channels[since:start], forums_in_doubt=forums_in_doubt),
                "done": min(start + size, total),
                "total": total,
                "shown": is_shown,
                "last": start + size >= total,
            }
        )
        since = start + size if is_shown else since
    return made


def _shown(count: int, call_seconds: float, between_edits: float) -> list[bool]:
    """Tell after which of so many waves the bar is edited; after the last the summary follows."""
    shown = []
    calls, edited_after = _BEFORE, 0
    for left in reversed(range(count)):
        calls += 1
        since_last = (calls + 1 - edited_after) * call_seconds
        to_summary = (left + _AFTER) * call_seconds
        is_shown = left > 0 and min(since_last, to_summary) >= between_edits
        if is_shown:
            calls += 1
            edited_after = calls
        shown.append(is_shown)
    return shown


def _unshown(channels: Sequence[Channel], *, forums_in_doubt: bool) -> list[Unshown]:
    def is_known(channel: Channel) -> bool:
        return channel["type"] != "forum" or not forums_in_doubt

    return [
        {"name": one["name"], "type": one["type"] if is_known(one) else None} for one in channels
    ]


def channels_of(waves: Iterable[Wave]) -> list[Channel]:
    """Return the planned channels of all waves."""
    return [channel for wave in waves for channel in wave["channels"]]
