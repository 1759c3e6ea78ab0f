"""How long a call waits that Discord limits again, though it waited as long as it was told.

Each 429 counts as an invalid answer, and 10,000 of those in ten minutes ban the address. So whoever
is told to wait for nearly nothing, again and again, waits longer each time.

Source: Discord docs, Topics > Rate Limits > Invalid Request Limit.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Final

GROWTH: Final = 4
MOST_SECONDS: Final = 480.0
# A wait of so many seconds is long enough as it is: few fit into ten minutes.
LONG_SECONDS: Final = 30.0

_times: ContextVar[int] = ContextVar("_times", default=0)


@contextmanager
def after(rate_limit: Mapping[str, Any] | None, state: str) -> Iterator[None]:
    """Begin an attempt of a `state` after its last wait for Discord, if there was one."""
    limited = rate_limit or {}
    # An execution that an earlier release began has no `times`.
    waited = int(limited.get("times", 1)) if limited.get("state") == state else 0
    token = _times.set(waited)
    try:
        yield
    finally:
        _times.reset(token)


def times() -> int:
    """Return how often in a row the state at work has been limited before this attempt."""
    return _times.get()


def least_seconds(limited_before: int) -> float:
    """Return how long to wait at least after as many limits in a row; after none, as told."""
    return min(MOST_SECONDS, float(GROWTH**limited_before)) if limited_before > 0 else 0.0
