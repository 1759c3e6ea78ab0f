"""The waves in which a campaign's channels are created. Pure.

The state machine loops over the waves. *Report Progress* returns the next one; if its Lambda dies,
*Go On without Progress* does the same as `after` with intrinsic functions.
"""

from collections.abc import Iterator, Sequence
from typing import Any, TypedDict

from channelwright.campaign.campaign import Channel
from channelwright.discord.edits import Known

Waves = list[list[Channel]]
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


def flat(nested: Nested) -> Iterator[Any]:
    """Yield what the lists hold, at any depth: the planned channels, or their outcomes."""
    for one in nested:
        if isinstance(one, list):
            yield from flat(one)
        else:
            yield one
