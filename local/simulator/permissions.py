"""Who may do what (Discord docs: Topics > Permissions)."""

import math

from local.simulator.guild import VOICE_TYPES, Channel, Guild, Member, Role

CREATE_INSTANT_INVITE = 1 << 0
ADMINISTRATOR = 1 << 3
MANAGE_CHANNELS = 1 << 4
ADD_REACTIONS = 1 << 6
STREAM = 1 << 9
VIEW_CHANNEL = 1 << 10
SEND_MESSAGES = 1 << 11
EMBED_LINKS = 1 << 14
ATTACH_FILES = 1 << 15
READ_MESSAGE_HISTORY = 1 << 16
MENTION_EVERYONE = 1 << 17
USE_EXTERNAL_EMOJIS = 1 << 18
CONNECT = 1 << 20
SPEAK = 1 << 21
USE_VAD = 1 << 25
CHANGE_NICKNAME = 1 << 26
MANAGE_ROLES = 1 << 28
USE_APPLICATION_COMMANDS = 1 << 31

ALL = (1 << 53) - 1

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
)
BOT_DEFAULT = VIEW_CHANNEL | MANAGE_CHANNELS | MANAGE_ROLES | CONNECT | SEND_MESSAGES


def base_permissions(guild: Guild, member: Member) -> int:
    """Return a member's permissions in the guild as a whole, before any channel's overwrites."""
    if member.user.id == guild.owner_id:
        return ALL
    permissions = guild.everyone.permissions
    for role_id in member.role_ids:
        permissions |= guild.roles[role_id].permissions
    return ALL if permissions & ADMINISTRATOR else permissions


def channel_permissions(guild: Guild, member: Member, channel: Channel) -> int:
    """Return a member's permissions in a channel, without those that are implicitly lost."""
    base = base_permissions(guild, member)
    if base & ADMINISTRATOR:
        return ALL
    return _without_implicitly_lost(channel, _overwritten(base, guild, member, channel))


def _overwritten(permissions: int, guild: Guild, member: Member, channel: Channel) -> int:
    """Apply @everyone's overwrite, then all the member's roles' together, then the member's own."""
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
    return permissions


def can_access(channel: Channel, permissions: int) -> bool:
    """Tell whether these permissions suffice to see a channel and, if it has voice, to join it."""
    needed = VIEW_CHANNEL | CONNECT if channel.type in VOICE_TYPES else VIEW_CHANNEL
    return permissions & needed == needed


def outranks(guild: Guild, member: Member, role: Role) -> bool:
    """Tell whether a role is below the member's highest, so that they may manage it."""
    return highest_position(guild, member) > role.position


def highest_position(guild: Guild, member: Member) -> float:
    """Return the position of the member's highest role; the owner is above them all."""
    if member.user.id == guild.owner_id:
        return math.inf
    return max((guild.roles[role_id].position for role_id in member.role_ids), default=0)
