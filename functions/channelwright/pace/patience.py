"""How long a call waits if Discord limits it again right after the wait that Discord asked for.

Each 429 counts as an invalid answer, and 10,000 of those in ten minutes ban the address. So a call
that is limited again and again waits longer each time, even if Discord asks for almost no wait.

Source: Discord docs, Topics > Rate Limits > Invalid Request Limit.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Final

GROWTH: Final = 4
MOST_SECONDS: Final = 480.0
# So many reach MOST_SECONDS; many more would be too large for a float.
MOST_GROWTHS: Final = 5
# Waits of this length are not extended: few of them fit into ten minutes.
LONG_SECONDS: Final = 30.0

_times: ContextVar[int] = ContextVar("_times", default=0)


@contextmanager
def after(rate_limit: Mapping[str, Any] | None, state: str) -> Iterator[None]:
    """Run an attempt of a `state` after its last wait for Discord (`rate_limit`), if any."""
    limited = rate_limit or {}
    # An execution started by an earlier release has no `times`.
    waited = int(limited.get("times", 1)) if limited.get("state") == state else 0
    token = _times.set(waited)
    try:
        yield
    finally:
        _times.reset(token)


def times() -> int:
    """Return how often in a row the current state was limited before this attempt."""
    return _times.get()


def least_seconds(limited_before: int) -> float:
    """Return the least wait in seconds after so many limits in a row; 0 after none."""
    if limited_before <= 0:
        return 0.0
    return min(MOST_SECONDS, float(GROWTH ** min(limited_before, MOST_GROWTHS)))
