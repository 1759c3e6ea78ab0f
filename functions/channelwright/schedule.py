"""When a campaign may begin, so that all campaigns together stay within Discord's limit. Pure.

Time at Discord is handed out as room: a campaign takes as many seconds of it as its calls take at
Discord's rate. There are two lanes. While both have campaigns waiting, the priority lane gets
`SHARE` of each second and the normal lane the rest; a lane that waits alone gets all of it. (A
fluid model of weighted fair queueing: https://en.wikipedia.org/wiki/Generalized_processor_sharing.)

A turn is a place in its lane: nobody behind comes before it. When it begins depends on the other
lane, too: it may come later than it seemed when it was handed out. Who would begin too late by
that gives up their place at once, although they are asleep and are told only when they wake; so
no room is kept for them, and whoever comes behind them sleeps no longer than needed. That is known
without asking them, because places are kept with the deadline of those who have them.
"""

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from functools import cached_property, partial
from itertools import dropwhile, pairwise
from typing import Any, Final, NamedTuple

# Of the room, while both lanes want it.
SHARE: Final = 0.8
# Campaigns that begin so shortly after another are made beside it, and share Discord's limit.
COMPANY_SECONDS: Final = 20.0
# So long after a deadline the last one looks whether the turn has come.
LOOK_SECONDS: Final = 60.0
# In the table, numbers have nine digits after the point.
ROUNDING: Final = 1e-6


@dataclass(frozen=True)
class Ticket:
    """A campaign's turn: its `place` in its lane and what it takes there, in seconds of room.

    `promised` is when it seemed to begin when it was handed out, in Unix seconds.
    """

    priority: bool
    place: float
    seconds: float
    promised: float

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> "Ticket":
        """Read a ticket from an execution's input, which a later release may have added to."""
        return cls(**{field.name: given[field.name] for field in fields(cls)})


@dataclass(frozen=True)
class Turn:
    """What a campaign is told: it begins at a moment (Unix seconds), which is in `wait` seconds.

    `in_company` tells that others are made at the same time. Without a `ticket` nothing is
    reserved.
    """

    begins_at: float
    wait: float
    in_company: bool
    ticket: Ticket | None = None

    def comes_after(self, latest: float) -> bool:
        """Tell whether others keep the campaign from beginning until then."""
        return self.wait > 0 and self.begins_at > latest


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


@dataclass(frozen=True)
class Schedule:
    """How far each lane was at a moment `at`, and when the latest campaign seemed to begin.

    Both are in Unix seconds.
    """

    at: float = 0.0
    priority: Lane = Lane()
    normal: Lane = Lane()
    latest: float = 0.0

    def begins_at(self, ticket: Ticket) -> float:
        """Return when a turn begins, in Unix seconds, if nobody else comes; `at` if it has."""
        share, lane, other = self._lanes(priority=ticket.priority)
        ahead = lane.ahead_of(ticket.place)
        return self.at + min(ahead / share, ahead + other.waiting)

    def has_given_up(self, ticket: Ticket) -> bool:
        """Tell whether others have pushed a turn beyond its deadline."""
        _, lane, _ = self._lanes(priority=ticket.priority)
        return lane.has_given_up(ticket.place)

    def later(self, now: float) -> "Schedule":
        """Return the schedule at a later moment."""
        now = max(now, self.at)
        first, others = (
            lane.later(self._room_until(now, priority=priority), now)
            for lane, priority in ((self.priority, True), (self.normal, False))
        )
        return replace(self, at=now, priority=first, normal=others)

    def without(self, ticket: Ticket) -> "Schedule":
        """Return the schedule without a turn that is not used, if it was the last one handed out.

        Others stand behind an earlier one, and sleep until the moments that they were told.
        """
        _, lane, _ = self._lanes(priority=ticket.priority)
        if abs(lane.handed_out - (ticket.place + ticket.seconds)) > ROUNDING:
            return self
        return self._with(lane.up_to(ticket.place), priority=ticket.priority)

    def with_turn(self, ticket: Ticket, until: float) -> "Schedule":
        """Return the schedule with a turn at the end of its lane, which delays the other lane.

        Who has to begin too late by that has given up: their places are nobody's any more.
        """
        _, lane, other = self._lanes(priority=ticket.priority)
        after = self._with(lane.with_turn(ticket.seconds, until), priority=ticket.priority)
        room_until = partial(after._room_until, priority=not ticket.priority)
        return after._with(other.in_time(room_until, ticket.seconds), priority=not ticket.priority)

    def is_waited_for(self) -> bool:
        """Tell whether turns are handed out that have not begun."""
        return self.priority.waiting + self.normal.waiting > ROUNDING

    def _room_until(self, moment: float, *, priority: bool) -> float:
        """Return how much room a lane that has enough waiting gets until a moment."""
        share, _, other = self._lanes(priority=priority)
        seconds = max(0.0, moment - self.at)
        return max(share * seconds, seconds - other.waiting)

    def _lanes(self, *, priority: bool) -> tuple[float, Lane, Lane]:
        """Return a lane's share, the lane, and the other one."""
        if priority:
            return SHARE, self.priority, self.normal
        return 1 - SHARE, self.normal, self.priority

    def _with(self, lane: Lane, *, priority: bool) -> "Schedule":
        return replace(self, priority=lane) if priority else replace(self, normal=lane)


def reserve(
    schedule: Schedule, now: float, seconds: float, until: float, *, priority: bool
) -> tuple[Schedule, Turn]:
    """Hand out a turn to a campaign whose calls take so many `seconds` of Discord's limit.

    It has to begin `until` a moment: if others keep it from that later, it has given up.
    """
    schedule = schedule.later(now)
    place = (schedule.priority if priority else schedule.normal).handed_out
    ticket = Ticket(priority, place, seconds, promised=0.0)
    begins_at = schedule.begins_at(ticket)
    wait = max(0.0, begins_at - now)
    in_company = schedule.is_waited_for() or now - schedule.latest < COMPANY_SECONDS
    after = replace(schedule, latest=max(schedule.latest, begins_at)).with_turn(ticket, until)
    return after, Turn(begins_at, wait, in_company, replace(ticket, promised=begins_at))
