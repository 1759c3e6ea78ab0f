"""When a campaign may begin, so that all campaigns together stay within Discord's limit. Pure.

A generic cell rate algorithm: the schedule holds the moment from which there is room, and every
campaign moves it on by the time that its calls take at Discord's rate. So nobody waits in a row,
asks again or can be overtaken: each is told at once when its turn is.

There are two lanes. While both have campaigns waiting, the priority lane gets `SHARE` of the room,
and the normal lane the rest. The normal lane counts in a time of its own, which stands still for
what the priority lane is given; so a turn in it is a moment of that time, a `ticket`, and may come
later than it seemed when it was handed out, but is never lost.
"""

from dataclasses import dataclass, replace
from typing import Final

# Of the room while both lanes want it.
SHARE: Final = 0.8
# Campaigns that begin so shortly after another are made beside it, and share Discord's limit.
COMPANY_SECONDS: Final = 20.0


@dataclass(frozen=True)
class Schedule:
    """What is handed out: `normal` in the normal lane's time, the others in Unix seconds.

    `given` are the seconds of room that the priority lane was given since the beginning,
    `latest` is the latest beginning of a campaign.
    """

    normal: float = 0.0
    priority: float = 0.0
    given: float = 0.0
    latest: float = 0.0

    def begins_at(self, ticket: float) -> float:
        """Return when a ticket of the normal lane is due, as far as is known now."""
        alone = ticket + self.given
        if alone >= self.priority:
            return alone
        return (alone - SHARE * self.priority) / (1 - SHARE)

    def normal_time(self, now: float) -> float:
        """Return what the normal lane's clock shows."""
        return now - self.given + SHARE * max(0.0, self.priority - now)


@dataclass(frozen=True)
class Turn:
    """A campaign's turn: when it begins, in Unix seconds, which is in `wait` seconds.

    `in_company` tells that others are made at the same time; only the normal lane has a `ticket`.
    """

    begins_at: float
    wait: float
    in_company: bool
    ticket: float | None = None

    def comes_after(self, latest: float) -> bool:
        """Tell whether others keep the campaign from beginning until then."""
        return self.wait > 0 and self.begins_at > latest


def reserve(
    schedule: Schedule, now: float, seconds: float, *, priority: bool
) -> tuple[Schedule, Turn]:
    """Hand out a turn to a campaign whose calls take so many `seconds` of Discord's limit."""
    ticket = None
    if priority:
        begins_at = max(schedule.priority, now)
        after = replace(
            schedule, priority=begins_at + seconds / SHARE, given=schedule.given + seconds
        )
    else:
        ticket = max(schedule.normal, schedule.normal_time(now))
        begins_at = max(schedule.begins_at(ticket), now)
        after = replace(schedule, normal=ticket + seconds)
    in_company = begins_at > now or now - schedule.latest < COMPANY_SECONDS
    after = replace(after, latest=max(schedule.latest, begins_at))
    return after, Turn(begins_at, begins_at - now, in_company, ticket)
