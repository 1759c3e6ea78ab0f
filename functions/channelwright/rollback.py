"""How a campaign is undone: look, delete, look again, until nothing is left. Pure.

Discord's lists may lag behind its writes, and a Lambda whose outcome is unknown may still be at
work. So what was recorded is deleted whether a list shows it or not; and the category, by which we
know our channels, goes only after two looks, apart in time, that showed no channel. The role, by
which we know our category, goes last. What a list still shows is deleted once more, but what
Discord has deleted is gone, however late a list is. No list shows a channel that the bot may not
see: what Discord refused to delete counts as left, listed or not; what it did not answer for counts
as gone when the lists that showed it show it no more. When Discord shows no lists, what is known is
deleted blindly.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal, NotRequired, TypedDict

from channelwright import errors, messages
from channelwright.ownership import Thing

QUIET_LOOKS: Final = 2
MOST_LOOKS: Final = 16
# A deletion is itself repeated by the state machine: after this many it is Discord's last word.
MOST_DELETIONS: Final = 2
# Long enough for Discord's lists to catch up; and, when a Lambda may still be at work, longer than
# a Lambda's timeout (template.yaml, Globals).
SETTLE_SECONDS: Final = 3
UNKNOWN_OUTCOME_SECONDS: Final = 47

Next = Literal["delete", "look again", "finished"]

# What is deleted first, and last.
_KINDS: Final = ("channel", "category", "role")
# Statuses of an execution that ended from outside (clean_up_campaign.py).
_ENDS: Final = {"ABORTED": messages.stopped, "TIMED_OUT": messages.timed_out}


class Failure(TypedDict):
    """What a Catch hands on."""

    Error: str
    Cause: NotRequired[str]


class Deletion(TypedDict):
    """How an attempt to delete something ended: `failure` says why it is not `gone`.

    `deleted` tells that it is gone by this attempt; else Discord knew it no more, or not yet.
    """

    id: str
    gone: bool
    deleted: NotRequired[bool]
    failure: NotRequired[Failure]


class Look(TypedDict):
    """What a look showed: all that is `known` to be ours, in the order of its deletion.

    `listed` are the ids of everything in the server, `foreign` others' channels in our category.
    """

    known: list[Thing]
    listed: set[str]
    foreign: list[Thing]


class Rollback(TypedDict):
    """Where the undoing stands; `next` is what the state machine does now.

    `looks` counts the looks, `quiet` those of them, without a break until now, that showed no
    channel. `known` is all that was ever found to be ours, `found` what of it is left, `foreign`
    what others put into our category. By their ids: `seen` is what a list ever showed, `gone` what
    Discord said to be gone, as often as it did, `deleted` what of that it deleted, `denied` what it
    refused to delete; `refused` is how often each deletion failed. `blind` tells that Discord shows
    no lists: nothing is known for sure. `until` is when a clean-up's patience ends (Unix seconds;
    0 if it is none).
    """

    next: Next
    blind: bool
    until: float
    looks: int
    quiet: int
    wait_seconds: int
    known: list[Thing]
    found: list[Thing]
    to_delete: list[Thing]
    gone: list[str]
    seen: NotRequired[list[str]]
    deleted: NotRequired[list[str]]
    denied: NotRequired[list[str]]
    refused: dict[str, int]
    foreign: list[Thing]
    nothing_left: bool


def join(known: Sequence[Thing], found: Sequence[Thing]) -> list[Thing]:
    """Join what was known before and what is found now, in the order of its deletion.

    What bore our marks is known by its id from then on: a mark goes with what leaves it.
    """
    things = {one["id"]: one for one in [*known, *found]}
    return sorted(things.values(), key=lambda one: _KINDS.index(one["kind"]))


def remember(before: Rollback, deletions: Sequence[Deletion], recorded: Sequence[Thing]) -> Look:
    """Return what a look would show if nobody else had a hand in it; for when there is none."""
    known = join(before["known"], recorded)
    gone = {*before["gone"], *(one["id"] for one in deletions if one["gone"])}
    return {"known": known, "listed": {one["id"] for one in known} - gone, "foreign": []}


def step(before: Rollback, deletions: Sequence[Deletion], look: Look, failure: Failure) -> Rollback:
    """Decide what to do after a `look`; `deletions` are those since the look `before`."""
    tally = _count(before, deletions, look)
    open_ = [
        thing
        for thing in look["known"]
        if not _is_final(tally, thing)
        and (thing["id"] in look["listed"] or thing["id"] not in tally["gone"])
    ]
    left = [thing for thing in look["known"] if _is_left(tally, thing, look["listed"])]
    quiet = 0 if any(thing["kind"] == "channel" for thing in open_) else before["quiet"] + 1
    if before["blind"]:
        quiet = QUIET_LOOKS  # another look would show no more
    to_delete = _first_kind(open_)
    # What Discord did not refuse to delete may be gone: its lists may be late.
    is_in_doubt = not before["blind"] and any(
        thing["id"] in look["listed"] and thing["id"] not in tally["denied"] for thing in left
    )
    next_ = _next(to_delete, quiet, before["looks"] + 1, is_in_doubt=is_in_doubt)
    is_settled = is_outcome_known(failure) or (quiet > QUIET_LOOKS and next_ == "look again")
    return {
        **tally,
        "next": next_,
        "blind": before["blind"],
        "until": before["until"],
        "looks": before["looks"] + 1,
        "quiet": quiet,
        "wait_seconds": SETTLE_SECONDS if is_settled else UNKNOWN_OUTCOME_SECONDS,
        "known": look["known"],
        "found": left,
        "nothing_left": not left,
        "to_delete": to_delete if next_ == "delete" else [],
        # With the category gone they can no longer be seen to have been in it.
        "foreign": before["foreign"]
        + [one for one in look["foreign"] if one not in before["foreign"]],
    }


class _Tally(TypedDict):
    """What of `Rollback` is counted."""

    gone: list[str]
    seen: list[str]
    deleted: list[str]
    denied: list[str]
    refused: dict[str, int]


def _count(before: Rollback, deletions: Sequence[Deletion], look: Look) -> _Tally:
    """Count the attempts to delete something; begun by an older release, some are not counted."""
    refused, errors_of = dict(before["refused"]), {}
    for one in deletions:
        if not one["gone"]:
            error = errors_of[one["id"]] = one["failure"]["Error"]
            is_last_word = error == "RateLimitTooLong" or before["blind"]
            refused[one["id"]] = MOST_DELETIONS if is_last_word else refused.get(one["id"], 0) + 1
    denied = [id_ for id_, error in errors_of.items() if error in errors.OUTCOME_KNOWN]
    deleted = [one["id"] for one in deletions if one.get("deleted", False)]
    seen = {*before.get("seen", []), *(look["listed"] & {one["id"] for one in look["known"]})}
    return {
        "gone": before["gone"] + [one["id"] for one in deletions if one["gone"]],
        "seen": sorted(seen),
        "deleted": [*before.get("deleted", []), *deleted],
        "denied": [*before.get("denied", []), *denied],
        "refused": refused,
    }


def _is_final(tally: _Tally, thing: Thing) -> bool:
    """Tell whether there were enough attempts to delete something."""
    tries = tally["refused"].get(thing["id"], 0) + tally["gone"].count(thing["id"])
    return tries >= MOST_DELETIONS


def _is_left(tally: _Tally, thing: Thing, listed: set[str]) -> bool:
    id_ = thing["id"]
    if id_ in listed:
        return id_ not in tally["deleted"]
    is_hidden = id_ in tally["denied"] or id_ not in tally["seen"]
    return id_ in tally["refused"] and id_ not in tally["gone"] and is_hidden


def _next(to_delete: Sequence[Thing], quiet: int, looks: int, *, is_in_doubt: bool) -> Next:
    if looks >= MOST_LOOKS:
        return "finished"
    if to_delete and (to_delete[0]["kind"] == "channel" or quiet >= QUIET_LOOKS):
        return "delete"
    return "look again" if quiet < QUIET_LOOKS or is_in_doubt else "finished"


def _first_kind(things: Sequence[Thing]) -> list[Thing]:
    return [thing for thing in things if thing["kind"] == things[0]["kind"]]


def is_outcome_known(failure: Failure) -> bool:
    """Tell whether nothing that failed can still have an effect, or have had one unseen."""
    return all(one["Error"] in errors.OUTCOME_KNOWN for one in _causes(failure))


def why(failure: Failure, interaction_id: str) -> str:
    """Say in the user's words why the campaign failed; the first of our own errors tells most."""
    for one in _causes(failure):
        if one["Error"] in errors.OURS:
            return str(json.loads(one["Cause"])["errorMessage"])
        if one["Error"] in _ENDS:
            return _ENDS[one["Error"]]()
    return messages.unexpected(interaction_id)


def _causes(failure: Failure) -> Sequence[Failure]:
    """Return what failed: the channels of a failed wave, or the one state."""
    if failure["Error"] != "WaveFailed":
        return [failure]
    try:
        items: list[Mapping[str, Any]] = json.loads(failure["Cause"])
    except ValueError:  # cut off: it was longer than AWS allows
        return [failure]
    return [item["failure"] for item in items if not item["ok"]]
