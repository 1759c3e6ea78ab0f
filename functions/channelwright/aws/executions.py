"""What executions are named with, and the moments that their Wait states wait for. Pure."""

from datetime import UTC, datetime
from typing import Final

# An execution is named with its interaction's id; the removal of what it made with this after it,
# and a second removal, after one that broke, with one word more.
REMOVAL_SUFFIX: Final = "-remove"
AGAIN_SUFFIX: Final = "-remove-again"


def interaction_id_of(execution: str) -> str:
    """Return the id of the interaction that an execution is named with.

    What stands after it is a removal's; one by hand is `<id>-remove-2` (docs/operations.md).
    """
    return execution.partition("-")[0]


def utc(seconds: float) -> str:
    """Write Unix seconds as a UTC second for a Wait state, rounded up (AWS's Wait truncates)."""
    whole = int(-(-seconds // 1))
    return datetime.fromtimestamp(whole, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
