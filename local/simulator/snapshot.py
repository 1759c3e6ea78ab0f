"""A guild's state for testers."""

from dataclasses import asdict
from typing import Any

from local.simulator.guild import Channel, Guild, Member, Role
from local.simulator.objects import overwrite_object
from local.simulator.permissions import VIEW_CHANNEL, channel_permissions


def snapshot(guild: Guild) -> dict[str, Any]:
    """Return a guild's members, roles with members, channels with viewers, and audit log."""
    return {
        "id": guild.id,
        "name": guild.name,
        "owner_id": guild.owner_id,
        "features": list(guild.features),
        "members": [_member(member) for member in guild.members.values()],
        "roles": [_role(guild, role) for role in guild.roles.values()],
        "channels": [_channel(guild, channel) for channel in guild.channels.values()],
        "audit_log": [asdict(entry) for entry in guild.audit_log],
    }


def _member(member: Member) -> dict[str, Any]:
    user = member.user
    return {"id": user.id, "name": user.username, "bot": user.bot, "roles": list(member.role_ids)}


def _role(guild: Guild, role: Role) -> dict[str, Any]:
    members = [id_ for id_, member in guild.members.items() if role.id in member.role_ids]
    return {
        "id": role.id,
        "name": role.name,
        "color": role.color,
        "permissions": str(role.permissions),
        "position": role.position,
        "mentionable": role.mentionable,
        "managed": role.bot_id is not None,
        "members": list(guild.members) if role is guild.everyone else members,
    }


def _channel(guild: Guild, channel: Channel) -> dict[str, Any]:
    visible_to = [
        {"id": member.user.id, "name": member.user.username}
        for member in guild.members.values()
        if channel_permissions(guild, member, channel) & VIEW_CHANNEL
    ]
    return {
        "id": channel.id,
        "name": channel.name,
        "type": channel.type,
        "parent_id": channel.parent_id,
        "position": channel.position,
        "topic": channel.topic,
        "last_message_id": channel.last_message_id,
        "permission_overwrites": [overwrite_object(o) for o in channel.overwrites.values()],
        "visible_to": visible_to,
        "created_by": channel.created_by,
    }
