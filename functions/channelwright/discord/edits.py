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
# So long after it began, the first edit is over, and Discord takes others again: the state's
# TimeoutSeconds. Where it was on its way, nobody knows what Discord said to it.
FIRST_EDIT_SECONDS: Final = 10


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


# The states hand on `Edits`, or (`on_its_way`) next to nothing while the first edit is on its way.
# `died` beside it is a Catch's error: the last edit's Lambda died, perhaps after the edit.
Known = Mapping[str, Any]

ON_ITS_WAY: Final[Known] = {}
NONE_YET: Final[Edits] = {
    "shown": 0,
    "left": None,
    "full_at": 0.0,
    "closed_until": 0.0,
    "late_until": 0.0,
}


def are_known(known: Known) -> bool:
    """Tell whether it is known of every edit so far whether it came, or until when it may."""
    return "left" in known and "died" not in known


def on_its_way(before: Known) -> Known:
    """Return how the message stands while a campaign's first edit is on its way.

    Of the edits `before` it (the starter's) only a limit matters still.
    """
    closed_until = before["closed_until"]
    return {"closed_until": closed_until} if closed_until else ON_ITS_WAY


def is_on_its_way(known: Known) -> bool:
    """Tell whether a campaign's first edit is on its way, so that nobody knows of it."""
    return known.keys() <= {"closed_until"}


def first_on_its_way(known: Known, now: float) -> Known:
    """Return how the message stands if the first edit was sent just before `now`."""
    closed_until = max(known.get("closed_until", 0.0), now + FIRST_EDIT_SECONDS)
    return {"closed_until": closed_until, "late_until": now + UNKNOWN_OUTCOME_SECONDS}


def since(known: Known, now: float) -> Edits:
    """Return how the message stands `now` (Unix seconds), as far as it is known."""
    is_first_on_its_way = "late_until" in known and "left" not in known
    if are_known(known) or is_first_on_its_way:
        return _edits(known)
    return with_one_on_its_way(known, now)


def with_one_on_its_way(known: Known, now: float) -> Edits:
    """Return how the message stands if there may be another edit, sent before `now`."""
    late_until = now + UNKNOWN_OUTCOME_SECONDS
    return {**after(_edits(known), NO_BUCKET, now), "late_until": late_until}


def _edits(known: Known) -> Edits:
    return cast("Edits", {name: known.get(name, none) for name, none in NONE_YET.items()})


def closed_until(edits: Edits, now: float) -> float:
    """Return from when on (Unix seconds) Discord takes an edit, as far as it is known."""
    return max(edits["closed_until"], edits["full_at"] if edits["left"] == 0 else now)


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
