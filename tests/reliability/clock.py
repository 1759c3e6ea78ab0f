"""A fake clock on which things can be due."""

from collections.abc import Callable

from tests.statemachine.interpreter import FakeClock

BEGINNING = 1_800_000_000.0


class Clock(FakeClock):
    """The clock of all runs; `reset` between them."""

    def __init__(self) -> None:
        super().__init__(BEGINNING)
        self._due: list[tuple[float, Callable[[], None]]] = []

    def reset(self) -> None:
        self._now = BEGINNING
        self._due.clear()
        self.waits.clear()

    def later(self, seconds: float, what: Callable[[], None]) -> None:
        with self._lock:
            self._due.append((self._now + seconds, what))

    def sleep(self, seconds: float) -> None:
        until = self._now + max(0.0, seconds)
        while what := self._next_until(until):
            what()
        with self._lock:
            self._now = max(self._now, until)

    def _next_until(self, until: float) -> Callable[[], None] | None:
        with self._lock:
            due = sorted((one for one in self._due if one[0] <= until), key=lambda one: one[0])
            if not due:
                return None
            self._due.remove(due[0])
            self._now = max(self._now, due[0][0])
            return due[0][1]

    def run_down(self) -> None:
        """Let everything happen that is still due."""
        while self._due:
            self.sleep(max(at for at, _ in self._due) - self._now)
