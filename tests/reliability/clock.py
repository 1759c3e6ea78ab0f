"""A fake clock on which actions can be scheduled."""

from collections.abc import Callable

from tests.statemachine.interpreter import FakeClock

BEGINNING = 1_800_000_000.0


class Clock(FakeClock):
    """The clock of all runs, with a `reset` between them."""

    def __init__(self) -> None:
        super().__init__(BEGINNING)

    def reset(self, order: int) -> None:
        """Begin a run; `order` draws the order of tasks that are ready at the same moment."""
        self.begin(BEGINNING, order)
        self.waits.clear()

    def jump(self, seconds: float) -> None:
        """Advance the time for all tasks: a task that would have woken meanwhile wakes late."""
        self._now += seconds

    def later(self, seconds: float, what: Callable[[], object]) -> None:
        """Schedule `what` in a task of its own, so many seconds from now."""
        self.spawn(what, seconds)
