"""A lane of turns: who waits in it, and until when they have to begin. Pure."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import dropwhile, pairwise
from typing import Final, NamedTuple

# So long after a deadline the last one looks whether the turn has come.
LOOK_SECONDS: Final = 60.0
# In the table, numbers have nine digits after the point.
ROUNDING: Final = 1e-6


class Stretch(NamedTuple):
    """Places in a lane, from `begin` to `end`, of campaigns that have to begin `until` a moment.

    Between its end and the beginning of the next one are the places that were given up.
    """

    begin: float
    end: float
    until: float


@dataclass(frozen=True)
class Lane:
    """How far a lane is, in seconds of room.

    `begun` is up to where turns have begun, `handed_out` where the next one begins. `stretches`
    are what lies between, in order, and of what has begun as much as shows what was given up: one
    for each deadline, or two, if its last places were given up before others came.
    """

    begun: float = 0.0
    handed_out: float = 0.0
    stretches: tuple[Stretch, ...] = ()

    @cached_property
    def waiting(self) -> float:
        """Return how much room is handed out to those who have not begun."""
        return self.ahead_of(self.handed_out)

    def ahead_of(self, place: float) -> float:
        """Return how much of that comes before a place."""
        return sum(max(0.0, min(place, one.end) - self._first(one)) for one in self.stretches)

    def has_given_up(self, place: float) -> bool:
        """Tell whether it is the place of somebody who would have begun too late."""
        return any(
            one.end - ROUNDING < place < following.begin - ROUNDING
            for one, following in self._pairs()
        )

    def later(self, room: float, now: float) -> "Lane":
        """Return the lane after turns have begun for so much room, at a moment."""
        begun = self.begun
        for one in self.stretches:
            taken = min(room, max(0.0, one.end - self._first(one)))
            if taken > 0:
                begun, room = self._first(one) + taken, room - taken
        return replace(self, begun=begun)._without_what_is_over(now)

    def with_turn(self, seconds: float, until: float) -> "Lane":
        """Return the lane with one more turn, which has to begin `until` a moment."""
        end = self.handed_out + seconds
        last = self.stretches[-1] if self.stretches else None
        if last and until <= last.until and self.handed_out < last.end + ROUNDING:
            stretches = (*self.stretches[:-1], last._replace(end=end))
        else:
            stretches = (*self.stretches, Stretch(self.handed_out, end, until))
        return replace(self, handed_out=end, stretches=stretches)

    def up_to(self, place: float) -> "Lane":
        """Return the lane without the places from this one on, as far as they have not begun."""
        place = max(self.begun, place)
        stretches = tuple(one._replace(end=min(one.end, place)) for one in self.stretches)
        return replace(self, handed_out=place, stretches=stretches)

    def in_time(self, room_until: Callable[[float], float], seconds: float) -> "Lane":
        """Return the lane without the places of those who would begin too late.

        `room_until` tells how much room the lane has until a moment, `seconds` how much of it a
        campaign takes.
        """
        kept: list[Stretch] = []
        ahead = 0.0
        for one in self.stretches:
            # The last place that begins in time, and the campaign that this is in the midst of.
            last = self._first(one) + room_until(one.until) - ahead
            campaigns = math.floor((last - one.begin) / seconds + ROUNDING) + 1
            end = max(one.begin, min(one.end, one.begin + campaigns * seconds))
            ahead += max(0.0, end - self._first(one))
            kept.append(one._replace(end=end))
        return replace(self, stretches=tuple(kept))

    def _first(self, one: Stretch) -> float:
        """Return the first place of a stretch that has not begun."""
        return max(self.begun, one.begin)

    def _pairs(self) -> Iterator[tuple[Stretch, Stretch]]:
        """Return each stretch with the one that follows."""
        return pairwise((*self.stretches, Stretch(self.handed_out, self.handed_out, math.inf)))

    def _without_what_is_over(self, now: float) -> "Lane":
        """Return the lane without the stretches that have begun and show nothing any more."""

        def is_needed(pair: tuple[Stretch, Stretch]) -> bool:
            one, following = pair
            hides = following.begin > one.end + ROUNDING and one.until + LOOK_SECONDS > now
            return one.end > self.begun + ROUNDING or hides

        needed = dropwhile(lambda pair: not is_needed(pair), self._pairs())
        return replace(self, stretches=tuple(one for one, _ in needed))


EMPTY: Final = Lane()
