"""The waves in which a campaign's channels are created. Pure.

The state machine loops over the waves. *Report Progress* returns the next one; if its Lambda dies,
*Go On without Progress* does the same as `after` with intrinsic functions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypedDict

if TYPE_CHECKING:  # the interaction Lambda reads no layout, and TOML is slow to import
    from collections.abc import Iterable, Iterator, Sequence

    from channelwright.campaign.layout import Channel
    from channelwright.discord.edits import Known

Waves = list[list["Channel"]]
# The outcomes of channels: lists nested as deep as there were waves, because the state machine's
# language can join arrays in no other way.
Nested = list[Any]


class Building(TypedDict):
    """How far a build is: the current `wave` and its `number`, from 0.

    `made` are the outcomes of earlier waves, `edits` is the state of the message.
    """

    number: int
    wave: list[Channel]
    made: Nested
    edits: Known


def cut(channels: Sequence[Channel], size: int) -> Waves:
    """Cut the channels into waves of at most `size`."""
    return [list(channels[start : start + size]) for start in range(0, len(channels), size)]


def first(waves: Waves, edits: Known) -> Building:
    """Return the first wave; `edits` is the state of the message before it."""
    return {"number": 0, "wave": waves[0], "made": [], "edits": edits}


def after(building: Building, waves: Waves, made: Nested, edits: Known) -> Building:
    """Return the wave after `building`, whose own channels had the outcomes `made`."""
    number = building["number"] + 1
    return {
        "number": number,
        "wave": waves[number],
        "made": [building["made"], made],
        "edits": edits,
    }


def flat(made: Nested) -> Iterator[dict[str, Any]]:
    """Yield the outcome of each channel, at any depth."""
    for one in made:
        if isinstance(one, list):
            yield from flat(one)
        else:
            yield one


def channels_of(waves: Iterable[Iterable[Channel]]) -> list[Channel]:
    """Return the planned channels of all waves."""
    return [channel for wave in waves for channel in wave]
