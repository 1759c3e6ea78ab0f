"""How the deferred message stands: what its bucket has left, and whether an edit may come late.

Discord allows about five edits of a message in five seconds. So progress is shown only while more
are left than an undoing and its last word need. An edit without an answer may still come, and must
not stand at the end: whoever says the last word says it again when that can no longer happen. Pure.

Source: Discord docs, Topics > Rate Limits > Header Format.
"""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple, TypedDict, cast

# Kept for an undoing and its last word; and, while it is undone, for the last word alone.
RESERVED: Final = 2
RESERVED_BY_REMOVAL: Final = 1
# So long after a Lambda was invoked, neither it nor what it asked of Discord has an effect any
# more: longer than its timeout (template.yaml, Globals) and the 10 seconds that it may take to
# start. Source: AWS docs, Lambda > Understanding the Lambda execution environment lifecycle.
UNKNOWN_OUTCOME_SECONDS: Final = 57


class Bucket(NamedTuple):
    """A call's bucket, as an answer describes it: `left` calls (None: it says nothing).

    All of them are there again in `reset_after` seconds.
    """

    left: int | None
    reset_after: float


NO_BUCKET: Final = Bucket(None, 0.0)


class Edits(TypedDict):
    """The message's edits, as far as they are known; all moments are in Unix seconds.

    The message has `shown` so many channels. `left` edits are allowed before the bucket is full
    again at `full_at` (None: nothing is known). No edit is allowed before `closed_until`. One that
    was not answered may come until `late_until`.
    """

    shown: int
    left: int | None
    full_at: float
    closed_until: float
    late_until: float


# The states hand it on. None: an edit may be on its way. With a Catch's error: one may have
# been, when its Lambda died.
Known = Edits | Mapping[str, Any] | None

NONE_YET: Final[Edits] = {
    "shown": 0,
    "left": None,
    "full_at": 0.0,
    "closed_until": 0.0,
    "late_until": 0.0,
}


def since(known: Known, now: float) -> Edits:
    """Return how the message stands `now` (Unix seconds), as far as it is known."""
    if known is not None and "left" in known:
        return cast("Edits", known)
    return {**NONE_YET, "late_until": now + UNKNOWN_OUTCOME_SECONDS}


def allows(edits: Edits, now: float, reserved: int) -> bool:
    """Tell whether the message can be edited so that so many edits are left."""
    if now < edits["closed_until"]:
        return False
    return edits["left"] is None or now >= edits["full_at"] or edits["left"] > reserved


def after(edits: Edits, bucket: Bucket, now: float) -> Edits:
    """Return how the message stands after an edit; nothing may be known of its `bucket`."""
    left = edits["left"]
    if bucket.left is None:
        return {**edits, "left": left if left is None else max(0, left - 1)}
    return {**edits, "left": bucket.left, "full_at": now + bucket.reset_after}
