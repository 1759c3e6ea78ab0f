"""Discord's permission bits, and who may see what in a campaign. Pure.

Source: Discord docs, Topics > Permissions.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final, TypedDict

ADMINISTRATOR: Final = 1 << 3
MANAGE_CHANNELS: Final = 1 << 4
VIEW_CHANNEL: Final = 1 << 10
SEND_MESSAGES: Final = 1 << 11
CONNECT: Final = 1 << 20
MANAGE_ROLES: Final = 1 << 28

NAMES: Final = {
    VIEW_CHANNEL: "View Channel",
    MANAGE_CHANNELS: "Manage Channels",
    MANAGE_ROLES: "Manage Roles",
    CONNECT: "Connect",
    SEND_MESSAGES: "Send Messages",
}

# What the bot needs in a server, and what its invite link asks for.
BOT_NEEDS: Final = VIEW_CHANNEL | MANAGE_CHANNELS | MANAGE_ROLES | CONNECT | SEND_MESSAGES
# What a game master needs to ask for a campaign.
CALLER_NEEDS: Final = MANAGE_CHANNELS | MANAGE_ROLES

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


def guild_level(guild: Mapping[str, Any], member: Mapping[str, Any], user_id: str) -> int:
    """Compute a member's permissions in the whole server, before any channel's overwrites.

    `guild` is Discord's guild object (`id`, `owner_id`, `roles`), `member` its member object
    (`roles`). Source: Discord docs, Topics > Permissions > Permission Hierarchy.
    """
    if guild["owner_id"] == user_id:
        return ADMINISTRATOR
    held = 0
    for role in guild["roles"]:
        if role["id"] == guild["id"] or role["id"] in member["roles"]:
            held |= int(role["permissions"])
    return held


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
