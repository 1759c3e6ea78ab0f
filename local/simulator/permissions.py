"""Permissions, and how they are computed (Discord docs: Topics > Permissions)."""

import math
from collections.abc import Iterable

from local.simulator.guild import THREAD_TYPES, VOICE_TYPES, Channel, Guild, Member, Role

CREATE_INSTANT_INVITE = 1 << 0
ADMINISTRATOR = 1 << 3
MANAGE_CHANNELS = 1 << 4
ADD_REACTIONS = 1 << 6
STREAM = 1 << 9
VIEW_CHANNEL = 1 << 10
SEND_MESSAGES = 1 << 11
SEND_TTS_MESSAGES = 1 << 12
MANAGE_MESSAGES = 1 << 13
EMBED_LINKS = 1 << 14
ATTACH_FILES = 1 << 15
READ_MESSAGE_HISTORY = 1 << 16
MENTION_EVERYONE = 1 << 17
USE_EXTERNAL_EMOJIS = 1 << 18
CONNECT = 1 << 20
SPEAK = 1 << 21
USE_VAD = 1 << 25
CHANGE_NICKNAME = 1 << 26
MANAGE_NICKNAMES = 1 << 27
MANAGE_ROLES = 1 << 28
USE_APPLICATION_COMMANDS = 1 << 31
CREATE_PUBLIC_THREADS = 1 << 35
CREATE_PRIVATE_THREADS = 1 << 36
SEND_MESSAGES_IN_THREADS = 1 << 38
MODERATE_MEMBERS = 1 << 40

ALL = (1 << 53) - 1
# If a guild requires two-factor authentication, these need it.
ELEVATED = ADMINISTRATOR | MANAGE_CHANNELS | MANAGE_MESSAGES | MANAGE_ROLES
LEFT_IN_TIMEOUT = VIEW_CHANNEL | READ_MESSAGE_HISTORY
LOST_WITHOUT_SENDING = MENTION_EVERYONE | SEND_TTS_MESSAGES | ATTACH_FILES | EMBED_LINKS

EVERYONE_DEFAULT = (
    CREATE_INSTANT_INVITE
    | ADD_REACTIONS
    | STREAM
    | VIEW_CHANNEL
    | SEND_MESSAGES
    | EMBED_LINKS
    | ATTACH_FILES
    | READ_MESSAGE_HISTORY
    | USE_EXTERNAL_EMOJIS
    | CONNECT
    | SPEAK
    | USE_VAD
    | CHANGE_NICKNAME
    | USE_APPLICATION_COMMANDS
    | CREATE_PUBLIC_THREADS
    | CREATE_PRIVATE_THREADS
    | SEND_MESSAGES_IN_THREADS
)
# The bot's invite link asks for these.
BOT_DEFAULT = (
    VIEW_CHANNEL
    | MANAGE_CHANNELS
    | MANAGE_ROLES
    | SEND_MESSAGES
    | SEND_MESSAGES_IN_THREADS
    | CREATE_PUBLIC_THREADS
    | CREATE_PRIVATE_THREADS
    | ADD_REACTIONS
    | CONNECT
    | SPEAK
)


def base_permissions(guild: Guild, member: Member, now: float = math.inf) -> int:
    """Return a member's permissions in the guild as a whole, before any channel's overwrites.

    ``now`` (Unix seconds) decides whether a timeout lasts; by default, none does.
    """
    if member.user.id == guild.owner_id:
        return ALL
    permissions = guild.everyone.permissions
    for role_id in member.role_ids:
        permissions |= guild.roles[role_id].permissions
    if permissions & ADMINISTRATOR:
        return ALL
    return permissions & LEFT_IN_TIMEOUT if member.timed_out(now) else permissions


def channel_permissions(
    guild: Guild, member: Member, channel: Channel, now: float = math.inf
) -> int:
    """Return a member's permissions in a channel, without those that are implicitly denied.

    A thread has its channel's permissions, except for Send Messages.
    """
    base = base_permissions(guild, member, now)
    if base & ADMINISTRATOR:
        return ALL
    if channel.type in THREAD_TYPES:
        parent = guild.channels[channel.parent_id or ""]
        permissions = _overwritten(base, guild, member, parent) & ~SEND_MESSAGES
    else:
        permissions = _overwritten(base, guild, member, channel)
    if member.timed_out(now):
        permissions &= LEFT_IN_TIMEOUT
    return _without_implicitly_lost(channel, permissions)


def _overwritten(permissions: int, guild: Guild, member: Member, channel: Channel) -> int:
    """Apply the overwrites of @everyone, then of all the member's roles, then of the member."""
    for ids in ([guild.id], member.role_ids, [member.user.id]):
        overwrites = [channel.overwrites[id_] for id_ in ids if id_ in channel.overwrites]
        for overwrite in overwrites:
            permissions &= ~overwrite.deny
        for overwrite in overwrites:
            permissions |= overwrite.allow
    return permissions


def _without_implicitly_lost(channel: Channel, permissions: int) -> int:
    if not permissions & VIEW_CHANNEL:
        return 0
    if channel.type in VOICE_TYPES and not permissions & CONNECT:
        return VIEW_CHANNEL
    if not permissions & to_send_in(channel):
        permissions &= ~LOST_WITHOUT_SENDING
    return permissions


def to_send_in(channel: Channel) -> int:
    """Return the permission that is needed to send messages in a channel."""
    return SEND_MESSAGES_IN_THREADS if channel.type in THREAD_TYPES else SEND_MESSAGES


def can_access(channel: Channel, permissions: int) -> bool:
    """Tell whether the permissions suffice to see a channel and, if it has voice, to join it."""
    needed = VIEW_CHANNEL | CONNECT if channel.type in VOICE_TYPES else VIEW_CHANNEL
    return permissions & needed == needed


def visible_channels(
    guild: Guild, member: Member, channels: Iterable[Channel], now: float = math.inf
) -> list[Channel]:
    """Return the channels that a member sees, with the categories of these channels."""
    seen = [c for c in channels if channel_permissions(guild, member, c, now) & VIEW_CHANNEL]
    ids = {c.id for c in seen} | {c.parent_id for c in seen}
    return [c for c in channels if c.id in ids]


def outranks(guild: Guild, member: Member, role: Role) -> bool:
    """Tell whether a role is below the member's highest role, so that the member may manage it."""
    return highest_rank(guild, member) > rank(role)


def rank(role: Role) -> tuple[float, int]:
    """Return the key to sort a role by: at the same position, the older role is higher."""
    return role.position, -int(role.id)


def highest_rank(guild: Guild, member: Member) -> tuple[float, int]:
    """Return the rank of the member's highest role; the owner is above all roles."""
    if member.user.id == guild.owner_id:
        return math.inf, 0
    return max(rank(guild.roles[role_id]) for role_id in (guild.id, *member.role_ids))
