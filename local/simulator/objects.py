"""The JSON objects of Discord's API (Discord docs: Resources)."""

from datetime import UTC, datetime
from typing import Any

from local.simulator.guild import (
    CATEGORY,
    FORUM,
    THREAD_TYPES,
    VOICE_TYPES,
    Channel,
    Guild,
    Member,
    Overwrite,
    Role,
    User,
)
from local.simulator.snowflakes import created_at
from local.simulator.world import World

Json = dict[str, Any]


def timestamp(at: float) -> str:
    """Return Unix seconds as ISO 8601, as Discord writes it."""
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="microseconds")


def user_object(user: User) -> Json:
    """Resources > User: the user object, as others see it."""
    return {
        "id": user.id,
        "username": user.username,
        "discriminator": "0",
        "global_name": None if user.bot else user.username.title(),
        "avatar": None,
        "avatar_decoration_data": None,
        "banner": None,
        "accent_color": None,
        "collectibles": None,
        "primary_guild": None,
        "public_flags": 0,
        "flags": 0,
        "bot": user.bot,
    }


def own_user_object(user: User) -> Json:
    """Resources > User: the user object, as the user sees it."""
    own = {"mfa_enabled": user.mfa_enabled, "locale": "en-US", "verified": True, "email": None}
    return user_object(user) | own


def member_object(member: Member) -> Json:
    """Resources > Guild: the guild member object."""
    until = member.timed_out_until
    return {
        "user": user_object(member.user),
        "nick": member.nick,
        "avatar": None,
        "banner": None,
        "avatar_decoration_data": None,
        "roles": list(member.role_ids),
        "joined_at": timestamp(member.joined_at),
        "premium_since": None,
        "communication_disabled_until": None if until is None else timestamp(until),
        "deaf": False,
        "mute": False,
        "pending": False,
        "flags": 0,
    }


def role_object(role: Role) -> Json:
    """Topics > Permissions: the role object."""
    colors = {"primary_color": role.color, "secondary_color": None, "tertiary_color": None}
    shown = {
        "id": role.id,
        "name": role.name,
        "permissions": str(role.permissions),
        "position": role.position,
        "color": role.color,
        "colors": colors,
        "hoist": role.hoist,
        "managed": role.bot_id is not None,
        "mentionable": role.mentionable,
        "icon": None,
        "unicode_emoji": None,
        "flags": 0,
    }
    return shown if role.bot_id is None else shown | {"tags": {"bot_id": role.bot_id}}


def overwrite_object(overwrite: Overwrite) -> Json:
    """Resources > Channel: the overwrite object."""
    return {
        "id": overwrite.id,
        "type": overwrite.type,
        "allow": str(overwrite.allow),
        "deny": str(overwrite.deny),
    }


def channel_object(channel: Channel) -> Json:
    """Resources > Channel: the channel object."""
    if channel.type in THREAD_TYPES:
        return thread_object(channel)
    shown = {
        "id": channel.id,
        "type": channel.type,
        "guild_id": channel.guild_id,
        "name": channel.name,
        "position": channel.position,
        "parent_id": channel.parent_id,
        "flags": 0,
        "nsfw": channel.nsfw,
        "permission_overwrites": [overwrite_object(o) for o in channel.overwrites.values()],
    }
    if channel.type in VOICE_TYPES:
        voice = {"bitrate": channel.bitrate, "user_limit": channel.user_limit, "rtc_region": None}
        return (
            shown | voice | {"last_message_id": channel.last_message_id, "rate_limit_per_user": 0}
        )
    if channel.type == CATEGORY:
        return shown
    shown |= {
        "topic": channel.topic,
        "last_message_id": channel.last_message_id,
        "rate_limit_per_user": channel.rate_limit_per_user,
    }
    if channel.type == FORUM:
        shown |= {
            "available_tags": [],
            "default_reaction_emoji": None,
            "default_sort_order": None,
            "default_forum_layout": 0,
        }
    return shown


def thread_object(thread: Channel) -> Json:
    """Resources > Channel: a thread's channel object."""
    return {
        "id": thread.id,
        "type": thread.type,
        "guild_id": thread.guild_id,
        "name": thread.name,
        "parent_id": thread.parent_id,
        "owner_id": thread.created_by,
        "flags": 0,
        "last_message_id": thread.last_message_id,
        "rate_limit_per_user": thread.rate_limit_per_user,
        "message_count": 0,
        "member_count": 1,
        "total_message_sent": 0,
        "thread_metadata": {
            "archived": False,
            "archive_timestamp": timestamp(created_at(thread.id)),
            "auto_archive_duration": 4320,
            "locked": False,
        },
    }


def guild_object(guild: Guild) -> Json:
    """Resources > Guild: the guild object."""
    unset = (
        "icon description home_header splash discovery_splash banner application_id afk_channel_id "
        "system_channel_id widget_channel_id max_presences vanity_url_code "
        "safety_alerts_channel_id incidents_data"
    )
    return dict.fromkeys(unset.split()) | {
        "id": guild.id,
        "name": guild.name,
        "owner_id": guild.owner_id,
        "features": list(guild.features),
        "roles": [role_object(role) for role in guild.roles.values()],
        "emojis": [],
        "stickers": [],
        "region": "us-central",
        "preferred_locale": guild.locale,
        "afk_timeout": 300,
        "system_channel_flags": 0,
        "widget_enabled": False,
        "verification_level": 0,
        "default_message_notifications": 1,
        "mfa_level": guild.mfa_level,
        "rules_channel_id": guild.rules_channel_id,
        "public_updates_channel_id": guild.public_updates_channel_id,
        "explicit_content_filter": 0,
        "max_members": 500_000,
        "max_video_channel_users": 25,
        "max_stage_video_channel_users": 50,
        "premium_tier": 0,
        "premium_subscription_count": 0,
        "premium_progress_bar_enabled": False,
        "nsfw": False,
        "nsfw_level": 0,
    }


def attachment_object(world: World, attachment_id: str) -> Json:
    """Resources > Message: the attachment object of a file that a user uploads in a command."""
    place = f"ephemeral-attachments/{world.application.id}/{attachment_id}/notes.txt"
    return {
        "id": attachment_id,
        "filename": "notes.txt",
        "content_type": "text/plain; charset=utf-8",
        "size": 5,
        "url": f"https://cdn.discordapp.com/{place}",
        "proxy_url": f"https://media.discordapp.net/{place}",
        "ephemeral": True,
    }
