"""Permission overwrites of a channel: as archived, and merged with what people change. Pure.

Three states of a channel meet: the one before the archiving, the archived one, and what Discord
shows now. Each bit of an overwrite is compared by itself, and so is whether the overwrite exists.
Source: Discord docs, Topics > Permissions > Permission Overwrites, Permission Syncing.
"""

from collections.abc import Mapping, Sequence, Set
from functools import reduce
from operator import and_
from typing import Any, Final, NamedTuple

from channelwright.discord.permissions import ARCHIVE_DENIES, CONNECT

ROLE: Final = 0
MEMBER: Final = 1


class Overwrite(NamedTuple):
    """An overwrite for a role or a member (`type`): the bits that it allows and denies."""

    type: int
    allow: int = 0
    deny: int = 0


# By the id of the role or member.
Overwrites = Mapping[str, Overwrite]


class Change(NamedTuple):
    """A write in a channel: the `overwrite` for an id, None to delete it."""

    id: str
    overwrite: Overwrite | None


def of(channel: Mapping[str, Any]) -> Overwrites:
    """Return the overwrites of Discord's channel object."""
    return {
        one["id"]: Overwrite(int(one["type"]), int(one["allow"]), int(one["deny"]))
        for one in channel.get("permission_overwrites", [])
    }


def archived(before: Overwrites, guild_id: str, bot_id: str) -> Overwrites:
    """Return the overwrites of a channel as archived: nobody can write, react, connect or speak.

    What @everyone (whose id is the server's) is denied, an allow for a role or a member would give
    back, so those become denials, too. Only the bot may still connect: without that, a voice
    channel would be closed to it, and could not be restored.
    """
    after = {id_: _denied(one) for id_, one in before.items()}
    everyone = after.get(guild_id, Overwrite(ROLE))
    after[guild_id] = _with(everyone, deny=ARCHIVE_DENIES)
    after[bot_id] = _with(before.get(bot_id, Overwrite(MEMBER)), allow=CONNECT)
    return after


def _denied(one: Overwrite) -> Overwrite:
    return _with(one, deny=one.allow & ARCHIVE_DENIES)


def _with(one: Overwrite, *, allow: int = 0, deny: int = 0) -> Overwrite:
    return Overwrite(one.type, one.allow & ~deny | allow, one.deny & ~allow | deny)


def merged(origins: Sequence[Overwrites], aim: Overwrites, now: Overwrites) -> Overwrites:
    """Return the `aim`, but leave what differs `now` from all `origins`: somebody changed it."""
    ids = {**now, **aim}
    found = {
        id_: _merged([one.get(id_) for one in origins], aim.get(id_), now.get(id_)) for id_ in ids
    }
    return {id_: one for id_, one in found.items() if one is not None}


def _merged(
    origins: Sequence[Overwrite | None], aim: Overwrite | None, now: Overwrite | None
) -> Overwrite | None:
    changed = reduce(and_, (_difference(now, one) for one in origins))
    was, wanted = _bits(now), _bits(aim)
    allow, deny = (
        mine & ~changed | theirs & changed for mine, theirs in zip(wanted, was, strict=True)
    )
    left_alone = any((now is None) == (one is None) for one in origins)
    exists = (aim if left_alone else now) is not None
    if not (exists or allow or deny):
        return None
    [kind, *_] = [one.type for one in (now, aim) if one]
    return Overwrite(kind, allow, deny)


def changed(states: Sequence[Overwrites], now: Overwrites) -> list[str]:
    """Return the ids of the overwrites in which somebody changed what is in none of the states."""
    ids = dict.fromkeys(id_ for one in (*states, now) for id_ in one)
    return [id_ for id_ in ids if _is_changed([one.get(id_) for one in states], now.get(id_))]


def _is_changed(states: Sequence[Overwrite | None], now: Overwrite | None) -> bool:
    if reduce(and_, (_difference(now, one) for one in states)):
        return True
    return all((now is None) != (one is None) for one in states)


def _difference(one: Overwrite | None, other: Overwrite | None) -> int:
    (allow, deny), (others_allow, others_deny) = _bits(one), _bits(other)
    return (allow ^ others_allow) | (deny ^ others_deny)


def _bits(one: Overwrite | None) -> tuple[int, int]:
    return (one.allow, one.deny) if one else (0, 0)


def changes(aim: Overwrites, now: Overwrites) -> list[Change]:
    """Return what turns one state into the other."""
    ids = {**now, **aim}
    return [Change(id_, aim.get(id_)) for id_ in ids if aim.get(id_) != now.get(id_)]


def are_in_sync(one: Overwrites, other: Overwrites, guild_id: str) -> bool:
    """Return whether a channel is in sync with its category: both have the same overwrites.

    An empty overwrite for @everyone counts as none. Source: discord.js issues 5819 and 6004.
    """
    empty = {(guild_id, Overwrite(ROLE))}
    return one.items() - empty == other.items() - empty


def without_deleted_roles(given: Overwrites, there: Set[str]) -> Overwrites:
    """Return the overwrites without those of roles that are not `there`; members' always stay."""
    return {id_: one for id_, one in given.items() if one.type == MEMBER or id_ in there}


def allowed(now: Overwrites, guild_id: str, bot_id: str) -> dict[str, int]:
    """Return what an archived channel still allows of `ARCHIVE_DENIES`, by role or member.

    @everyone is among them if the channel does not deny it everything.
    """
    left = {id_: one.allow & ARCHIVE_DENIES for id_, one in now.items() if id_ != bot_id}
    everyone = now.get(guild_id, Overwrite(ROLE))
    left[guild_id] = ARCHIVE_DENIES & (~everyone.deny | everyone.allow)
    return {id_: bits for id_, bits in left.items() if bits}
