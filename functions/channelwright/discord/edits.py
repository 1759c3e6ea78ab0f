"""Track the edits of the deferred message: how many are left, and whether one may come late. Pure.

Discord allows about five edits of a message in five seconds. So progress is shown only while more
are left than a rollback and its last word need. An edit without an answer may still come, and would
replace the last word. The last word is therefore repeated once no late edit can come.

Source: Discord docs, Topics > Rate Limits > Header Format.
"""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple, TypedDict, cast

# Edits reserved for a rollback and its last word; during the rollback, for the last word alone.
RESERVED: Final = 2
RESERVED_BY_REMOVAL: Final = 1
# This long after a Lambda's invocation, neither it nor its calls to Discord have any effect: the
# timeout (template.yaml, Globals) and the 10 seconds that it may take to start are over.
# Source: AWS docs, Lambda > Understanding the Lambda execution environment lifecycle.
UNKNOWN_OUTCOME_SECONDS: Final = 57
# This long after its begin, the first edit is over and Discord takes others: the state's
# TimeoutSeconds. States that ran beside it do not know Discord's answer.
FIRST_EDIT_SECONDS: Final = 10


class Bucket(NamedTuple):
    """A call's bucket: `left` calls (None: unknown), all again in `reset_after` seconds."""

    left: int | None
    reset_after: float


NO_BUCKET: Final = Bucket(None, 0.0)


class Edits(TypedDict):
    """The message's edits, as far as known; all moments are in Unix seconds.

    The message shows `shown` channels. `left` edits (None: unknown) are allowed before the bucket
    is full again at `full_at`, and none before `closed_until`. An edit without an answer may come
    until `late_until`.
    """

    shown: int
    left: int | None
    full_at: float
    closed_until: float
    late_until: float


# The states pass on `Edits`, or almost nothing while the first edit is on its way (`on_its_way`).
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
    """Tell whether each edit's outcome is known, or at least until when it may still come."""
    return "left" in known and "died" not in known


def on_its_way(before: Known) -> Known:
    """Return what is known while a campaign's first edit is on its way.

    Of the edits `before` it (the starter's), only a limit still matters.
    """
    closed_until = before["closed_until"]
    return {"closed_until": closed_until} if closed_until else ON_ITS_WAY


def is_on_its_way(known: Known) -> bool:
    """Tell whether a campaign's first edit is on its way, with an unknown outcome."""
    return known.keys() <= {"closed_until"}


def first_on_its_way(known: Known, now: float) -> Known:
    """Return what is known if the first edit was sent just before `now` (Unix seconds)."""
    closed_until = max(known.get("closed_until", 0.0), now + FIRST_EDIT_SECONDS)
    return {"closed_until": closed_until, "late_until": now + UNKNOWN_OUTCOME_SECONDS}


def since(known: Known, now: float) -> Edits:
    """Return the message's edits at `now` (Unix seconds), as far as known."""
    is_first_on_its_way = "late_until" in known and "left" not in known
    if are_known(known) or is_first_on_its_way:
        return _edits(known)
    return with_one_on_its_way(known, now)


def with_one_on_its_way(known: Known, now: float) -> Edits:
    """Return the message's edits if another one may have been sent before `now`."""
    late_until = now + UNKNOWN_OUTCOME_SECONDS
    return {**after(_edits(known), NO_BUCKET, now), "late_until": late_until}


def _edits(known: Known) -> Edits:
    return cast("Edits", {name: known.get(name, none) for name, none in NONE_YET.items()})


def closed_until(edits: Edits, now: float) -> float:
    """Return the moment (Unix seconds) from which Discord takes an edit, as far as known."""
    return max(edits["closed_until"], edits["full_at"] if edits["left"] == 0 else now)


def allows(edits: Edits, now: float, reserved: int) -> bool:
    """Tell whether the message can be edited now with `reserved` edits left afterwards."""
    if now < edits["closed_until"]:
        return False
    return edits["left"] is None or now >= edits["full_at"] or edits["left"] > reserved


def after(edits: Edits, bucket: Bucket, now: float) -> Edits:
    """Return the message's edits after one more; its `bucket` may be unknown."""
    left = edits["left"]
    if bucket.left is None:
        return {**edits, "left": left if left is None else max(0, left - 1)}
    return {**edits, "left": bucket.left, "full_at": now + bucket.reset_after}
