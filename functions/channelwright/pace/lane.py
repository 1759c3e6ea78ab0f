"""A lane of the schedule: its turns, and the deadlines by which they must begin. Pure.

A lane is an axis, measured in seconds of room (schedule.py), and a turn is a place on it. Up to
`begun`, turns have begun; from there to `handed_out`, they wait; from there on, places are free.

The lane knows all deadlines. When others delay a turn beyond its deadline, its place is given up at
once, although its campaign is asleep and notices only when it wakes. Given-up places are gaps
between the lane's stretches, and take no room.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import dropwhile, pairwise
from typing import Final, NamedTuple

# Every campaign has checked its turn by this long after its deadline.
LOOK_SECONDS: Final = 60.0
# The table keeps nine decimals.
ROUNDING: Final = 1e-6


class Stretch(NamedTuple):
    """Consecutive turns from `begin` to `end` with one deadline, `until` (Unix seconds).

    The places between its end and the next stretch were given up.
    """

    begin: float
    end: float
    until: float


@dataclass(frozen=True)
class Lane:
    """The state of a lane; all places are in seconds of room.

    `stretches` holds the waiting turns in order, and those that have begun while their gap matters.
    A deadline has one stretch, or two if its last places were given up before more turns came.
    """

    begun: float = 0.0
    handed_out: float = 0.0
    stretches: tuple[Stretch, ...] = ()

    @cached_property
    def waiting(self) -> float:
        """Return the seconds of room that the waiting turns take."""
        return self.ahead_of(self.handed_out)

    def ahead_of(self, place: float) -> float:
        """Return the seconds of room that the waiting turns before `place` take."""
        return sum(max(0.0, min(place, one.end) - self._first(one)) for one in self.stretches)

    def has_given_up(self, place: float) -> bool:
        """Tell whether `place` is in a gap: its turn would have begun after its deadline."""
        return any(
            one.end - ROUNDING < place < following.begin - ROUNDING
            for one, following in self._pairs()
        )

    def later(self, room: float, now: float) -> "Lane":
        """Return the lane at `now` (Unix seconds), after turns that take `room` have begun."""
        begun = self.begun
        for one in self.stretches:
            taken = min(room, max(0.0, one.end - self._first(one)))
            if taken > 0:
                begun, room = self._first(one) + taken, room - taken
        return replace(self, begun=begun)._without_what_is_over(now)

    def with_turn(self, seconds: float, until: float) -> "Lane":
        """Return the lane with one more turn of `seconds`, with the deadline `until`."""
        end = self.handed_out + seconds
        last = self.stretches[-1] if self.stretches else None
        if last and until <= last.until and self.handed_out < last.end + ROUNDING:
            stretches = (*self.stretches[:-1], last._replace(end=end))
        else:
            stretches = (*self.stretches, Stretch(self.handed_out, end, until))
        return replace(self, handed_out=end, stretches=stretches)

    def up_to(self, place: float) -> "Lane":
        """Return the lane without the waiting turns from `place` on."""
        place = max(self.begun, place)
        stretches = tuple(one._replace(end=min(one.end, place)) for one in self.stretches)
        return replace(self, handed_out=place, stretches=stretches)

    def in_time(self, room_until: Callable[[float], float], seconds: float) -> "Lane":
        """Return the lane without the turns that would begin after their deadlines.

        `room_until` returns the room that the lane gets until a moment; each turn takes `seconds`.
        """
        kept: list[Stretch] = []
        ahead = 0.0
        for one in self.stretches:
            # `last` is the place that begins at the deadline: turns up to it begin in time.
            last = self._first(one) + room_until(one.until) - ahead
            campaigns = math.floor((last - one.begin) / seconds + ROUNDING) + 1
            end = max(one.begin, min(one.end, one.begin + campaigns * seconds))
            ahead += max(0.0, end - self._first(one))
            kept.append(one._replace(end=end))
        return replace(self, stretches=tuple(kept))

    def _first(self, one: Stretch) -> float:
        """Return the first place of a stretch that is still waiting."""
        return max(self.begun, one.begin)

    def _pairs(self) -> Iterator[tuple[Stretch, Stretch]]:
        """Return each stretch with the next; the last one with the end of the lane."""
        return pairwise((*self.stretches, Stretch(self.handed_out, self.handed_out, math.inf)))

    def _without_what_is_over(self, now: float) -> "Lane":
        """Drop leading stretches that have begun, unless a campaign may still check its gap."""

        def is_needed(pair: tuple[Stretch, Stretch]) -> bool:
            one, following = pair
            hides = following.begin > one.end + ROUNDING and one.until + LOOK_SECONDS > now
            return one.end > self.begun + ROUNDING or hides

        needed = dropwhile(lambda pair: not is_needed(pair), self._pairs())
        return replace(self, stretches=tuple(one for one, _ in needed))


EMPTY: Final = Lane()
