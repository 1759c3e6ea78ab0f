"""What would fail, found before anything is made. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from channelwright.campaign import campaign as campaigns
from channelwright.campaign import name_mistakes
from channelwright.campaign.names import are_the_same
from channelwright.campaign.ownership import CATEGORY_TYPE
from channelwright.discord import permissions
from channelwright.discord.permissions import Standing
from channelwright.words import refusals, rejections

Object = Mapping[str, Any]

# Discord docs, Topics > Opcodes and Status Codes > JSON: 30005, 30013; the limit on categories is
# not documented, but enforced.
MOST_ROLES: Final = 250
MOST_CHANNELS: Final = 500
MOST_CATEGORIES: Final = 50

# Discord docs, Resources > Guild > MFA Level: ELEVATED.
TWO_FACTOR_REQUIRED: Final = 1


def reasons_against(
    *,
    name: str,
    guild: Object,
    channels: Sequence[Object],
    caller: Standing,
    bot: Standing,
    bot_has_two_factor: bool,
    channel_count: int,
) -> list[str]:
    """Say everything that stands in the way of a campaign; an empty list if nothing does.

    `guild` and `channels` are Discord's guild object and list; `channel_count` says how many
    channels the campaign has. Discord lists only the channels that the bot can see: there may be
    less room than there seems, and a hidden category may have the name.
    """
    return [
        *_against_caller(caller),
        *_against_bot(bot),
        *_against_owner_of_bot(guild, bot_has_two_factor=bot_has_two_factor),
        *_against_name(name, guild["roles"], channels),
        *_no_room(guild["roles"], channels, channel_count),
    ]


def own_role_if_enough(guild: Object, bot_user_id: str) -> str | None:
    """Return the id of the role that the bot came with, if it has all the bot needs, or None.

    Such a role is managed: nobody can take it from the bot, so that the bot's member object would
    say no more. Source: Discord docs, Topics > Permissions > Role Structure; Role Tags Structure.
    """
    for role in guild["roles"]:
        if (role.get("tags") or {}).get("bot_id") == bot_user_id:
            bot = permissions.standing(guild, {"roles": [role["id"]]}, bot_user_id, at=0)
            if not permissions.missing(bot.permissions, permissions.BOT_NEEDS):
                return str(role["id"])
    return None


def requires_two_factor(guild: Object) -> bool:
    """Tell whether a server requires two-factor authentication of who manages it.

    One that does not say so does not: a server that speaks Discord's API may know no such thing.
    """
    return guild.get("mfa_level") == TWO_FACTOR_REQUIRED


def _against_caller(caller: Standing) -> list[str]:
    reasons = []
    if caller.timed_out_until is not None:
        reasons.append(rejections.caller_timed_out(caller.timed_out_until))
    if lacking := permissions.missing(caller.permissions, permissions.CALLER_NEEDS):
        reasons.append(rejections.caller_lacks(lacking))
    return reasons


def _against_bot(bot: Standing) -> list[str]:
    reasons = []
    if bot.timed_out_until is not None:
        reasons.append(rejections.bot_timed_out(bot.timed_out_until))
    if lacking := permissions.missing(bot.permissions, permissions.BOT_NEEDS):
        reasons.append(rejections.bot_lacks(lacking))
    # A new role is made just above @everyone, where of several the older stands higher, and a bot
    # can give out and delete only roles below its highest. So any role of its own will do, and
    # only none is too low. Discord docs, Topics > Permissions > Permission Hierarchy; Role Object.
    if bot.highest == 0:
        reasons.append(rejections.bot_has_no_role())
    return reasons


def _against_owner_of_bot(guild: Object, *, bot_has_two_factor: bool) -> list[str]:
    # Manage Channels and Manage Roles are among the permissions that count only with two-factor
    # authentication where a server requires it. Discord docs, Topics > Permissions > Bitwise
    # Permission Flags, footnote.
    if requires_two_factor(guild) and not bot_has_two_factor:
        return [rejections.no_two_factor()]
    return []


def _against_name(name: str, roles: Sequence[Object], channels: Sequence[Object]) -> list[str]:
    reasons = []
    if mistake := name_mistakes.name_mistake(name):
        reasons.append(rejections.bad_name(mistake, name_mistakes.NAME_LENGTH))
    role = _called(campaigns.role_name(name), roles)
    category = _called(name, _categories(channels))
    if role and category:
        reasons.append(rejections.campaign_exists(category, role))
    elif role:
        reasons.append(refusals.name_taken("role", role))
    elif category:
        reasons.append(refusals.name_taken("category", category))
    return reasons


def _called(name: str, listed: Sequence[Object]) -> str | None:
    """Return what the first is called, exactly, that a person would call by this name."""
    return next((str(one["name"]) for one in listed if are_the_same(one["name"], name)), None)


def _no_room(roles: Sequence[Object], channels: Sequence[Object], channel_count: int) -> list[str]:
    needs = (
        ("role", 1, MOST_ROLES - len(roles), MOST_ROLES),
        ("category", 1, MOST_CATEGORIES - len(_categories(channels)), MOST_CATEGORIES),
        # A category counts as a channel, too.
        ("channel", channel_count + 1, MOST_CHANNELS - len(channels), MOST_CHANNELS),
    )
    return [rejections.no_room(*need) for need in needs if need[1] > need[2]]


def _categories(channels: Sequence[Object]) -> list[Object]:
    return [channel for channel in channels if channel["type"] == CATEGORY_TYPE]
