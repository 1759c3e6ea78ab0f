"""Discord's permission bits, and the visibility of a campaign's channels. Pure.

Source: Discord docs, Topics > Permissions.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

ADMINISTRATOR: Final = 1 << 3
MANAGE_CHANNELS: Final = 1 << 4
ADD_REACTIONS: Final = 1 << 6
VIEW_CHANNEL: Final = 1 << 10
SEND_MESSAGES: Final = 1 << 11
READ_MESSAGE_HISTORY: Final = 1 << 16
CONNECT: Final = 1 << 20
SPEAK: Final = 1 << 21
MANAGE_ROLES: Final = 1 << 28
CREATE_PUBLIC_THREADS: Final = 1 << 35
CREATE_PRIVATE_THREADS: Final = 1 << 36
SEND_MESSAGES_IN_THREADS: Final = 1 << 38

# The names that Discord's clients show, those that the bot needs first.
NAMES: Final = {
    VIEW_CHANNEL: "View Channel",
    MANAGE_CHANNELS: "Manage Channels",
    MANAGE_ROLES: "Manage Roles",
    CONNECT: "Connect",
    SEND_MESSAGES: "Send Messages",
    SEND_MESSAGES_IN_THREADS: "Send Messages in Threads",
    READ_MESSAGE_HISTORY: "Read Message History",
    SPEAK: "Speak",
    CREATE_PUBLIC_THREADS: "Create Public Threads",
    CREATE_PRIVATE_THREADS: "Create Private Threads",
    ADD_REACTIONS: "Add Reactions",
    ADMINISTRATOR: "Administrator",
    1 << 0: "Create Invite",
    1 << 8: "Priority Speaker",
    1 << 9: "Video",
    1 << 12: "Send Text-to-Speech Messages",
    1 << 13: "Manage Messages",
    1 << 14: "Embed Links",
    1 << 15: "Attach Files",
    1 << 17: "Mention @everyone, @here and All Roles",
    1 << 18: "Use External Emojis",
    1 << 22: "Mute Members",
    1 << 23: "Deafen Members",
    1 << 24: "Move Members",
    1 << 25: "Use Voice Activity",
    1 << 29: "Manage Webhooks",
    1 << 31: "Use Application Commands",
    1 << 32: "Request to Speak",
    1 << 33: "Manage Events",
    1 << 34: "Manage Threads and Posts",
    1 << 37: "Use External Stickers",
    1 << 39: "Use Activities",
    1 << 42: "Use Soundboard",
    1 << 44: "Create Events",
    1 << 45: "Use External Sounds",
    1 << 46: "Send Voice Messages",
    1 << 48: "Set Voice Channel Status",
    1 << 49: "Create Polls",
    1 << 50: "Use External Apps",
    1 << 51: "Pin Messages",
    1 << 52: "Bypass Slowmode",
}
_NAMED: Final = sum(NAMES)

# The bot needs these in a server to create a campaign.
BOT_NEEDS: Final = VIEW_CHANNEL | MANAGE_CHANNELS | MANAGE_ROLES | CONNECT | SEND_MESSAGES
# An archived campaign denies these, and a bot can deny only what it holds. In a forum, posts need
# the first, answers the second. Discord docs, Resources > Channel > Edit Channel Permissions.
ARCHIVE_DENIES: Final = (
    SEND_MESSAGES
    | SEND_MESSAGES_IN_THREADS
    | CREATE_PUBLIC_THREADS
    | CREATE_PRIVATE_THREADS
    | ADD_REACTIONS
    | CONNECT
    | SPEAK
)
# The invite link asks for these; a bot that was invited earlier may lack those for the archive.
INVITED_WITH: Final = BOT_NEEDS | ARCHIVE_DENIES
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
    lacking = needed & ~held
    names = [name for bit, name in NAMES.items() if lacking & bit]
    return names + (["another permission"] if lacking & ~_NAMED else [])


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
