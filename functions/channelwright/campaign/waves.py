"""The waves in which a campaign's channels are made. Pure.

The state machine has the waves as a loop. *Report Progress* hands out the next one; where its
Lambda dies, *Go On without Progress* does so with intrinsic functions, as `after` does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypedDict

if TYPE_CHECKING:  # the interaction Lambda reads no layout, and TOML takes long to import
    from collections.abc import Iterable, Iterator, Sequence

    from channelwright.campaign.layout import Channel
    from channelwright.discord.edits import Known

Waves = list[list["Channel"]]
# The outcomes of channels: a list of lists, as deep as there were waves, because the state
# machine's language joins arrays in no other way.
Nested = list[Any]


class Building(TypedDict):
    """How far a campaign is: the `wave` that is made now and its `number`, from 0.

    `made` is what became of the waves before, `edits` how the message stands.
    """

    number: int
    wave: list[Channel]
    made: Nested
    edits: Known


def cut(channels: Sequence[Channel], size: int) -> Waves:
    """Cut the channels into waves of `size`."""
    return [list(channels[start : start + size]) for start in range(0, len(channels), size)]


def first(waves: Waves, edits: Known) -> Building:
    """Hand out the first wave; `edits` is how the message stands before it."""
    return {"number": 0, "wave": waves[0], "made": [], "edits": edits}


def after(building: Building, waves: Waves, made: Nested, edits: Known) -> Building:
    """Hand out the next wave, when the one before has become what is `made`."""
    number = building["number"] + 1
    return {
        "number": number,
        "wave": waves[number],
        "made": [building["made"], made],
        "edits": edits,
    }


def flat(made: Nested) -> Iterator[dict[str, Any]]:
    """Yield what became of each channel, however deep it lies."""
    for one in made:
        if isinstance(one, list):
            yield from flat(one)
        else:
            yield one


def channels_of(waves: Iterable[Iterable[Channel]]) -> list[Channel]:
    """Return the planned channels of all waves."""
    return [channel for wave in waves for channel in wave]
