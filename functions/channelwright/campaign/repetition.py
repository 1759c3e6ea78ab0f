"""What an attempt must know of earlier ones. Pure."""

import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from channelwright.campaign.known import LISTS_LAG_SECONDS
from channelwright.errors import EarlierOutcomeUnknown, OutcomeKnown, RateLimited


def is_repeated(event: Mapping[str, Any]) -> bool:
    """Tell whether an earlier attempt may have done this one's work already.

    `at` names the state, with its `retry_count`; `rate_limit` is the last wait for Discord, or
    None: which state had to wait, and whether that was at its first attempt. Discord does nothing
    when it wants a wait.
    """
    if event["at"]["retry_count"] > 0:
        return True
    return _has_waited(event) and bool(event["rate_limit"]["attempt"] == "again")


def settled_at(event: Mapping[str, Any], now: float) -> int:
    """Return from when on (Unix seconds) lists show all that attempts before this one have made.

    Of a single one they show it already: this attempt has found it there. After a wait for Discord
    it is not known how many there were.
    """
    single = event["at"]["retry_count"] == 1 and not _has_waited(event)
    return 0 if single else math.ceil(now) + LISTS_LAG_SECONDS


def _has_waited(event: Mapping[str, Any]) -> bool:
    limited = event["rate_limit"] or {}
    return bool(limited.get("state") == event["at"]["state"])


@contextmanager
def attempt(event: Mapping[str, Any]) -> Iterator[bool]:
    """Make an attempt; yields whether it is a repeated one.

    Raises:
        EarlierOutcomeUnknown: this attempt's outcome is known, but not that of an earlier one.
        RateLimited: Discord wants a wait; it says whether the attempt after it is a repeated one.

    """
    repeated = is_repeated(event)
    try:
        yield repeated
    except OutcomeKnown as known:
        if not repeated:
            raise
        raise EarlierOutcomeUnknown(str(known)) from None
    except RateLimited as limited:
        limited.attempt = "again" if repeated else "first"
        raise
