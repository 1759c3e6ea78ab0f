"""The two kinds of buckets in which Discord counts calls.

Discord documents neither. Most buckets slide: room comes back gradually. `Reset-After` is the time
until the bucket is empty, `Retry-After` the time until there is room for one call. Other buckets
are fixed windows: the first call opens the window, and its end empties it (Discord's API issue
7680).
"""

from dataclasses import dataclass
from typing import Protocol

# Sums of Unix seconds and fractions are exact to this.
ROUNDING_S = 1e-6


@dataclass(frozen=True)
class Limit:
    """At most ``requests`` calls in ``seconds``; raises ValueError if either is too small.

    ``fixed`` selects a fixed window instead of a sliding bucket. ``scope`` says who shares the
    limit ("user" or "shared"; Discord docs: Topics > Rate Limits). ``code`` is Discord's error code
    for the limit, or None.
    """

    requests: int
    seconds: float
    fixed: bool = False
    scope: str = "user"
    code: int | None = None

    def __post_init__(self) -> None:
        if self.requests < 1 or self.seconds <= 0:
            raise ValueError("a limit needs at least one request and a positive time")


class Bucket(Protocol):
    """Counts calls; ``now`` is in Unix seconds."""

    def wait(self, limit: Limit, now: float) -> float:
        """Return the seconds until there is room for a call; 0 if there is room now."""
        ...

    def take(self, limit: Limit, now: float) -> None:
        """Count a call."""
        ...

    def remaining(self, limit: Limit, now: float) -> int:
        """Return the number of calls for which there is room."""
        ...

    def reset_after(self, limit: Limit, now: float) -> float:
        """Return the seconds until the bucket is empty."""
        ...


class FixedWindow:
    """A window of ``limit.seconds``."""

    def __init__(self) -> None:
        self._used = 0
        self._ends_at = 0.0

    def _open(self, limit: Limit, now: float) -> None:
        if self._ends_at <= now:
            self._used, self._ends_at = 0, now + limit.seconds

    def wait(self, limit: Limit, now: float) -> float:
        """Return the seconds until there is room for a call; 0 if there is room now."""
        self._open(limit, now)
        return self._ends_at - now if self._used >= limit.requests else 0.0

    def take(self, limit: Limit, now: float) -> None:
        """Count a call."""
        self._open(limit, now)
        self._used += 1

    def remaining(self, limit: Limit, now: float) -> int:
        """Return the number of calls for which there is room."""
        self._open(limit, now)
        return max(0, limit.requests - self._used)

    def reset_after(self, limit: Limit, now: float) -> float:
        """Return the seconds until the window ends."""
        self._open(limit, now)
        return self._ends_at - now


class SlidingWindow:
    """A leaky bucket: each call adds a part, which takes ``seconds / requests`` to leak away."""

    def __init__(self) -> None:
        self._empty_at = 0.0

    def wait(self, limit: Limit, now: float) -> float:
        """Return the seconds until there is room for a call; 0 if there is room now."""
        full = self.reset_after(limit, now) + limit.seconds / limit.requests
        over = full - limit.seconds
        return over if over > ROUNDING_S else 0.0

    def take(self, limit: Limit, now: float) -> None:
        """Count a call."""
        self._empty_at = max(self._empty_at, now) + limit.seconds / limit.requests

    def remaining(self, limit: Limit, now: float) -> int:
        """Return the number of calls for which there is room."""
        room = limit.seconds - self.reset_after(limit, now) + ROUNDING_S
        return max(0, int(room * limit.requests / limit.seconds))

    def reset_after(self, limit: Limit, now: float) -> float:
        """Return the seconds until everything has leaked away."""
        _ = limit
        return max(0.0, self._empty_at - now)


def new_bucket(limit: Limit) -> Bucket:
    """Return an empty bucket of the limit's kind."""
    return FixedWindow() if limit.fixed else SlidingWindow()
