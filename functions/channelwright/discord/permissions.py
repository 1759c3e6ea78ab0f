"""Discord's permission bits, and who may see what in a campaign. Pure.

Source: Discord docs, Topics > Permissions.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, TypedDict

ADMINISTRATOR: Final = 1 << 3
MANAGE_CHANNELS: Final = 1 << 4
VIEW_CHANNEL: Final = 1 << 10
SEND_MESSAGES: Final = 1 << 11
READ_MESSAGE_HISTORY: Final = 1 << 16
CONNECT: Final = 1 << 20
SPEAK: Final = 1 << 21
MANAGE_ROLES: Final = 1 << 28
SEND_MESSAGES_IN_THREADS: Final = 1 << 38

NAMES: Final = {
    VIEW_CHANNEL: "View Channel",
    MANAGE_CHANNELS: "Manage Channels",
    MANAGE_ROLES: "Manage Roles",
    CONNECT: "Connect",
    SEND_MESSAGES: "Send Messages",
    SEND_MESSAGES_IN_THREADS: "Send Messages in Threads",
}

# What the bot needs in a server, and what its invite link asks for.
BOT_NEEDS: Final = VIEW_CHANNEL | MANAGE_CHANNELS | MANAGE_ROLES | CONNECT | SEND_MESSAGES
# What a game master needs to ask for a campaign.
CALLER_NEEDS: Final = MANAGE_CHANNELS | MANAGE_ROLES

# Discord docs, Resources > Channel > Channel Types: of announcements, public (a post in a forum is
# one) and private.
THREAD_TYPES: Final = (10, 11, 12)

_SEE: Final = VIEW_CHANNEL | CONNECT
_ROLE: Final = 0
_MEMBER: Final = 1


class Overwrite(TypedDict):
    """A permission overwrite as Discord takes it: `type` 0 is a role, 1 a member."""

    id: str
    type: int
    allow: str
    deny: str


def missing(held: int, needed: int) -> list[str]:
    """Name the permissions of `needed` that `held` lacks; Administrator holds them all."""
    if held & ADMINISTRATOR:
        return []
    return [name for bit, name in NAMES.items() if needed & bit and not held & bit]


def bot_needs_in(channel_type: object) -> int:
    """Return what the bot needs where a command is run: it may have to write there.

    In a thread Send Messages means nothing. Source: Discord docs, Topics > Permissions >
    Inherited Permissions (Threads).
    """
    if channel_type in THREAD_TYPES:
        return BOT_NEEDS & ~SEND_MESSAGES | SEND_MESSAGES_IN_THREADS
    return BOT_NEEDS


@dataclass(frozen=True)
class Standing:
    """What a member may do in the whole server, before any channel's overwrites.

    `permissions` are bits, as if no timeout were on; `highest` is the position of their highest
    role (@everyone has 0); `timed_out_until` is in Unix seconds, None if no timeout binds them.
    """

    permissions: int
    highest: int
    timed_out_until: int | None = None


def standing(
    guild: Mapping[str, Any], member: Mapping[str, Any], user_id: str, at: float
) -> Standing:
    """Compute how a member stands in a server `at` a time (Unix seconds).

    `guild` is Discord's guild object (`id`, `owner_id`, `roles`), `member` its member object
    (`roles`, `communication_disabled_until`). Source: Discord docs, Topics > Permissions >
    Permission Hierarchy; Permissions for Timed Out Members.
    """
    roles = [
        role
        for role in guild["roles"]
        if role["id"] == guild["id"] or role["id"] in member["roles"]
    ]
    highest = max(int(role["position"]) for role in roles)
    held = 0
    for role in roles:
        held |= int(role["permissions"])
    if guild["owner_id"] == user_id:
        held = ADMINISTRATOR
    until = member.get("communication_disabled_until")
    ends = datetime.fromisoformat(until).timestamp() if until else 0.0
    binds = ends > at and not held & ADMINISTRATOR
    return Standing(held, highest, int(ends) if binds else None)


# What players do in a campaign. Its channels take nothing of it away, nor does its role give it.
_OF_PLAYERS: Final = {
    "Send Messages": SEND_MESSAGES,
    "Send Messages in Threads": SEND_MESSAGES_IN_THREADS,
    "Read Message History": READ_MESSAGE_HISTORY,
    "Speak": SPEAK,
}


def lacking_for_players(everyone: int) -> list[str]:
    """Name what players need and @everyone's permissions do not give them.

    Source: Discord docs, Topics > Permissions > Permission Hierarchy.
    """
    if everyone & ADMINISTRATOR:
        return []
    return [name for name, bit in _OF_PLAYERS.items() if not everyone & bit]


def private_to(
    guild_id: str, *, bot: str, members: Iterable[str], roles: Iterable[str]
) -> list[Overwrite]:
    """Make the overwrites of a channel that only `members`, `roles` and the bot can see.

    The @everyone role has the server's own id. Who is denied View Channel or Connect can do
    nothing there, so the bot is allowed both itself, or it could neither fill nor delete it.
    """
    return [
        _overwrite(guild_id, _ROLE, deny=_SEE),
        *(_overwrite(role, _ROLE, allow=_SEE) for role in roles),
        *(_overwrite(member, _MEMBER, allow=_SEE) for member in members),
        _overwrite(bot, _MEMBER, allow=_SEE | MANAGE_CHANNELS),
    ]


def _overwrite(target: str, kind: int, *, allow: int = 0, deny: int = 0) -> Overwrite:
    return {"id": target, "type": kind, "allow": str(allow), "deny": str(deny)}
