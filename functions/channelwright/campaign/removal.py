"""How a campaign is removed: delete, look, delete, until nothing is left. Pure.

Recorded things are deleted by their ids, whether a list shows them or not: the channels at once.
A look comes before the category goes, so that what others put into it is seen. Where all outcomes
are known that is enough: category and role go together, and a last look follows.

Only what is unknown is waited for, and once: something may have been made that nobody recorded, and
Discord's lists may lag behind its writes. Until that is settled the category stays, by which we
know our channels, and the role, by which we know our category. A thing that Discord does not know
though it has just made it, or though a list shows it, has to settle as well; it is tried once more
then. But what Discord has deleted is gone, however late a list is.

No list shows a channel that the bot may not see: what Discord refused to delete counts as left,
listed or not. A thing that it did not answer for counts as gone when the lists that showed it show
it no more; if none ever did, Discord is asked for it by its id. When Discord shows no lists, all
that is known is deleted blindly.
"""

from collections.abc import Sequence
from typing import Final, Literal, TypedDict

from channelwright.campaign import deletions
from channelwright.campaign.deletions import Deletion, Tally
from channelwright.campaign.ownership import Thing

Next = Literal["look", "delete", "look again", "finished"]


# What is deleted first, and last.
_KINDS: Final = ("channel", "category", "role")


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


class HowToGoOn(TypedDict):
    """The `next` state, what it deletes, and after how many seconds comes the next look."""

    next: Next
    to_delete: list[Thing]
    wait_seconds: int


class Removal(HowToGoOn, Tally):
    """Where the removal stands.

    It may wait for Discord `until` then. Before `settled_at` something may still appear in
    Discord's lists, or vanish. (Both are in Unix seconds.) `in_order` tells that the role has to
    outlast the category: one that nobody recorded is known by it alone. `looks` counts the looks;
    while it may wait, not those at which deletions were `limited`. `limits` is how often in a row
    Discord took none of them. `known` is all that was ever
    found to be ours, `found` what of it is left, `foreign` what others put into our category.
    `blind` tells that Discord shows no lists: nothing is known for sure. `deletions` are those
    since the last step.
    """

    blind: bool
    until: float
    settled_at: float
    in_order: bool
    looks: int
    limited: bool
    limits: int
    known: list[Thing]
    found: list[Thing]
    foreign: list[Thing]
    nothing_left: bool
    deletions: list[Deletion]


# Before the first step; the state machine's *Remove Campaign* hands on the same.
NOT_LOOKED: Final = {
    "next": "look",
    "blind": False,
    "wait_seconds": 0,
    "found": [],
    "foreign": [],
    "deletions": [],
}


def join(before: Sequence[Thing], found: Sequence[Thing]) -> list[Thing]:
    """Join what was known before and what is found now, in the order of its deletion.

    A thing that bore our marks is known by its id from then on: a mark goes with what leaves it.
    """
    things = {one["id"]: one for one in [*before, *found]}
    return sorted(things.values(), key=lambda one: _KINDS.index(one["kind"]))


def gone(removal: Removal) -> set[str]:
    """Return the ids of what Discord said to be gone, before and since the last step."""
    return {*removal["gone"], *(one["id"] for one in removal["deletions"] if one["gone"])}


def remember(before: Removal, recorded: Sequence[Thing]) -> Look:
    """Return what a look would show if nobody else had a hand in it; for when there is none."""
    things = join(before["known"], recorded)
    return {**NOTHING, "known": things, "listed": {one["id"] for one in things} - gone(before)}


def unclear(before: Removal, things: Sequence[Thing], listed: set[str]) -> list[str]:
    """Return the ids of channels to be asked for one by one: no list ever showed them.

    Discord answered no attempt to delete them. They may be gone, or hidden from the bot.
    """
    failed = {*before["refused"], *(one["id"] for one in before["deletions"] if "failure" in one)}
    denied = {*before["denied"], *deletions.denied(before["deletions"])}
    answered = {*before["seen"], *gone(before), *denied, *listed}
    return [
        one["id"]
        for one in things
        if one["kind"] != "role" and one["id"] in failed and one["id"] not in answered
    ]
