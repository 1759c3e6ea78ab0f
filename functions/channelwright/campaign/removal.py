"""How a campaign is removed: delete, look, delete, until nothing is left. Pure.

A look lists the server's channels and roles. Recorded things are deleted by their ids, listed or
not: the channels at once. A look precedes the deletion of the category, to see what others put into
it. If all outcomes are known, category and role are then deleted together, and a last look follows.

The removal waits only for unknown outcomes, and once: a thing may have been created but not
recorded, and Discord's lists may lag behind its writes. Until that settles, the category stays,
because it marks our channels, and the role, because it marks our category. If Discord does not know
a thing that it has just created, or that a list shows, this has to settle, too, before one retry.
But a thing that Discord has deleted is gone, however late a list is.

No list shows a channel that the bot may not see. So if Discord has not deleted a channel, and no
list shows it, the bot asks for it by its id. A role that no list shows is gone. If Discord shows no
lists, everything known is deleted blindly.
"""

from collections.abc import Mapping, Sequence, Set
from typing import Final, Literal, NamedTuple, TypedDict

from channelwright.campaign.deletions import Deletion, Tally
from channelwright.campaign.ownership import Kind, Thing

Next = Literal["look", "delete", "look again", "finished"]
# In the order of deletion.
_KINDS: Final = ("channel", "category", "role")


class Look(NamedTuple):
    """The result of a look: everything `known` to be ours, in the order of deletion.

    `listed` are the ids of everything in the server, `foreign` others' channels in our category.
    Of those that an earlier look showed in it, this one shows the `doubted` elsewhere, or nowhere.
    Of the ids that the bot asked for, `there` exist, `gone` do not, and it may not see `hidden`;
    roles that are not listed are `gone`, too. The look `began` then (Unix seconds).
    """

    known: Sequence[Thing]
    listed: Set[str] = frozenset()
    foreign: Sequence[Thing] = ()
    there: Sequence[str] = ()
    gone: Sequence[str] = ()
    hidden: Sequence[str] = ()
    doubted: Sequence[str] = ()
    began: float = 0.0


class HowToGoOn(TypedDict):
    """The `next` state, what it deletes, and the seconds until the next look."""

    next: Next
    to_delete: list[Thing]
    wait_seconds: int


class Removal(HowToGoOn, Tally):
    """The state of the removal; times are in Unix seconds.

    The removal may wait for Discord `until` then. Before `settled_at`, something may still appear
    in Discord's lists, or vanish. If `in_order`, the role has to outlast the category, because an
    unrecorded category is known by it alone. `looks` counts the looks, but not those at which
    deletions were `limited` while there is time. `limits` is how often in a row Discord limited
    all deletions. `known` is everything ever found to be ours, `found` the part that is left or,
    before the end, may be; `foreign` is what others put into our category. If `blind`, Discord
    shows no lists, so nothing is certain. `deletions` are those since the last step. `event` is
    what other systems will hear (events/data.py).
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
    event: Mapping[str, object]


# Before the first step; the state machine's *Remove Campaign* passes on the same.
NOT_LOOKED: Final = {
    "next": "look",
    "blind": False,
    "wait_seconds": 0,
    "found": [],
    "foreign": [],
    "deletions": [],
    # If nobody ever looks.
    "event": {"type": "campaign.failed", "left": [], "checked": False, "names_omitted": False},
}


def join(before: Sequence[Thing], found: Sequence[Thing]) -> list[Thing]:
    """Return what was known before and what is found now, in the order of deletion.

    A thing that once bore our marks stays known by its id: deleting another may erase its marks.
    """
    things = {one["id"]: one for one in [*before, *found]}
    return sorted(things.values(), key=lambda one: _KINDS.index(one["kind"]))


def gone(removal: Removal) -> set[str]:
    """Return the ids that Discord reported gone, before and since the last step."""
    return {*removal["gone"], *(one["id"] for one in removal["deletions"] if one["gone"])}


def deleted(removal: Removal) -> set[str]:
    """Return the ids that the bot has deleted, before and since the last step."""
    since = (one["id"] for one in removal["deletions"] if one.get("deleted"))
    return {*removal["deleted"], *since}


def is_deleted(removal: Removal, things: Sequence[Thing]) -> bool:
    """Return whether the bot has deleted each of the `things`."""
    return {one["id"] for one in things} <= deleted(removal)


def remember(before: Removal, recorded: Sequence[Thing]) -> Look:
    """Return, in place of a look, what it would show if nobody else changed anything."""
    things = join(before["known"], recorded)
    return Look(things, listed={one["id"] for one in things} - gone(before))


def unclear(before: Removal, things: Sequence[Thing], listed: Set[str]) -> list[str]:
    """Return the ids of channels to ask for one by one.

    No list shows them, and no attempt to delete them has succeeded: they may be gone, or hidden
    from the bot. `listed` are the ids that the lists show now.
    """
    left = _unlisted(before, things, listed)
    return [id_ for id_, kind in left if kind != "role" and id_ not in before["hidden"]]


def vanished(before: Removal, things: Sequence[Thing], listed: Set[str]) -> list[str]:
    """Return the ids of roles that Discord has not deleted, but does not list: none is hidden."""
    return [id_ for id_, kind in _unlisted(before, things, listed) if kind == "role"]


def doubted(before: Removal, foreign: Sequence[Thing]) -> list[str]:
    """Return the ids of others' channels in our category that the lists do not show there any more.

    Lists may lag behind, so they may still be there, unless the bot has deleted the category.
    """
    was_deleted = deleted(before)
    if any(one["kind"] == "category" and one["id"] in was_deleted for one in before["known"]):
        return []
    shown = {one["id"] for one in foreign}
    inside = [one["id"] for one in before["foreign"] if one["kind"] == "channel"]
    return [id_ for id_ in inside if id_ not in shown]


def _unlisted(before: Removal, things: Sequence[Thing], listed: Set[str]) -> list[tuple[str, Kind]]:
    """Return the id and kind of what was tried, but is not gone, and no list shows."""
    tried = {*before["refused"], *(one["id"] for one in before["deletions"])}
    left = tried - gone(before) - listed
    return [(one["id"], one["kind"]) for one in things if one["id"] in left]
