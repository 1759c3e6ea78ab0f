"""The two sorts of buckets that Discord counts calls in.

Discord publishes neither. Most are sliding: a call's room comes back bit by bit, `Reset-After` is
when all of it is back, and `Retry-After` when there is room for one call. Some are fixed windows,
which open with the first call and are empty again when they end (Discord's API issue 7680).
"""

from dataclasses import dataclass
from typing import Protocol

# Sums of unix seconds and fractions are this exact.
ROUNDING_S = 1e-6


@dataclass(frozen=True)
class Limit:
    """So many ``requests`` in so many ``seconds``.

    ``fixed`` is the sort of the bucket, ``scope`` who shares it ("user" or "shared", Discord docs:
    Topics > Rate Limits), ``code`` Discord's own for this limit, if it has one.
    """

    requests: int
    seconds: float
    fixed: bool = False
    scope: str = "user"
    code: int | None = None

    def __post_init__(self) -> None:
        if self.requests < 1 or self.seconds <= 0:
            raise ValueError("a limit is of one request or more, in some time")


class Bucket(Protocol):
    """Counts calls; ``now`` is in unix seconds."""

    def wait(self, limit: Limit, now: float) -> float:
        """Return in how many seconds there is room for a call (0: there is)."""
        ...

    def take(self, limit: Limit, now: float) -> None:
        """Count a call."""
        ...

    def remaining(self, limit: Limit, now: float) -> int:
        """Return for how many calls there is room."""
        ...

    def reset_after(self, limit: Limit, now: float) -> float:
        """Return in how many seconds the bucket is as good as new."""
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
        """Return in how many seconds there is room for a call (0: there is)."""
        self._open(limit, now)
        return self._ends_at - now if self._used >= limit.requests else 0.0

    def take(self, limit: Limit, now: float) -> None:
        """Count a call."""
        self._open(limit, now)
        self._used += 1

    def remaining(self, limit: Limit, now: float) -> int:
        """Return for how many calls there is room."""
        self._open(limit, now)
        return max(0, limit.requests - self._used)

    def reset_after(self, limit: Limit, now: float) -> float:
        """Return in how many seconds the window ends."""
        self._open(limit, now)
        return self._ends_at - now


class SlidingWindow:
    """A leaky bucket: each call fills it by one part, which leaks away in its share of the time."""

    def __init__(self) -> None:
        self._empty_at = 0.0

    def wait(self, limit: Limit, now: float) -> float:
        """Return in how many seconds there is room for a call (0: there is)."""
        full = self.reset_after(limit, now) + limit.seconds / limit.requests
        over = full - limit.seconds
        return over if over > ROUNDING_S else 0.0

    def take(self, limit: Limit, now: float) -> None:
        """Count a call."""
        self._empty_at = max(self._empty_at, now) + limit.seconds / limit.requests

    def remaining(self, limit: Limit, now: float) -> int:
        """Return for how many calls there is room."""
        room = limit.seconds - self.reset_after(limit, now) + ROUNDING_S
        return max(0, int(room * limit.requests / limit.seconds))

    def reset_after(self, limit: Limit, now: float) -> float:
        """Return in how many seconds all has leaked away."""
        _ = limit
        return max(0.0, self._empty_at - now)


def new_bucket(limit: Limit) -> Bucket:
    """Return an empty bucket of a limit's sort."""
    return FixedWindow() if limit.fixed else SlidingWindow()
