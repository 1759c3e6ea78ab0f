"""What an attempt must know of earlier ones. Pure."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from channelwright.errors import EarlierOutcomeUnknown, OutcomeKnown, RateLimited


def is_repeated(event: Mapping[str, Any]) -> bool:
    """Tell whether an earlier attempt may have done this one's work already.

    `at` names the state, with its `retry_count`; `rate_limit` is the last wait for Discord, or
    None: which state had to wait, and whether that was at its first attempt. Discord does nothing
    when it wants a wait.
    """
    at, limited = event["at"], event["rate_limit"] or {}
    waited = limited.get("state") == at["state"]
    return bool(at["retry_count"] > 0 or (waited and limited["attempt"] == "again"))


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
