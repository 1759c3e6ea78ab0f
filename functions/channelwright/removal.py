"""How a campaign is removed: look, delete, look again, until nothing is left. Pure.

Discord's lists may lag behind its writes, and a Lambda whose outcome is unknown may still be at
work. So what was recorded is deleted whether a list shows it or not; and the category, by which we
know our channels, goes only after two looks, apart in time, that showed no channel. The role, by
which we know our category, goes last. What a list still shows is deleted once more, but what
Discord has deleted is gone, however late a list is. No list shows a channel that the bot may not
see: what Discord refused to delete counts as left, listed or not. What it did not answer for counts
as gone when the lists that showed it show it no more; if none ever did, Discord is asked for it by
its id. When Discord shows no lists, what is known is deleted blindly.
"""

import json
import math
from collections.abc import Sequence
from typing import Final, Literal, NotRequired, TypedDict

from channelwright import errors, known, messages
from channelwright.edits import UNKNOWN_OUTCOME_SECONDS
from channelwright.known import Failure
from channelwright.ownership import Thing

QUIET_LOOKS: Final = 2
MOST_LOOKS: Final = 16
# A deletion is itself repeated by the state machine: after this many it is Discord's last word.
MOST_DELETIONS: Final = 2
# Long enough for Discord's lists to catch up.
SETTLE_SECONDS: Final = 3

Next = Literal["look", "delete", "look again", "finished"]

# What is deleted first, and last.
_KINDS: Final = ("channel", "category", "role")
# Statuses of an execution that ended from outside (start_removal.py).
_ENDS: Final = {"ABORTED": messages.stopped, "TIMED_OUT": messages.timed_out}


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


class Look(TypedDict):
    """The result of a look: all that is `known` to be ours, in the order of its deletion.

    `listed` are the ids of everything in the server, `foreign` others' channels in our category.
    Of what was asked for by its id, `there` stands, `gone` does not, and the bot may not see
    `hidden`.
    """

    known: list[Thing]
    listed: set[str]
    foreign: list[Thing]
    there: list[str]
    gone: list[str]
    hidden: list[str]


NOTHING: Final[Look] = {
    "known": [],
    "listed": set(),
    "foreign": [],
    "there": [],
    "gone": [],
    "hidden": [],
}


class Removal(TypedDict):
    """Where the removal stands; `next` is what the state machine does now.

    `looks` counts the looks but those at which deletions were `limited`, `quiet` those of them,
    without a break until now, that showed no channel. `known` is all that was ever found to be
    ours, `found` what of it is left, `foreign` what others put into our category. By their ids:
    `seen` is what a list ever showed, `gone` what Discord said to be gone, as often as it did,
    `deleted` what of that it deleted, `denied` what it refused to delete; `refused` is how often
    each deletion failed. `blind` tells that Discord shows no lists: nothing is known for sure.
    `began` is when the first look was (Unix seconds): what is unknown is waited for from then on,
    and once. `deletions` are those since the look.
    """

    next: Next
    blind: bool
    looks: int
    limited: bool
    began: float
    quiet: int
    wait_seconds: int
    known: list[Thing]
    found: list[Thing]
    to_delete: list[Thing]
    gone: list[str]
    seen: list[str]
    deleted: list[str]
    denied: list[str]
    refused: dict[str, int]
    foreign: list[Thing]
    nothing_left: bool
    deletions: list[Deletion]


# Before the first look; the state machine's *Remove Campaign* hands on the same.
NOT_LOOKED: Final = {"next": "look", "blind": False, "found": [], "foreign": [], "deletions": []}


def begin(given: Removal) -> Removal:
    """Return where the removal stands before its first look, or as a look left it."""
    if given["next"] != "look":
        return given
    return {
        "next": "look",
        "blind": False,
        "looks": 0,
        "limited": False,
        "began": 0.0,
        "quiet": 0,
        "wait_seconds": 0,
        "known": [],
        "found": [],
        "to_delete": [],
        "gone": [],
        "seen": [],
        "deleted": [],
        "denied": [],
        "refused": {},
        "foreign": [],
        "nothing_left": False,
        "deletions": [],
    }


def join(before: Sequence[Thing], found: Sequence[Thing]) -> list[Thing]:
    """Join what was known before and what is found now, in the order of its deletion.

    What bore our marks is known by its id from then on: a mark goes with what leaves it.
    """
    things = {one["id"]: one for one in [*before, *found]}
    return sorted(things.values(), key=lambda one: _KINDS.index(one["kind"]))


def remember(before: Removal, recorded: Sequence[Thing]) -> Look:
    """Return what a look would show if nobody else had a hand in it; for when there is none."""
    things = join(before["known"], recorded)
    gone = {*before["gone"], *(one["id"] for one in before["deletions"] if one["gone"])}
    return {**NOTHING, "known": things, "listed": {one["id"] for one in things} - gone}


def unclear(before: Removal, things: Sequence[Thing], listed: set[str]) -> list[str]:
    """Return the ids of channels to be asked for one by one: no list ever showed them.

    Discord answered no attempt to delete them. They may be gone, or hidden from the bot.
    """
    deletions = before["deletions"]
    failed = {one["id"] for one in deletions if "failure" in one} | {*before["refused"]}
    denied = {*before["denied"], *_denied(deletions)}
    gone = {*before["gone"], *(one["id"] for one in deletions if one["gone"])}
    known_of = {*before["seen"], *gone, *denied, *listed}
    return [
        one["id"]
        for one in things
        if one["kind"] != "role" and one["id"] in failed and one["id"] not in known_of
    ]


def step(before: Removal, look: Look, failure: Failure, now: float) -> Removal:
    """Decide what to do after a `look`, `now` in Unix seconds.

    Where Discord limits deletions, all wait.
    """
    tally = _count(before, look)
    standing = {*look["listed"], *look["there"]}
    open_ = [
        thing
        for thing in look["known"]
        if not _is_final(tally, thing)
        and (thing["id"] in standing or thing["id"] not in tally["gone"])
    ]
    left = [thing for thing in look["known"] if _is_left(tally, thing, standing)]
    quiet = 0 if any(thing["kind"] == "channel" for thing in open_) else before["quiet"] + 1
    if before["blind"]:
        quiet = QUIET_LOOKS  # another look would show no more
    to_delete = _first_kind(open_)
    # What Discord did not refuse to delete may be gone: its lists may be late.
    is_in_doubt = not before["blind"] and any(
        thing["id"] in standing and thing["id"] not in tally["denied"] for thing in left
    )
    wait = _limited_for(before["deletions"], now) if to_delete else 0
    # Neither the look after such deletions counts nor the one before: patience ends with time.
    limited = any("limited_until" in one for one in before["deletions"])
    looks = before["looks"] + (not limited and not before["limited"])
    next_ = "look again" if wait else _next(to_delete, quiet, looks, is_in_doubt=is_in_doubt)
    began = before["began"] or now
    settled_at = 0.0 if known.is_outcome_known(failure) else began + UNKNOWN_OUTCOME_SECONDS
    return {
        **tally,
        "next": next_,
        "blind": before["blind"],
        "looks": looks,
        "limited": limited,
        "quiet": quiet,
        "began": began,
        "wait_seconds": max(SETTLE_SECONDS, math.ceil(settled_at - now), wait),
        "known": look["known"],
        "found": left,
        "nothing_left": not left,
        "deletions": [],
        "to_delete": to_delete if next_ == "delete" else [],
        # With the category gone they can no longer be seen to have been in it.
        "foreign": before["foreign"]
        + [one for one in look["foreign"] if one not in before["foreign"]],
    }


def _limited_for(deletions: Sequence[Deletion], now: float) -> int:
    """Return for how many seconds Discord takes no deletion, rounded up."""
    until = max((one.get("limited_until", 0.0) for one in deletions), default=0.0)
    return max(0, math.ceil(until - now))


class _Tally(TypedDict):
    """The part of `Removal` that is counted."""

    gone: list[str]
    seen: list[str]
    deleted: list[str]
    denied: list[str]
    refused: dict[str, int]


def _count(before: Removal, look: Look) -> _Tally:
    """Count the attempts to delete something; one that Discord limits was none."""
    deletions = before["deletions"]
    refused = dict(before["refused"])
    for one in deletions:
        if "failure" in one:
            is_last_word = one["failure"]["Error"] == "OutOfTime" or before["blind"]
            refused[one["id"]] = MOST_DELETIONS if is_last_word else refused.get(one["id"], 0) + 1
    deleted = [one["id"] for one in deletions if one.get("deleted", False)]
    seen = {*before["seen"], *(look["listed"] & {one["id"] for one in look["known"]})}
    return {
        "gone": before["gone"] + [one["id"] for one in deletions if one["gone"]] + look["gone"],
        "seen": sorted(seen),
        "deleted": [*before["deleted"], *deleted],
        "denied": [*before["denied"], *_denied(deletions), *look["hidden"]],
        "refused": refused,
    }


def _denied(deletions: Sequence[Deletion]) -> list[str]:
    """Return the ids of what Discord refused to delete."""
    failed = [one for one in deletions if "failure" in one]
    return [one["id"] for one in failed if one["failure"]["Error"] in errors.OUTCOME_KNOWN]


def _is_final(tally: _Tally, thing: Thing) -> bool:
    """Tell whether there were enough attempts to delete something."""
    tries = tally["refused"].get(thing["id"], 0) + tally["gone"].count(thing["id"])
    return tries >= MOST_DELETIONS


def _is_left(tally: _Tally, thing: Thing, listed: set[str]) -> bool:
    id_ = thing["id"]
    if id_ in listed:
        return id_ not in tally["deleted"]
    return id_ in tally["refused"] and id_ in tally["denied"] and id_ not in tally["gone"]


def _next(to_delete: Sequence[Thing], quiet: int, looks: int, *, is_in_doubt: bool) -> Next:
    if looks >= MOST_LOOKS:
        return "finished"
    if to_delete and (to_delete[0]["kind"] == "channel" or quiet >= QUIET_LOOKS):
        return "delete"
    return "look again" if quiet < QUIET_LOOKS or is_in_doubt else "finished"


def _first_kind(things: Sequence[Thing]) -> list[Thing]:
    return [thing for thing in things if thing["kind"] == things[0]["kind"]]


def why(failure: Failure, interaction_id: str) -> str:
    """Say in the user's words why the campaign failed; the first of our own errors tells most."""
    for one in known.causes(failure):
        if one["Error"] in errors.OURS:
            return str(json.loads(one["Cause"])["errorMessage"])
        if one["Error"] in _ENDS:
            return _ENDS[one["Error"]]()
    return messages.unexpected(interaction_id)
