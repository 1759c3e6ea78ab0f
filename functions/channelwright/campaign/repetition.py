"""Accounts for earlier attempts that may already have done the work. Pure."""

import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from channelwright.campaign.known import LISTS_LAG_SECONDS
from channelwright.errors import EarlierOutcomeUnknown, OutcomeKnown, RateLimited


def is_repeated(event: Mapping[str, Any]) -> bool:
    """Return whether an earlier attempt may already have done this one's work.

    `at` has the `state` and its `retry_count`. `rate_limit` is the last wait for Discord, or None:
    which `state` had to wait, and whether its `attempt` was the "first". Discord does nothing when
    it wants a wait.
    """
    # A plan that an earlier release's state asks for has neither, and counts as the first.
    if event["at"].get("retry_count", 0) > 0:
        return True
    return _has_waited(event) and bool(event["rate_limit"].get("attempt") == "again")


def settled_at(event: Mapping[str, Any], now: float) -> int:
    """Return from when on (Unix seconds) lists show everything that earlier attempts created.

    After a single one they show it already (0), because this attempt found it. After a wait for
    Discord, the number of attempts is unknown.
    """
    single = event["at"]["retry_count"] == 1 and not _has_waited(event)
    return 0 if single else math.ceil(now) + LISTS_LAG_SECONDS


def _has_waited(event: Mapping[str, Any]) -> bool:
    limited = event["rate_limit"] or {}
    return bool(limited.get("state") == event["at"]["state"])


@contextmanager
def attempt(event: Mapping[str, Any]) -> Iterator[bool]:
    """Run an attempt; yield whether it is a repeated one.

    Raises:
        EarlierOutcomeUnknown: this attempt's outcome is known, but not an earlier one's.
        RateLimited: Discord wants a wait; `attempt` says whether the next is a repeated one.
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
