"""Lambda's containers on the virtual clock: what a function remembers between its invocations."""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from greenlet import getcurrent, greenlet  # type: ignore[import-untyped]

from bench.thousand_clock import VirtualClock
from channelwright.limiter import Outage

# A container is kept for some minutes after its last use.
KEPT_SECONDS = 300.0


@dataclass
class Container:
    """One of a function's containers; its limiter finds out for itself that the table is down."""

    outage: Outage = field(default_factory=Outage)
    used_at: float = 0.0


class Containers:
    """The containers of all functions, those that work and those that wait for work."""

    def __init__(self, clock: VirtualClock) -> None:
        self._clock = clock
        self._idle: dict[str, list[Container]] = defaultdict(list)
        self._at_work: dict[greenlet, Container] = {}

    @contextmanager
    def use(self, name: str) -> Iterator[bool]:
        """Work in a container of the function; yields whether it was there before."""
        idle = self._idle[name]
        last = idle.pop() if idle else None
        is_warm = last is not None and last.used_at > self._clock.now() - KEPT_SECONDS
        mine = last if last and is_warm else Container()
        self._at_work[getcurrent()] = mine
        try:
            yield is_warm
        finally:
            del self._at_work[getcurrent()]
            mine.used_at = self._clock.now()
            idle.append(mine)

    def here(self) -> Container:
        """Return the container in which this is asked."""
        return self._at_work[getcurrent()]


class OwnOutage:
    """Stands for the limiter's `_outage`: every container has its own."""

    def __init__(self, containers: Containers) -> None:
        self._containers = containers

    def __getattr__(self, name: str) -> Any:
        return getattr(self._containers.here().outage, name)
