"""Counts the attempts to delete each thing. Pure."""

from collections.abc import Collection, Sequence
from typing import Final, NotRequired, TypedDict

from channelwright import errors
from channelwright.campaign.known import Failure
from channelwright.errors import OutOfTime

# The state machine retries each deletion itself, so this many refusals are Discord's final answer.
MOST_DELETIONS: Final = 2
# The error of an attempt after which Discord did not know the thing.
NOT_FOUND: Final = "NotFound"
# Unanswered ones may each have met an outage. Beyond MOST_DELETIONS, one try stands for all.
MOST_UNANSWERED: Final = 4


class Deletion(TypedDict):
    """The result of an attempt to delete something: `failure` says why it is not `gone`.

    If not `deleted` by this attempt, Discord no longer knew it, or did not know it yet. Discord
    accepts the next attempt at `limited_until` (Unix seconds).
    """

    id: str
    gone: bool
    deleted: NotRequired[bool]
    limited_until: NotRequired[float]
    failure: NotRequired[Failure]


class Tally(TypedDict):
    """All attempts so far, by the ids of the things to delete.

    `gone`: Discord reported it gone (one entry per report). `deleted`: an attempt deleted it.
    `denied`: Discord refused to delete it. `hidden`: the bot asked for it, and may not see it.
    `refused`: how often its deletion failed; MOST_UNANSWERED, if that is final.
    """

    gone: list[str]
    deleted: list[str]
    denied: list[str]
    hidden: list[str]
    refused: dict[str, int]


NONE_YET: Final[Tally] = {
    "gone": [],
    "deleted": [],
    "denied": [],
    "hidden": [],
    "refused": {},
}


def in_time(ended: Deletion, patience: float) -> Deletion:
    """Return an attempt, as failed if Discord limits it beyond `patience` (Unix seconds)."""
    if ended.get("limited_until", 0.0) <= patience:
        return ended
    return {"id": ended["id"], "gone": False, "failure": {"Error": OutOfTime.__name__}}


def count(
    before: Tally, ended: Sequence[Deletion], *, is_last: bool, is_short: bool = False
) -> Tally:
    """Return the tally with finished attempts added; a rate-limited attempt does not count.

    If `is_last`, a failed attempt is not repeated. If time `is_short`, it counts as MOST_DELETIONS.
    """
    refused = dict(before["refused"])
    for one in ended:
        if "failure" not in one:
            continue
        tries = before["refused"].get(one["id"], 0) + 1
        tries = max(tries, MOST_DELETIONS) if is_short else tries
        if is_last or _is_given_up(one, tries):
            refused[one["id"]] = MOST_UNANSWERED
        else:
            refused[one["id"]] = tries
            refused |= {id_: tries for id_, n in refused.items() if MOST_DELETIONS <= n < tries}
    return {
        "gone": before["gone"] + [one["id"] for one in ended if one["gone"]],
        "deleted": before["deleted"] + [one["id"] for one in ended if one.get("deleted", False)],
        "denied": before["denied"] + denied(ended),
        "hidden": before["hidden"],
        "refused": refused,
    }


def _is_given_up(failed: Deletion, tries: int) -> bool:
    """Return whether a thing is not tried again after so many `tries`, the last of which failed."""
    error = failed["failure"]["Error"]
    return error == OutOfTime.__name__ or (error == NOT_FOUND and tries >= MOST_DELETIONS)


def denied(ended: Sequence[Deletion]) -> list[str]:
    """Return the ids that Discord refused to delete."""
    failed = [one for one in ended if "failure" in one]
    return [one["id"] for one in failed if one["failure"]["Error"] in errors.OUTCOME_KNOWN]


def went_unanswered(ended: Sequence[Deletion]) -> bool:
    """Return whether Discord did not answer one of the attempts."""
    failures = {one["failure"]["Error"] for one in ended if "failure" in one}
    return bool(failures - errors.OUTCOME_KNOWN - {NOT_FOUND})


def is_final(tally: Tally, id_: str) -> bool:
    """Return whether a thing is deleted, or was tried often enough."""
    tries = tally["refused"].get(id_, 0) + tally["gone"].count(id_)
    is_answered = id_ in tally["gone"] or stands(tally, id_)
    most = MOST_DELETIONS if is_answered else MOST_UNANSWERED
    return id_ in tally["deleted"] or tries >= most


def stands(tally: Tally, id_: str) -> bool:
    """Return whether a thing seems to exist: Discord refused to delete it, or hides it."""
    return id_ in tally["denied"] or id_ in tally["hidden"]


def is_unanswered(tally: Tally, id_: str) -> bool:
    """Return whether a thing's attempts failed so often that one such thing stands for all."""
    return tally["refused"].get(id_, 0) >= MOST_DELETIONS


def is_left(tally: Tally, id_: str, standing: Collection[str]) -> bool:
    """Return whether a thing is left; `standing` are the ids that the latest look showed."""
    if id_ in standing:
        return id_ not in tally["deleted"]
    return stands(tally, id_) and id_ not in tally["gone"]
