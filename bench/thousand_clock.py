"""One clock for thousands of campaigns: a discrete-event simulation.

Every campaign, Lambda and call is a greenlet. `sleep` puts it on a heap ordered by wake-up time,
and time jumps to the first wake-up.
"""

import functools
import heapq
import itertools
from collections.abc import Callable, Sequence
from typing import Any

from greenlet import getcurrent, greenlet  # type: ignore[import-untyped]

BEGINNING = 1_800_000_000.0


class VirtualClock:
    """Time that passes only while all greenlets sleep; it can replace the module `time`."""

    def __init__(self, start: float = BEGINNING) -> None:
        self._now = start
        self._numbers = itertools.count()
        self._waiting: list[tuple[float, int, greenlet, tuple[Any, ...]]] = []
        self._hub: greenlet | None = None

    def now(self) -> float:
        """Return the time in Unix seconds."""
        return self._now

    time = monotonic = perf_counter = now

    def sleep(self, seconds: float) -> None:
        """Let the calling greenlet sleep for `seconds`."""
        if self._hub is None:  # no other greenlet exists
            self._now += max(0.0, seconds)
            return
        self._wake(max(0.0, seconds), getcurrent())
        self._others()

    def spawn(self, what: Callable[..., object], *args: Any, after: float = 0.0) -> None:
        """Run `what` in its own greenlet, `after` seconds from now."""
        self._wake(after, greenlet(what), *args)

    def gather(self, tasks: Sequence[Callable[[], Any]], at_once: int = 0) -> list[Any]:
        """Run `tasks`, at most `at_once` together (0: all), and return their results in order."""
        results: list[Any] = [None] * len(tasks)
        left = iter(enumerate(tasks))
        open_ = [len(tasks)]
        parent = getcurrent()

        def work() -> None:
            for number, task in left:
                results[number] = task()
                open_[0] -= 1
            if open_[0] == 0:
                open_[0] = -1
                self._wake(0.0, parent)

        if tasks:
            for _ in range(min(at_once or len(tasks), len(tasks))):
                self.spawn(work)
            self._others()
        return results

    def pool(self, _threads: int) -> "Pool":
        """Return a substitute for a ThreadPoolExecutor."""
        return Pool(self)

    def run(self) -> None:
        """Run all greenlets until none is left."""
        self._hub = getcurrent()
        try:
            while self._waiting:
                self._now, _, sleeper, args = heapq.heappop(self._waiting)
                sleeper.parent = self._hub
                sleeper.switch(*args)
        finally:
            self._hub = None

    def _others(self) -> None:
        """Run the other greenlets until one of them wakes this one."""
        if self._hub is None:
            raise RuntimeError("the clock is not running")
        self._hub.switch()

    def _wake(self, after: float, sleeper: greenlet, *args: Any) -> None:
        heapq.heappush(self._waiting, (self._now + after, next(self._numbers), sleeper, args))


class Pool:
    """Runs work concurrently, like a thread pool."""

    def __init__(self, clock: VirtualClock) -> None:
        self._clock = clock

    def __enter__(self) -> "Pool":
        return self

    def __exit__(self, *_: object) -> None:
        """Do nothing: `map` has already waited."""

    def map(self, work: Callable[..., Any], *items: Sequence[Any]) -> list[Any]:
        """Run `work`, which must not raise, with each of the items."""
        return self._clock.gather(
            [functools.partial(work, *each) for each in zip(*items, strict=True)]
        )
