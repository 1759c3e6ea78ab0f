"""What an attempt must know of earlier ones. Pure."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from channelwright.errors import EarlierOutcomeUnknown, OutcomeKnown


def is_repeated(event: Mapping[str, Any]) -> bool:
    """Tell whether a state is entered or tried again, so that it may have done its work already.

    `at` names the state, with its `retry_count`; `rate_limit` is the last wait for Discord, and
    which state had to wait, or None.
    """
    at, limited = event["at"], event["rate_limit"] or {}
    return bool(at["retry_count"] > 0 or limited.get("state") == at["state"])


@contextmanager
def attempt(event: Mapping[str, Any]) -> Iterator[bool]:
    """Make an attempt; yields whether it is a repeated one.

    Raises:
        EarlierOutcomeUnknown: this attempt's outcome is known, but not that of an earlier one.

    """
    repeated = is_repeated(event)
    try:
        yield repeated
    except OutcomeKnown as known:
        if not repeated:
            raise
        raise EarlierOutcomeUnknown(str(known)) from None
