"""When a campaign may begin, so that all campaigns together stay within Discord's limit. Pure.

Time at Discord is handed out as room: a campaign takes as many seconds of it as its calls take at
Discord's rate. There are two lanes. While both have campaigns waiting, the priority lane gets
`SHARE` of each second and the normal lane the rest; a lane that waits alone gets all of it. (A
fluid model of weighted fair queueing: https://en.wikipedia.org/wiki/Generalized_processor_sharing.)

A turn is a place in its lane, so it is never lost and nobody behind comes before it. When it
begins depends on the other lane, too: it may come later than it seemed when it was handed out.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Final

# Of the room, while both lanes want it.
SHARE: Final = 0.8
# Campaigns that begin so shortly after another are made beside it, and share Discord's limit.
COMPANY_SECONDS: Final = 20.0
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


@dataclass(frozen=True)
class Schedule:
    """How far each lane was at a moment `at` (Unix seconds), in seconds of room.

    `handed_out` is where the next turn begins, `begun` up to where turns have begun. `latest` is
    when the latest campaign seemed to begin.
    """

    at: float = 0.0
    priority_begun: float = 0.0
    priority_handed_out: float = 0.0
    normal_begun: float = 0.0
    normal_handed_out: float = 0.0
    latest: float = 0.0

    def begins_at(self, ticket: Ticket) -> float:
        """Return when a turn begins, in Unix seconds, if nobody else comes; `at` if it has."""
        share, begun, _, others_wait = self._lane(priority=ticket.priority)
        ahead = max(0.0, ticket.place - begun)
        return self.at + min(ahead / share, ahead + others_wait)

    def later(self, now: float) -> "Schedule":
        """Return the schedule at a later moment."""
        seconds = max(0.0, now - self.at)
        return replace(
            self,
            at=max(now, self.at),
            priority_begun=self._begun_after(seconds, priority=True),
            normal_begun=self._begun_after(seconds, priority=False),
        )

    def without(self, ticket: Ticket) -> "Schedule":
        """Return the schedule without a turn that is not used, if it was the last one handed out.

        Others stand behind an earlier one: its room is lost, for without a list of such places
        nobody could tell who may move up.
        """
        _, begun, wait, _ = self._lane(priority=ticket.priority)
        if abs(begun + wait - (ticket.place + ticket.seconds)) > ROUNDING:
            return self
        return replace(self, **{_handed_out(priority=ticket.priority): max(begun, ticket.place)})

    def is_waited_for(self) -> bool:
        """Tell whether turns are handed out that have not begun."""
        _, _, first, others = self._lane(priority=True)
        return first + others > ROUNDING

    def _begun_after(self, seconds: float, *, priority: bool) -> float:
        share, begun, wait, others_wait = self._lane(priority=priority)
        return begun + min(wait, max(share * seconds, seconds - others_wait))

    def _lane(self, *, priority: bool) -> tuple[float, float, float, float]:
        """Return a lane's share, how far it has begun, and what waits in it and in the other."""
        first = self.priority_handed_out - self.priority_begun
        others = self.normal_handed_out - self.normal_begun
        if priority:
            return SHARE, self.priority_begun, first, others
        return 1 - SHARE, self.normal_begun, others, first


def reserve(
    schedule: Schedule, now: float, seconds: float, *, priority: bool
) -> tuple[Schedule, Turn]:
    """Hand out a turn to a campaign whose calls take so many `seconds` of Discord's limit."""
    schedule = schedule.later(now)
    lane = _handed_out(priority=priority)
    place: float = getattr(schedule, lane)
    ticket = Ticket(priority, place, seconds, promised=0.0)
    begins_at = schedule.begins_at(ticket)
    wait = max(0.0, begins_at - now)
    in_company = schedule.is_waited_for() or now - schedule.latest < COMPANY_SECONDS
    latest = max(schedule.latest, begins_at)
    after = replace(schedule, **{lane: place + seconds}, latest=latest)
    return after, Turn(begins_at, wait, in_company, replace(ticket, promised=begins_at))


def _handed_out(*, priority: bool) -> str:
    return "priority_handed_out" if priority else "normal_handed_out"
