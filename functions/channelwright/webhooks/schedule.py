"""The time between the attempts to deliver a webhook. Pure.

Source: Standard Webhooks 1.0.0 > Deliverability and reliability > Example retry schedule.
"""

import math
from collections.abc import Callable
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import Final

MINUTE, HOUR = 60, 3600
# After the first attempt, after the second, and so on, in seconds.
WAITS: Final = (
    5,
    5 * MINUTE,
    30 * MINUTE,
    2 * HOUR,
    5 * HOUR,
    10 * HOUR,
    14 * HOUR,
    20 * HOUR,
    24 * HOUR,
)
ATTEMPTS: Final = len(WAITS) + 1
# The longest wait that a receiver may ask for.
LONGEST_ASKED: Final = 24 * HOUR
# Each wait is longer by up to this part: events that failed together do not return together.
JITTER: Final = 0.1


def wait(attempt: int, asked: float, random: Callable[[], float]) -> int | None:
    """Return the seconds to wait after a failed `attempt` (from 1); None after the last.

    `asked` are the seconds that the receiver asked for: it does not hear from us before.
    `random` returns a number from 0 to 1, as `random.random`.
    """
    if attempt >= ATTEMPTS:
        return None
    return math.ceil(max(WAITS[attempt - 1], asked) * (1 + JITTER * random()))


def asked(retry_after: str | None, now: float) -> float:
    """Return the seconds that an answer's `Retry-After` asks for: 0 without one, 24 h at most.

    `now` is in Unix seconds. Source: RFC 9110, 10.2.3, Retry-After.
    """
    if retry_after is None:
        return 0.0
    return min(max(_seconds(retry_after.strip(), now), 0.0), LONGEST_ASKED)


def _seconds(retry_after: str, now: float) -> float:
    if retry_after.isascii() and retry_after.isdigit():
        return float(retry_after)
    try:
        date = parsedate_to_datetime(retry_after)
    except (ValueError, OverflowError):
        return 0.0
    # One of the three forms of a date has no zone; all are in UTC (RFC 9110, 5.6.7).
    return (date if date.tzinfo else date.replace(tzinfo=UTC)).timestamp() - now
