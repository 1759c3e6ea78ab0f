"""Tasks on one fake clock: one runs at a time, until it waits for a moment or another task.

A discrete-event simulation. Each task is a greenlet, and all run in one thread, so only the clock
and the given order decide which task is next. Time jumps to the next moment at which a task wakes.
"""

import heapq
import itertools
import random
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from greenlet import GreenletExit, getcurrent, greenlet  # type: ignore[import-untyped]


class StuckError(Exception):
    """Every task waits for another one."""


class Waiter:
    """A waiting task. Only the first to wake it finds the task; later ones find nothing."""

    __slots__ = ("task",)

    def __init__(self, task: greenlet):
        self.task: greenlet | None = task


class Tasks:
    """The tasks of a run, and their time.

    Of tasks that are ready at the same moment, the first to come runs first. An `order` other than
    0 draws the order instead, in the same way each time.
    """

    def __init__(self, now: float):
        self._now = now
        self._hub = greenlet(self._let_all_go_on)
        self._waiting: list[tuple[float, float, int, Waiter]] = []
        self._alive: set[greenlet] = set()
        self._numbers = itertools.count()
        self._draw: Callable[[], float] | None = None

    def now(self) -> float:
        return self._now

    time = now
    monotonic = now

    def begin(self, now: float, order: int = 0) -> None:
        """Discard all tasks, and begin again at a moment."""
        while self._alive:
            self._alive.pop().throw(GreenletExit)
        self._waiting.clear()
        self._now = now
        self._draw = random.Random(order).random if order else None

    def spawn(self, what: Callable[[], Any], after: float = 0.0) -> None:
        """Start a task `after` seconds from now."""
        if self._hub.dead:
            self._hub = greenlet(self._let_all_go_on)
        task = greenlet(partial(self._run, what), self._hub)
        self._alive.add(task)
        self.wake(Waiter(task), self._now + after)

    def sleep(self, seconds: float) -> None:
        """Let other tasks run until so many seconds have passed."""
        self.wake(Waiter(getcurrent()), self._now + max(0.0, seconds))
        self.let_others_go_on()

    def run_down(self) -> None:
        """Let everything happen that is still due."""
        while due := [at for at, _, _, waiter in self._waiting if waiter.task is not None]:
            self.sleep(max(due) - self._now)

    def wait_for_any(self, events: Iterable["Event"], timeout: float) -> None:
        """Let other tasks run until one of the events is set, or so many seconds have passed."""
        waiter = Waiter(getcurrent())
        for event in events:
            if event.is_set():
                return
            event.tell(waiter)
        self.wake(waiter, self._now + timeout)
        self.let_others_go_on()

    def event(self) -> "Event":
        return Event(self)

    def thread(self, target: Callable[..., Any], args: Iterable[Any] = (), **_: Any) -> "Thread":
        """Return a substitute for a thread."""
        return Thread(self, partial(target, *args))

    def pool(self, _threads: int) -> "Pool":
        """Return a substitute for a pool of threads."""
        return Pool(self)

    def wake(self, waiter: Waiter, at: float | None = None) -> None:
        tie = self._draw() if self._draw else 0.0
        moment = self._now if at is None else at
        heapq.heappush(self._waiting, (moment, tie, next(self._numbers), waiter))

    def let_others_go_on(self) -> None:
        """Let other tasks run until this one is woken."""
        following = self._next()
        if following is None:
            following = self._hub
            if following.dead:
                raise StuckError
        if following is not getcurrent():
            following.switch()

    def _run(self, what: Callable[[], Any]) -> None:
        try:
            what()
        finally:
            self._alive.discard(getcurrent())

    def _let_all_go_on(self, _ended: object = None) -> None:
        """Run the next task when one has ended; its parent, the main one, raises its error."""
        # `is not None`, because a greenlet that has not begun is false.
        while (following := self._next()) is not None:
            following.switch()
        raise StuckError

    def _next(self) -> greenlet | None:
        while self._waiting:
            at, _, _, waiter = heapq.heappop(self._waiting)
            if waiter.task is not None:
                task, waiter.task = waiter.task, None
                self._now = max(self._now, at)
                return task
        return None


class Event:
    """Stands for a threading.Event."""

    __slots__ = ("_is_set", "_tasks", "_waiters")

    def __init__(self, tasks: Tasks):
        self._tasks = tasks
        self._is_set = False
        self._waiters: list[Waiter] = []

    def is_set(self) -> bool:
        return self._is_set

    def set(self) -> None:
        self._is_set = True
        for waiter in self._waiters:
            if waiter.task is not None:
                self._tasks.wake(waiter)
        self._waiters.clear()

    def clear(self) -> None:
        self._is_set = False

    def tell(self, waiter: Waiter) -> None:
        """Wake a waiting task when this is set."""
        self._waiters.append(waiter)

    def wait(self, timeout: float | None = None) -> bool:
        if self._is_set:
            return True
        waiter = Waiter(getcurrent())
        self.tell(waiter)
        if timeout is not None:
            self._tasks.wake(waiter, self._tasks.now() + timeout)
        self._tasks.let_others_go_on()
        return self._is_set


class Thread:
    """Stands for a threading.Thread."""

    native_id = 0

    def __init__(self, tasks: Tasks, run: Callable[[], Any]):
        self._tasks = tasks
        self._run = run
        self._ended = tasks.event()

    def start(self) -> None:
        self._tasks.spawn(self._begin)

    def join(self, timeout: float | None = None) -> None:
        self._ended.wait(timeout)

    def is_alive(self) -> bool:
        return not self._ended.is_set()

    def _begin(self) -> None:
        try:
            self._run()
        finally:
            self._ended.set()


class Pool:
    """Stands for a ThreadPoolExecutor that has a thread for each item."""

    def __init__(self, tasks: Tasks):
        self._tasks = tasks

    def __enter__(self) -> "Pool":
        return self

    def __exit__(self, *_: object) -> None:
        """Do not wait: `map` has waited."""

    def map(self, work: Callable[..., Any], *items: Iterable[Any]) -> list[Any]:
        """Call `work`, which must not raise, with all of the items at the same time."""
        results: list[Any] = []
        threads = []
        for number, each in enumerate(zip(*items, strict=True)):
            results.append(None)
            threads.append(self._tasks.thread(_keep, (results, number, work, each)))
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return results


def _keep(results: list[Any], number: int, work: Callable[..., Any], given: Any) -> None:
    results[number] = work(*given)
