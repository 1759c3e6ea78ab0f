"""The attempts to delete something, counted. Pure."""

from collections.abc import Collection, Sequence
from typing import Final, NotRequired, TypedDict

from channelwright import errors
from channelwright.campaign.known import Failure
from channelwright.errors import OutOfTime

# A deletion is itself repeated by the state machine: after this many it is Discord's last word.
MOST_DELETIONS: Final = 2


class Deletion(TypedDict):
    """How an attempt to delete something ended: `failure` says why it is not `gone`.

    `deleted` tells that it is gone by this attempt; else Discord knew it no more, or not yet.
    `limited_until` is the moment (Unix seconds) at which Discord takes the next attempt.
    """

    id: str
    gone: bool
    deleted: NotRequired[bool]
    limited_until: NotRequired[float]
    failure: NotRequired[Failure]


class Tally(TypedDict):
    """All attempts so far, by the ids of what was to be deleted.

    `seen` is what a list ever showed, `gone` what Discord said to be gone, as often as it did,
    `deleted` what of that it deleted, `denied` what it refused to delete; `refused` is how often
    each deletion failed.
    """

    seen: list[str]
    gone: list[str]
    deleted: list[str]
    denied: list[str]
    refused: dict[str, int]


NONE_YET: Final[Tally] = {"seen": [], "gone": [], "deleted": [], "denied": [], "refused": {}}


def in_time(ended: Deletion, patience: float) -> Deletion:
    """Return an attempt; it failed if Discord limits it beyond `patience` (Unix seconds)."""
    if ended.get("limited_until", 0.0) <= patience:
        return ended
    return {"id": ended["id"], "gone": False, "failure": {"Error": OutOfTime.__name__}}


def count(before: Tally, ended: Sequence[Deletion], *, is_last: bool) -> Tally:
    """Count attempts that have ended; one that Discord limits was none.

    `is_last` tells that there is no other attempt after one that failed.
    """
    refused = dict(before["refused"])
    for one in ended:
        if "failure" in one:
            is_final = is_last or one["failure"]["Error"] == OutOfTime.__name__
            refused[one["id"]] = MOST_DELETIONS if is_final else refused.get(one["id"], 0) + 1
    return {
        "seen": before["seen"],
        "gone": before["gone"] + [one["id"] for one in ended if one["gone"]],
        "deleted": before["deleted"] + [one["id"] for one in ended if one.get("deleted", False)],
        "denied": before["denied"] + denied(ended),
        "refused": refused,
    }


def denied(ended: Sequence[Deletion]) -> list[str]:
    """Return the ids of what Discord refused to delete."""
    failed = [one for one in ended if "failure" in one]
    return [one["id"] for one in failed if one["failure"]["Error"] in errors.OUTCOME_KNOWN]


def is_final(tally: Tally, id_: str) -> bool:
    """Tell whether something is deleted, or there were enough attempts to delete it."""
    tries = tally["refused"].get(id_, 0) + tally["gone"].count(id_)
    return id_ in tally["deleted"] or tries >= MOST_DELETIONS


def is_left(tally: Tally, id_: str, standing: Collection[str]) -> bool:
    """Tell whether something is left that a look shows to be `standing`, or does not."""
    if id_ in standing:
        return id_ not in tally["deleted"]
    return id_ in tally["refused"] and id_ in tally["denied"] and id_ not in tally["gone"]
