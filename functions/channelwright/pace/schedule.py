"""When each campaign may begin, so that all together stay within Discord's limit. Pure.

The schedule hands out room: a second of room is a second of Discord's full rate, and a campaign
takes as much as its calls need. There are two lanes. While both have campaigns waiting, the
priority lane gets `SHARE` of each second and the normal lane the rest; a lane that waits alone gets
all of it. (A fluid model of weighted fair queueing:
https://en.wikipedia.org/wiki/Generalized_processor_sharing.)

A turn is a place in its lane (lane.py), which no later turn overtakes. Turns of the other lane may
delay it after it was handed out. If a turn would then begin after its deadline, its place is given
up at once, so that the campaigns behind it sleep no longer than needed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from functools import partial
from typing import Any, Final

from channelwright.pace.lane import EMPTY, ROUNDING, Lane

# The priority lane's share of the room while both lanes have campaigns waiting.
SHARE: Final = 0.8
# A campaign that begins this soon after another runs beside it and shares Discord's limit.
COMPANY_SECONDS: Final = 20.0


@dataclass(frozen=True)
class Ticket:
    """A reserved turn: its `place` in its lane and the `seconds` of room that it takes.

    `promised` is when it was expected to begin when it was handed out, in Unix seconds.
    """

    priority: bool
    place: float
    seconds: float
    promised: float

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> "Ticket":
        """Read a ticket from an execution's input; ignore fields that a later release added."""
        return cls(**{field.name: given[field.name] for field in fields(cls)})


@dataclass(frozen=True)
class Turn:
    """When a campaign begins (`begins_at` in Unix seconds), `wait` seconds from now.

    `in_company`: other campaigns run at the same time. Without a `ticket` nothing is reserved.
    """

    begins_at: float
    wait: float
    in_company: bool
    ticket: Ticket | None = None

    def comes_after(self, latest: float) -> bool:
        """Tell whether other campaigns delay this one beyond `latest` (Unix seconds)."""
        return self.wait > 0 and self.begins_at > latest


@dataclass(frozen=True)
class Schedule:
    """Both lanes at the moment `at`, and the `latest` begin promised so far; in Unix seconds."""

    at: float = 0.0
    priority: Lane = EMPTY
    normal: Lane = EMPTY
    latest: float = 0.0

    def begins_at(self, ticket: Ticket) -> float:
        """Return when a turn begins (Unix seconds) if no turn is added; `at` if it has begun."""
        share, lane, other = self._lanes(priority=ticket.priority)
        ahead = lane.ahead_of(ticket.place)
        return self.at + min(ahead / share, ahead + other.waiting)

    def next_begins_at(self, *, priority: bool) -> float:
        """Return when a turn handed out now would begin (Unix seconds)."""
        _, lane, _ = self._lanes(priority=priority)
        return self.begins_at(Ticket(priority, lane.handed_out, seconds=0.0, promised=0.0))

    def has_given_up(self, ticket: Ticket) -> bool:
        """Tell whether other turns have delayed this one beyond its deadline."""
        _, lane, _ = self._lanes(priority=ticket.priority)
        return lane.has_given_up(ticket.place)

    def later(self, now: float) -> "Schedule":
        """Return the schedule at a later moment (Unix seconds)."""
        now = max(now, self.at)
        first, others = (
            lane.later(self._room_until(now, priority=priority), now)
            for lane, priority in ((self.priority, True), (self.normal, False))
        )
        return replace(self, at=now, priority=first, normal=others)

    def without(self, ticket: Ticket) -> "Schedule":
        """Return the schedule without an unused turn, if it is the last of its lane.

        An earlier turn stays: the campaigns behind it already sleep until their own turns.
        """
        _, lane, _ = self._lanes(priority=ticket.priority)
        if abs(lane.handed_out - (ticket.place + ticket.seconds)) > ROUNDING:
            return self
        return self._with(lane.up_to(ticket.place), priority=ticket.priority)

    def with_turn(self, ticket: Ticket, until: float) -> "Schedule":
        """Return the schedule with a turn, with the deadline `until`, at the end of its lane.

        It delays the other lane, where turns that would now begin too late give up their places.
        """
        _, lane, other = self._lanes(priority=ticket.priority)
        after = self._with(lane.with_turn(ticket.seconds, until), priority=ticket.priority)
        room_until = partial(after._room_until, priority=not ticket.priority)
        return after._with(other.in_time(room_until, ticket.seconds), priority=not ticket.priority)

    def _room_until(self, moment: float, *, priority: bool) -> float:
        """Return the seconds of room that a lane gets until `moment` if enough turns wait in it."""
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
    """Hand out a turn at `now` to a campaign that takes `seconds` of room.

    `until` is the turn's deadline: if others delay it beyond that later, its place is given up.
    Returns the schedule with the turn, and the turn. Moments are in Unix seconds.
    """
    schedule = schedule.later(now)
    place = (schedule.priority if priority else schedule.normal).handed_out
    ticket = Ticket(priority, place, seconds, promised=0.0)
    begins_at = schedule.begins_at(ticket)
    wait = max(0.0, begins_at - now)
    waiting = schedule.priority.waiting + schedule.normal.waiting
    in_company = waiting > ROUNDING or now - schedule.latest < COMPANY_SECONDS
    after = replace(schedule, latest=max(schedule.latest, begins_at)).with_turn(ticket, until)
    return after, Turn(begins_at, wait, in_company, replace(ticket, promised=begins_at))
