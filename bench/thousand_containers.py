"""Lambda's containers on the virtual clock: they keep a function's state between invocations."""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Literal

from greenlet import getcurrent, greenlet  # type: ignore[import-untyped]

from bench.thousand_clock import VirtualClock
from channelwright.aws.parameter import Kept
from channelwright.pace.outage import Outage

# A container lives for some minutes after its last use.
KEPT_SECONDS = 300.0


@dataclass
class Container:
    """One of a function's containers.

    Each container reads the token, and discovers an outage of the limiter's table, by itself.
    """

    outage: Outage = field(default_factory=Outage)
    token: Kept[str] = field(default_factory=Kept)
    used_at: float = 0.0


class Containers:
    """The containers of all functions, busy and idle."""

    def __init__(self, clock: VirtualClock) -> None:
        self._clock = clock
        self._idle: dict[str, list[Container]] = defaultdict(list)
        self._at_work: dict[greenlet, Container] = {}

    @contextmanager
    def use(self, name: str) -> Iterator[bool]:
        """Run in a container of the function; yield whether the container is warm."""
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
        """Return the container of the current greenlet."""
        return self._at_work[getcurrent()]


class Own:
    """Replaces a module's object with each container's own; `what` names the object."""

    def __init__(self, containers: Containers, what: Literal["outage", "token"]) -> None:
        self.__dict__.update(_containers=containers, _what=what)

    def _mine(self) -> Any:
        return getattr(self._containers.here(), self._what)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._mine(), name)

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(self._mine(), name, value)
