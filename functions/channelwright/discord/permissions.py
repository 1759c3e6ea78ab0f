"""Discord's permission bits, and the visibility of a campaign's channels. Pure.

Source: Discord docs, Topics > Permissions.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

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
    READ_MESSAGE_HISTORY: "Read Message History",
    SPEAK: "Speak",
}

# The bot needs these in a server, and its invite link asks for them.
BOT_NEEDS: Final = VIEW_CHANNEL | MANAGE_CHANNELS | MANAGE_ROLES | CONNECT | SEND_MESSAGES
# A game master needs these to create a campaign.
CALLER_NEEDS: Final = MANAGE_CHANNELS | MANAGE_ROLES
# Players need these in a campaign. Its channels do not deny them, and its role does not grant them:
# @everyone has to. Discord docs, Topics > Permissions > Permission Hierarchy.
PLAYERS_NEED: Final = SEND_MESSAGES | SEND_MESSAGES_IN_THREADS | READ_MESSAGE_HISTORY | SPEAK

# Discord docs, Resources > Channel > Channel Types: threads of announcements, public ones (forum
# posts, too) and private ones.
THREAD_TYPES: Final = (10, 11, 12)

# Without both, nobody can do anything in a channel.
SEE: Final = VIEW_CHANNEL | CONNECT
# The types of an overwrite. Discord docs, Resources > Channel > Overwrite Object.
_ROLE: Final = 0
MEMBER: Final = 1


def missing(held: int, needed: int) -> list[str]:
    """Name the permissions of `needed` that `held` lacks; Administrator holds them all."""
    if held & ADMINISTRATOR:
        return []
    return [name for bit, name in NAMES.items() if needed & bit and not held & bit]


def named(held: int) -> list[str]:
    """Name the permissions in `held`; one that the bot does not know has its bit's number."""
    names = {ADMINISTRATOR: "Administrator", **NAMES}
    bits = [1 << number for number in range(held.bit_length()) if held >> number & 1]
    return [names.get(bit, f"permission {bit.bit_length() - 1}") for bit in bits]


def bot_needs_in(channel_type: object) -> int:
    """Return the permissions that the bot needs where a command is run: it may have to write there.

    Send Messages has no effect in threads. Source: Discord docs, Topics > Permissions > Inherited
    Permissions (Threads).
    """
    if channel_type in THREAD_TYPES:
        return BOT_NEEDS & ~SEND_MESSAGES | SEND_MESSAGES_IN_THREADS
    return BOT_NEEDS


@dataclass(frozen=True)
class Standing:
    """A member's permissions in the whole server, before any channel's overwrites.

    `permissions` are bits and ignore a timeout; `highest` is the position of the highest role
    (@everyone has 0); `timed_out_until` is in Unix seconds, None without an effective timeout.
    """

    permissions: int
    highest: int
    timed_out_until: int | None = None


def standing(
    guild: Mapping[str, Any], member: Mapping[str, Any], user_id: str, at: float
) -> Standing:
    """Compute a member's standing in a server `at` a moment (Unix seconds).

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


def private_to(
    guild_id: str, *, bot: str, members: Iterable[str], roles: Iterable[str]
) -> list[dict[str, Any]]:
    """Return the overwrites, in Discord's form, of a channel that only these and the bot can see.

    The @everyone role has the server's own id. Without View Channel and Connect, nobody can do
    anything in a channel, so the bot is allowed both; it has to fill and delete the channel.
    """
    return [
        _overwrite(guild_id, _ROLE, deny=SEE),
        *(_overwrite(role, _ROLE, allow=SEE) for role in roles),
        *(_overwrite(member, MEMBER, allow=SEE) for member in members),
        _overwrite(bot, MEMBER, allow=SEE | MANAGE_CHANNELS),
    ]


def _overwrite(target: str, kind: int, *, allow: int = 0, deny: int = 0) -> dict[str, Any]:
    return {"id": target, "type": kind, "allow": str(allow), "deny": str(deny)}
