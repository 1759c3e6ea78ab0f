"""Plays what people ask of a campaign that stands: step by step, and to the end of what is left."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from channelwright.aws.executions import DELETION
from tests.reliability.deliveries import Deliveries
from tests.reliability.joiners import Joiners
from tests.reliability.schedule import Schedule
from tests.reliability.wire import Wire
from tests.statemachine.interpreter import Run

if TYPE_CHECKING:
    from tests.reliability.table import Table

Request = dict[str, Any]
# Between two steps, so that Discord's lists show the first one.
READING_SECONDS = 10


def removal_of(request: Request) -> str:
    """Return the name of the removal that a press starts."""
    return f"{request['campaign_id']}{DELETION}{request['interaction_id']}"


class Deleting:
    """The steps of a schedule; `asked` has all requests, `runs` the executions of each."""

    def __init__(
        self,
        people: Callable[[Callable[[Request], None]], Joiners],
        wire: Wire,
        deliveries: Deliveries,
        asked: list[Request],
        see_through: Callable[..., None],
    ):
        self.people = people(self._ask)
        self.runs: dict[str, list[Run]] = {}
        self._wire = wire
        self._clock = wire.lambdas.clock
        self._deliveries = deliveries
        self._asked = asked
        self._see_through = see_through
        self._starts = 1

    def play(self, schedule: Schedule) -> None:
        """Play the steps of a schedule."""
        self._starts = schedule.starts
        for number, step in enumerate(schedule.steps):
            self._play(step, number)
        self.people.end()

    def finish(self, schedule: Schedule, table: Table) -> None:
        """Let people finish what is left, when nothing goes wrong any more; then forget it."""
        faults, now = self.people._discord.faults, self._clock.now()
        before = faults._faults, self._wire.lambdas._deaths
        faults._faults, self._wire.lambdas._deaths = [], []
        self._wire.calm()
        table.mend()
        self.people.forgive()
        asked, self._starts = len(self.people.asked), 1
        self._clock.sleep(schedule.described_late_s + READING_SECONDS)
        self.people.finishing = self.people.last_asked(schedule.steps)
        for step in self.people.finishing:
            self._play(step, 0)
        for one in self.people.asked[asked:]:
            self._asked.remove(one.request)
            del self.runs[one.id]
        del self.people.asked[asked:]
        faults._faults, self._wire.lambdas._deaths = before
        self._clock.begin(now)

    def _play(self, step: str, number: int) -> None:
        self.people.is_quiet = True
        self.people.act(step, number, len(self._wire.calls))
        self.people.is_quiet = False
        self.people.watch()
        self._clock.run_down()
        for request in self._asked[len(self.runs) :]:
            runs = self.runs.setdefault(request["interaction_id"], [])
            self._see_through(request, runs, self._deliveries, self._wire)
        self._clock.run_down()
        self.people.read()
        self._clock.sleep(READING_SECONDS)

    def _ask(self, request: Request) -> None:
        self._asked.append(request)
        for _ in range(self._starts):
            self._clock.spawn(functools.partial(self._deliveries.request, request))
