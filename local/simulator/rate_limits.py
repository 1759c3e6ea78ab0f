"""Discord's rate limits (Discord docs: Topics > Rate Limits).

Every bucket is a fixed window: it opens with the first call and is full again when it ends.
"""

import hashlib
import math
from dataclasses import dataclass

from local.simulator.clock import Clock
from local.simulator.errors import DiscordHTTPError


@dataclass(frozen=True)
class Limit:
    """So many ``requests`` in so many ``seconds``."""

    requests: int
    seconds: float


HOUR = 3600
GLOBAL = "global"

# Discord publishes only the global one; the others are what its users have met.
DEFAULT_LIMITS = {
    GLOBAL: Limit(50, 1),
    "read": Limit(50, 5),
    "write": Limit(50, 10),
    "webhook_edit": Limit(5, 5),
    "webhook_post": Limit(5, 5),
    "role_creates": Limit(250, 48 * HOUR),
    "channel_creates": Limit(500, 24 * HOUR),
}


@dataclass
class _Window:
    """A window of a bucket; ``ends_at`` is in unix seconds."""

    used: int
    ends_at: float


@dataclass(frozen=True)
class Bucket:
    """A limit, by name, on one route and one guild, channel or webhook."""

    limit: str
    route: str
    resource: str

    @property
    def hash(self) -> str:
        """What Discord calls the bucket in its headers: the same for every resource."""
        return hashlib.sha256(f"{self.limit} {self.route}".encode()).hexdigest()[:32]


GLOBAL_BUCKET = Bucket(GLOBAL, "", "")


class RateLimits:
    """Counts the calls of the one bot."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._windows: dict[Bucket, _Window] = {}

    def count(
        self, buckets: list[Bucket], limits: dict[str, Limit], *, globally: bool
    ) -> dict[str, str]:
        """Count a call in its buckets and, unless exempt, the global one.

        Returns the headers for the first bucket; raises the 429 of the bucket that is empty,
        and then counts nothing.
        """
        every = [*buckets, GLOBAL_BUCKET] if globally else buckets
        for bucket in every:
            if self._window(bucket, limits).used >= limits[bucket.limit].requests:
                raise self._too_many(bucket, limits)
        for bucket in every:
            self._window(bucket, limits).used += 1
        return self._headers(buckets[0], limits)

    def _window(self, bucket: Bucket, limits: dict[str, Limit]) -> _Window:
        now = self._clock.now()
        window = self._windows.get(bucket)
        if window is None or window.ends_at <= now:
            window = self._windows[bucket] = _Window(0, now + limits[bucket.limit].seconds)
        return window

    def _headers(self, bucket: Bucket, limits: dict[str, Limit]) -> dict[str, str]:
        window = self._window(bucket, limits)
        limit = limits[bucket.limit].requests
        return {
            "X-RateLimit-Limit": str(limit),
            "X-RateLimit-Remaining": str(max(0, limit - window.used)),
            "X-RateLimit-Reset": f"{window.ends_at:.3f}",
            "X-RateLimit-Reset-After": f"{window.ends_at - self._clock.now():.3f}",
            "X-RateLimit-Bucket": bucket.hash,
        }

    def _too_many(self, bucket: Bucket, limits: dict[str, Limit]) -> DiscordHTTPError:
        is_global = bucket == GLOBAL_BUCKET
        # Rounded up: a client that waits exactly so long must find the bucket full again.
        wait = math.ceil((self._window(bucket, limits).ends_at - self._clock.now()) * 1000) / 1000
        headers = {
            "Retry-After": str(math.ceil(wait)),
            "X-RateLimit-Scope": "global" if is_global else "user",
        }
        if is_global:
            headers["X-RateLimit-Global"] = "true"
        else:
            headers |= self._headers(bucket, limits)
        error = DiscordHTTPError(429, 0, "You are being rate limited.", headers=headers)
        error.body |= {"retry_after": wait, "global": is_global}
        return error
