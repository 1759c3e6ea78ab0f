"""How a campaign is undone: look, delete, look again, until nothing is left. Pure.

Discord's lists may lag behind its writes, and a Lambda whose outcome is unknown may still be at
work. So what was recorded is deleted whether a list shows it or not; and the category, by which we
know our channels, goes only after two looks, apart in time, that showed no channel. The role, by
which we know our category, goes last. A list that still shows what Discord said was deleted is
believed, too: it is deleted again. No list shows a channel that the bot may not see, so what could
not be deleted counts as left, listed or not. When Discord shows no lists, what is known is deleted
blindly.
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
    """How an attempt to delete something ended: `failure` says why it is not `gone`."""

    id: str
    gone: bool
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
    channel. `known` is all that was ever seen to be ours, `found` what of it is left, `gone` the
    ids of what was deleted, `refused` how often each deletion failed, `foreign` what others put
    into our category. `blind` tells that Discord shows no lists: nothing is known for sure.
    `until` is when a clean-up's patience ends (Unix seconds; 0 if it is none).
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
    gone = before["gone"] + [one["id"] for one in deletions if one["gone"]]
    refused = _count_refusals(before, deletions, look["listed"])
    open_ = [
        thing
        for thing in look["known"]
        if refused.get(thing["id"], 0) < MOST_DELETIONS
        and (thing["id"] in look["listed"] or thing["id"] not in gone)
    ]
    left = [
        thing
        for thing in look["known"]
        if thing["id"] in look["listed"] or (thing["id"] in refused and thing["id"] not in gone)
    ]
    quiet = 0 if any(thing["kind"] == "channel" for thing in open_) else before["quiet"] + 1
    if before["blind"]:
        quiet = QUIET_LOOKS  # another look would show no more
    to_delete = _first_kind(open_)
    next_ = _next(to_delete, quiet, before["looks"] + 1)
    return {
        "next": next_,
        "blind": before["blind"],
        "until": before["until"],
        "looks": before["looks"] + 1,
        "quiet": quiet,
        "wait_seconds": SETTLE_SECONDS if is_outcome_known(failure) else UNKNOWN_OUTCOME_SECONDS,
        "known": look["known"],
        "found": left,
        "nothing_left": not left,
        "to_delete": to_delete if next_ == "delete" else [],
        "gone": gone,
        "refused": refused,
        # With the category gone they can no longer be seen to have been in it.
        "foreign": before["foreign"]
        + [one for one in look["foreign"] if one not in before["foreign"]],
    }


def _count_refusals(
    before: Rollback, deletions: Sequence[Deletion], listed: set[str]
) -> dict[str, int]:
    refused = dict(before["refused"])
    for one in deletions:
        is_last_word = one.get("failure", {}).get("Error") == "RateLimitTooLong"
        if not one["gone"] and (is_last_word or before["blind"]):
            refused[one["id"]] = MOST_DELETIONS
        elif not one["gone"] or one["id"] in listed:
            refused[one["id"]] = refused.get(one["id"], 0) + 1
    return refused


def _next(to_delete: Sequence[Thing], quiet: int, looks: int) -> Next:
    if looks >= MOST_LOOKS:
        return "finished"
    if to_delete and (to_delete[0]["kind"] == "channel" or quiet >= QUIET_LOOKS):
        return "delete"
    return "look again" if quiet < QUIET_LOOKS else "finished"


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
