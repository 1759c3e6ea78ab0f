"""Changes of a campaign's members: who may, for whom, and what follows for the record. Pure.

A player has the campaign's role. A co-GM has the role, too, and an overwrite on the category and on
every channel for game masters: a channel with overwrites of its own inherits nothing. Discord says
who has the role; the record says who leads.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NotRequired, TypedDict

from channelwright.campaign.known import LISTS_LAG_SECONDS
from channelwright.discord import permissions
from channelwright.discord.edits import UNKNOWN_OUTCOME_SECONDS
from channelwright.discord.permissions import MANAGE_ROLES, Standing
from channelwright.errors import OUTCOME_KNOWN
from channelwright.records import deletion
from channelwright.records.record import Record, channels_of, id_of
from channelwright.words import members as words

Object = Mapping[str, Any]
PLAYER, CO_GM, GAME_MASTER = "player", "co-gm", "game-master"
ADD, REMOVE, LEAVE = "add", "remove", "leave"


class Overwrite(TypedDict):
    """The bits that a person's overwrite of a channel (`id`) has after a change: none, to lose it.

    All bits but those of `permissions.SEE` are as people have left them.
    """

    id: str
    allow: int
    deny: int


class Change(TypedDict):
    """A change of one person: they are added (`as` something) or lose their role.

    `channels` are the ids of those whose overwrite is not so yet, in turn: first the category,
    which others may follow.
    """

    user_id: str
    change: str
    channels: list[list[str]]


class Changed(TypedDict):
    """How a change ended: "added", "already", "removed", "absent", "bot", "gone" or "failed"."""

    user_id: str
    result: str
    failure: NotRequired[Mapping[str, str]]


def co_gms_of(record: Record) -> list[str]:
    """Return the ids of the campaign's co-GMs."""
    return record.get("co_gms", [])


def refusal(
    record: Record, request: Mapping[str, str], standing: Standing, *, master_has_left: bool
) -> str | None:
    """Return why a user may not change the members of a campaign, or None.

    `request` has the `change`, `who` it is about (ids), `as` what, and the `user_id` that asks,
    whose `standing` is of the whole server. A manager may hand over if the game master has left.
    """
    name, user, who = record["name"], request["user_id"], {*request["who"].split(",")}
    leads = user == record["game_master"]
    if request["change"] == LEAVE:
        return words.hand_over_first(name) if leads else None
    if request["change"] == REMOVE and record["game_master"] in who:
        return words.is_game_master(record["game_master"])
    manages = deletion.may_delete(record, user, standing)
    if request.get("as") == GAME_MASTER:
        may = (leads and manages) or (manages and master_has_left)
        return None if may else words.only_master(name)
    return None if manages else _refusal_of_another(record, request, who, standing)


def _refusal_of_another(
    record: Record, request: Mapping[str, str], who: set[str], standing: Standing
) -> str | None:
    """Return why somebody who neither leads nor manages may not: a co-GM may change players."""
    removes_leaders = request["change"] == REMOVE and who & {*co_gms_of(record)}
    if request.get("as") == CO_GM or removes_leaders:
        return words.only_master_or_manager(record["name"])
    is_free = standing.timed_out_until is None
    is_co_gm = request["user_id"] in co_gms_of(record) and is_free
    return None if is_co_gm else words.only_leaders(record["name"])


def power_of(record: Record, role: Object, channels: Sequence[Object]) -> list[str]:
    """Return what the campaign's `role` gives beyond the campaign: somebody changed it since.

    These are names of permissions, and mentions of others' `channels` that it opens.
    """
    ours = {id_of(record, "category"), *(one["id"] for one in channels_of(record))}
    held = permissions.named(int(role["permissions"]))
    opened = [
        f"<#{one['id']}>"
        for one in channels
        # A channel that somebody puts into the category is in sync with it.
        if one["id"] not in ours and one.get("parent_id") != id_of(record, "category")
        for overwrite in one.get("permission_overwrites", [])
        if overwrite["id"] == role["id"] and int(overwrite["allow"])
    ]
    return held + opened


def could_give(role: Object, guild: Object, user_id: str, held: Sequence[str]) -> bool:
    """Return whether a user who `held` these roles could give a role in Discord themselves.

    Of roles at one position, the older is the higher one.
    Source: Discord docs, Topics > Permissions > Permission Hierarchy; Role Object.
    """
    if guild["owner_id"] == user_id:
        return True
    theirs = [one for one in guild["roles"] if one["id"] in {*held, guild["id"]}]
    bits = 0
    for one in theirs:
        bits |= int(one["permissions"])
    is_above = any(_rank(one) > _rank(role) for one in theirs)
    return is_above and not permissions.missing(bits, MANAGE_ROLES)


def _rank(role: Object) -> tuple[int, int]:
    return int(role["position"]), -int(role["id"])


def is_about_leaders(record: Record, request: Mapping[str, str]) -> bool:
    """Return whether a `request` changes the overwrites of people who lead, or are to lead."""
    if request["change"] == ADD:
        return _adds_leaders(request)
    return bool({*request["who"].split(",")} & {record["game_master"], *co_gms_of(record)})


def _adds_leaders(request: Mapping[str, str]) -> bool:
    return request.get("as", PLAYER) != PLAYER


def changes(
    record: Record, request: Mapping[str, str], channels: Sequence[Object], *, master_has_left: bool
) -> list[Change]:
    """Return the change of each person that a `request` names, once each.

    A game master who has left and is replaced by another loses the overwrites, too.
    """
    people = dict.fromkeys(request["who"].split(","))
    change = ADD if request["change"] == ADD else REMOVE
    leads = _adds_leaders(request)
    changed = [_change(record, one, change, channels, leads=leads) for one in people]
    master = record["game_master"]
    is_replaced = request.get("as") == GAME_MASTER and master_has_left
    if is_replaced and master and master not in people:
        changed.append(_change(record, master, REMOVE, channels))
    return changed


def _change(
    record: Record, user_id: str, change: str, channels: Sequence[Object], *, leads: bool = False
) -> Change:
    is_added = change == ADD
    changed: Change = {"user_id": user_id, "change": change, "channels": []}
    if leads or not is_added:
        category, ours = id_of(record, "category"), channels_of(record)
        others = [one["id"] for one in ours if one["gm_only"] or not is_added]
        in_turn = ([category], others)
        written = ([one["id"] for one in to_write(changed, ids, channels)] for ids in in_turn)
        changed["channels"] = [ids for ids in written if ids]
    return changed


def to_write(change: Change, ids: Iterable[str], channels: Sequence[Object]) -> list[Overwrite]:
    """Return the overwrites that a change has to write now, in those of `channels` with `ids`."""
    listed = {one["id"]: one for one in channels}
    found = (_overwrite(change, listed[id_]) for id_ in ids if id_ in listed)
    return [one for one in found if one]


def _overwrite(change: Change, channel: Object) -> Overwrite | None:
    """Return a person's overwrite after a change, or None if it need not be written."""
    user_id, overwrites = change["user_id"], channel.get("permission_overwrites", [])
    own = [one for one in overwrites if one["id"] == user_id and one["type"] == permissions.MEMBER]
    allow = int(own[0]["allow"]) if own else 0
    deny = int(own[0]["deny"]) if own else 0
    see = permissions.SEE
    if change["change"] == ADD:
        is_so = allow & see == see
        after = (allow | see, deny & ~see)
    else:
        is_so = not allow & permissions.VIEW_CHANNEL
        after = (allow & ~see, deny)
    if is_so:
        return None
    return {"id": channel["id"], "allow": after[0], "deny": after[1]}


# They are members now, with all that was asked for.
IN: Final = frozenset({"added", "already"})


def leaders(
    record: Record, request: Mapping[str, str], results: Iterable[Changed], *, master_has_left: bool
) -> tuple[str, list[str]]:
    """Return the game master and the co-GMs after the changes; nobody is both."""
    master, co_gms = record["game_master"], [*co_gms_of(record)]
    for one in results:
        user_id, is_in = one["user_id"], one["result"] in IN
        if request["change"] != ADD:
            if one["result"] != "failed":
                co_gms = [each for each in co_gms if each != user_id]
        elif is_in and request.get("as") == GAME_MASTER:
            co_gms += [] if master_has_left else [master]
            master = user_id
        elif is_in and request.get("as") == CO_GM:
            co_gms.append(user_id)
    return master, [each for each in dict.fromkeys(co_gms) if each != master]


def settle_seconds(results: Iterable[Changed]) -> int:
    """Return how long the next change has to wait after these.

    Nobody knows what a change did before it failed: a list may not show that yet, and a write
    without an answer may still come. (Whoever changes leaders waits for lists in any case.)
    """
    failures = [one["failure"]["Error"] for one in results if "failure" in one]
    if not failures:
        return 0
    is_known = all(error in OUTCOME_KNOWN for error in failures)
    return LISTS_LAG_SECONDS if is_known else UNKNOWN_OUTCOME_SECONDS
