"""The time the simulator lives by."""

import threading
import time
from typing import Protocol


class Clock(Protocol):
    """Tells and passes the time."""

    def now(self) -> float:
        """Return the time in unix seconds."""
        ...

    def sleep(self, seconds: float) -> None:
        """Let ``seconds`` pass."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> float:
        """Return the time in unix seconds."""
        return time.time()

    def sleep(self, seconds: float) -> None:
        """Let ``seconds`` pass."""
        time.sleep(seconds)


class ManualClock:
    """A clock that stands still until somebody sleeps on it; ``start`` is in unix seconds."""

    def __init__(self, start: float = 1_800_000_000.0) -> None:
        self._now = start
        self._lock = threading.Lock()

    def now(self) -> float:
        """Return the time in unix seconds."""
        with self._lock:
            return self._now

    def sleep(self, seconds: float) -> None:
        """Move the time on by ``seconds``, at once."""
        with self._lock:
            self._now += seconds
