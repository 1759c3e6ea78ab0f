"""Discord's rate limits (Discord docs: Topics > Rate Limits)."""

import hashlib
import math
from collections import deque
from dataclasses import dataclass
from functools import cache

from local.simulator.answer import Answer
from local.simulator.buckets import Bucket, Limit, new_bucket
from local.simulator.clock import Clock
from local.simulator.errors import DiscordHTTPError

HOUR = 3600
GLOBAL, INVALID = "global", "invalid"

# Discord documents only the first two; its users have observed the others.
DEFAULT_LIMITS = {
    GLOBAL: Limit(50, 1, fixed=True),
    INVALID: Limit(10_000, 600),
    "read": Limit(50, 5),
    "write": Limit(50, 10),
    "member_roles": Limit(10, 10, fixed=True),
    "webhook_edit": Limit(5, 5),
    "webhook_post": Limit(5, 5),
    "role_creates": Limit(250, 48 * HOUR, fixed=True),
    "channel_creates": Limit(500, 24 * HOUR, fixed=True),
    "command_creates": Limit(200, 24 * HOUR, fixed=True, code=30034),
}
MESSAGES = {
    "user": "You are being rate limited.",
    "shared": "The resource is being rate limited.",
    20028: "The write action you are performing on the channel has hit the write rate limit.",
    20029: "The write action you are performing on the server has hit the write rate limit.",
    30034: "Max number of daily application command creates has been reached (200)",
}
BAN_S = HOUR
BAN_PAGE = "<html><head><title>Access denied</title></head><body>error code: 1015</body></html>"


@dataclass(frozen=True)
class Counted:
    """A limit's name, and the route and the guild, channel or webhook for which it counts."""

    limit: str
    route: str
    resource: str


GLOBALLY = Counted(GLOBAL, "", "")


@cache
def bucket_hash(limit: str, route: str) -> str:
    """Return a bucket's name in Discord's headers, which is the same for every resource."""
    return hashlib.sha256(f"{limit} {route}".encode()).hexdigest()[:32]


class RateLimits:
    """Counts the calls of the only bot, which has one IP address."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._buckets: dict[Counted, Bucket] = {}
        self._invalid: deque[float] = deque()
        self._banned_until = 0.0

    def count(
        self, counted: list[Counted], limits: dict[str, Limit], *, globally: bool
    ) -> dict[str, str]:
        """Count a call in the limits, and if ``globally``, in the global limit.

        Returns the headers of the first limit, if there is one. Raises a 429 if a limit is used up;
        then nothing is counted.
        """
        every = [*counted, GLOBALLY] if globally else counted
        now = self._clock.now()
        for one in every:
            wait = self._bucket(one, limits).wait(limits[one.limit], now)
            if wait:
                raise self._too_many(one, limits, wait)
        for one in every:
            self._bucket(one, limits).take(limits[one.limit], now)
        return self._headers(counted[0], limits) if counted else {}

    def ban(self) -> Answer | None:
        """Return Cloudflare's answer to a banned IP address; None if there is no ban."""
        left = self._banned_until - self._clock.now()
        if left <= 0:
            return None
        return Answer(429, BAN_PAGE, {"Retry-After": str(math.ceil(left))})

    def note(self, answer: Answer, limit: Limit) -> None:
        """Record an answer; too many invalid ones in the limit's time cause a ban."""
        scope = answer.headers.get("X-RateLimit-Scope")
        if answer.status not in {401, 403, 429} or scope == "shared":
            return
        now = self._clock.now()
        self._invalid.append(now)
        while self._invalid[0] <= now - limit.seconds:
            self._invalid.popleft()
        if len(self._invalid) >= limit.requests:
            self._banned_until = now + BAN_S
            self._invalid.clear()

    def _bucket(self, counted: Counted, limits: dict[str, Limit]) -> Bucket:
        bucket = self._buckets.get(counted)
        if bucket is None:
            bucket = self._buckets[counted] = new_bucket(limits[counted.limit])
        return bucket

    def _headers(self, counted: Counted, limits: dict[str, Limit]) -> dict[str, str]:
        limit, now = limits[counted.limit], self._clock.now()
        bucket = self._bucket(counted, limits)
        after = bucket.reset_after(limit, now)
        return {
            "X-RateLimit-Limit": str(limit.requests),
            "X-RateLimit-Remaining": str(bucket.remaining(limit, now)),
            "X-RateLimit-Reset": f"{now + after:.3f}",
            "X-RateLimit-Reset-After": f"{after:.3f}",
            "X-RateLimit-Bucket": bucket_hash(counted.limit, counted.route),
        }

    def _too_many(
        self, counted: Counted, limits: dict[str, Limit], wait: float
    ) -> DiscordHTTPError:
        limit, is_global = limits[counted.limit], counted == GLOBALLY
        # Rounded up: a client that waits exactly this long must find room.
        wait = math.ceil(wait * 1000 - 1e-3) / 1000
        headers = {
            "Retry-After": str(math.ceil(wait)),
            "X-RateLimit-Scope": "global" if is_global else limit.scope,
        }
        headers |= {"X-RateLimit-Global": "true"} if is_global else self._headers(counted, limits)
        message = MESSAGES[limit.code if limit.code in MESSAGES else limit.scope]
        error = DiscordHTTPError(429, limit.code or 0, message, headers=headers)
        error.body |= {"retry_after": wait, "global": is_global}
        if limit.code is None:
            del error.body["code"]
        return error
