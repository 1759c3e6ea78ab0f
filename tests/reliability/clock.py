"""A fake clock on which things can be due."""

from collections.abc import Callable

from tests.statemachine.interpreter import FakeClock

BEGINNING = 1_800_000_000.0


class Clock(FakeClock):
    """The clock of all runs; `reset` between them."""

    def __init__(self) -> None:
        super().__init__(BEGINNING)

    def reset(self, order: int) -> None:
        """Begin a run in which `order` draws who is first of those who are ready."""
        self.begin(BEGINNING, order)
        self.waits.clear()

    def jump(self, seconds: float) -> None:
        """Let time pass for all at once: whoever would have woken meanwhile wakes late."""
        self._now += seconds

    def later(self, seconds: float, what: Callable[[], object]) -> None:
        """Let something happen on its own, so many seconds from now."""
        self.spawn(what, seconds)
