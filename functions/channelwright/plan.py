"""What would fail, found before anything is made. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from channelwright import campaign as campaigns
from channelwright import messages, permissions
from channelwright.ownership import CATEGORY_TYPE

# Discord docs, Topics > Opcodes and Status Codes > JSON: 30005, 30013; the limit on categories is
# not documented, but enforced.
MOST_ROLES: Final = 250
MOST_CHANNELS: Final = 500
MOST_CATEGORIES: Final = 50


def reasons_against(
    *,
    name: str,
    caller_permissions: int,
    bot_permissions: int,
    roles: Sequence[Mapping[str, Any]],
    channels: Sequence[Mapping[str, Any]],
    channel_count: int,
) -> list[str]:
    """Say everything that stands in the way of a campaign; an empty list if nothing does.

    Permissions are those in the whole server; `roles` and `channels` are Discord's lists;
    `channel_count` says how many channels the campaign has.
    """
    reasons = []
    if lacking := permissions.missing(caller_permissions, permissions.CALLER_NEEDS):
        reasons.append(messages.caller_lacks(lacking))
    if lacking := permissions.missing(bot_permissions, permissions.BOT_NEEDS):
        reasons.append(messages.bot_lacks(lacking))
    return reasons + _names_taken(name, roles, channels) + _no_room(roles, channels, channel_count)


def _names_taken(
    name: str, roles: Sequence[Mapping[str, Any]], channels: Sequence[Mapping[str, Any]]
) -> list[str]:
    reasons = []
    role_name = campaigns.role_name(name)
    if any(role["name"].split() == role_name.split() for role in roles):
        reasons.append(messages.name_taken("role", role_name))
    if any(category["name"].split() == name.split() for category in _categories(channels)):
        reasons.append(messages.name_taken("category", name))
    return reasons


def _no_room(
    roles: Sequence[Mapping[str, Any]], channels: Sequence[Mapping[str, Any]], channel_count: int
) -> list[str]:
    needs = (
        ("roles", 1, MOST_ROLES, len(roles)),
        ("categories", 1, MOST_CATEGORIES, len(_categories(channels))),
        ("channels (with its category)", channel_count + 1, MOST_CHANNELS, len(channels)),
    )
    return [
        messages.no_room(what, needed, limit - there, limit)
        for what, needed, limit, there in needs
        if there + needed > limit
    ]


def _categories(channels: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    return [channel for channel in channels if channel["type"] == CATEGORY_TYPE]
