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

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from functools import partial
from typing import Any, Final

from channelwright.pace.lane import EMPTY, ROUNDING, Lane

# Of the room, while both lanes want it.
SHARE: Final = 0.8
# Campaigns that begin so shortly after another are made beside it, and share Discord's limit.
COMPANY_SECONDS: Final = 20.0


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


@dataclass(frozen=True)
class Schedule:
    """How far each lane was at a moment `at`, and when the latest campaign seemed to begin.

    Both are in Unix seconds.
    """

    at: float = 0.0
    priority: Lane = EMPTY
    normal: Lane = EMPTY
    latest: float = 0.0

    def begins_at(self, ticket: Ticket) -> float:
        """Return when a turn begins, in Unix seconds, if nobody else comes; `at` if it has."""
        _, lane, _ = self._lanes(priority=ticket.priority)
        return self._begins_at(lane.ahead_of(ticket.place), priority=ticket.priority)

    def next_begins_at(self, *, priority: bool) -> float:
        """Return when a turn would begin that were handed out now."""
        _, lane, _ = self._lanes(priority=priority)
        return self._begins_at(lane.waiting, priority=priority)

    def _begins_at(self, ahead: float, *, priority: bool) -> float:
        """Return when it begins what has so much room ahead of it in its lane."""
        share, _, other = self._lanes(priority=priority)
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
