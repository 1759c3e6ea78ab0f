"""Finds, before anything is created, every reason why a campaign would fail. Pure."""

from collections.abc import Mapping, Sequence
from typing import Final

from channelwright.campaign import campaign as campaigns
from channelwright.campaign import name_mistakes
from channelwright.campaign.names import are_the_same
from channelwright.campaign.ownership import CATEGORY_TYPE, Object
from channelwright.discord import permissions
from channelwright.discord.permissions import Standing
from channelwright.words import refusals, rejections

# Discord docs, Topics > Opcodes and Status Codes > JSON: 30005, 30013. The limit on categories is
# enforced, but not documented.
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
    is_being: str | None = None,
) -> list[str]:
    """Return every reason against a campaign, as sentences for the user; empty if there is none.

    `guild` is Discord's guild object, `channels` its list of channels, and `channel_count` the
    number of channels to create. A campaign of that name `is_being` created or removed just now
    ("creating", "removing"). Discord lists only the channels that the bot can see: there may
    be less room than it seems, and a hidden category may have the name.
    """
    return [
        *_against_caller(caller),
        *_against_bot(bot, lacks_two_factor=requires_two_factor(guild) and not bot_has_two_factor),
        *(
            [rejections.is_being(name, is_being)]
            if is_being
            else _against_name(name, guild["roles"], channels)
        ),
        *_no_room(guild["roles"], channels, channel_count),
    ]


def reasons_against_co_gm(request: Mapping[str, str], member: Object | None) -> list[str]:
    """Return the reasons against the `co_gm` whom a `request` names, who is this `member`."""
    co_gm = request.get("co_gm")
    if co_gm is None:
        return []
    if member is None:
        return [rejections.no_member(co_gm)]
    if member["user"].get("bot"):
        return [rejections.is_a_bot(co_gm)]
    return [rejections.IS_GAME_MASTER] if co_gm == request["user_id"] else []


def own_role_if_enough(guild: Object, bot_user_id: str) -> str | None:
    """Return the id of the bot's managed role if it grants all that the bot needs, or None.

    Nobody can take that role from the bot, so its member object would add nothing.
    Source: Discord docs, Topics > Permissions > Role Structure; Role Tags Structure.
    """
    for role in guild["roles"]:
        if (role.get("tags") or {}).get("bot_id") == bot_user_id:
            bot = permissions.standing(guild, {"roles": [role["id"]]}, bot_user_id, at=0)
            if not permissions.missing(bot.permissions, permissions.BOT_NEEDS):
                return str(role["id"])
    return None


def requires_two_factor(guild: Object) -> bool:
    """Return whether a server requires two-factor authentication of its moderators.

    A missing `mfa_level` means no: not every server of Discord's API has it.
    """
    return guild.get("mfa_level") == TWO_FACTOR_REQUIRED


def _against_caller(caller: Standing) -> list[str]:
    reasons = []
    if caller.timed_out_until is not None:
        reasons.append(rejections.caller_timed_out(caller.timed_out_until))
    if lacking := permissions.missing(caller.permissions, permissions.CALLER_NEEDS):
        reasons.append(rejections.caller_lacks(lacking))
    return reasons


def _against_bot(bot: Standing, *, lacks_two_factor: bool) -> list[str]:
    reasons = []
    if bot.timed_out_until is not None:
        reasons.append(rejections.bot_timed_out(bot.timed_out_until))
    if lacking := permissions.missing(bot.permissions, permissions.BOT_NEEDS):
        reasons.append(rejections.bot_lacks(lacking))
    # A new role starts just above @everyone, below older roles at that position. A bot can assign
    # and delete only roles below its highest, so it needs a role of its own, and any will do.
    # Discord docs, Topics > Permissions > Permission Hierarchy; Role Object.
    if bot.highest == 0:
        reasons.append(rejections.BOT_HAS_NO_ROLE)
    # If a server requires two-factor authentication, Manage Channels and Manage Roles count only
    # with it. Discord docs, Topics > Permissions > Bitwise Permission Flags, footnote.
    if lacks_two_factor:
        reasons.append(refusals.TWO_FACTOR)
    return reasons


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
    """Return the exact name of the first thing that people would call by this name, or None."""
    return next((str(one["name"]) for one in listed if are_the_same(one["name"], name)), None)


def _no_room(roles: Sequence[Object], channels: Sequence[Object], channel_count: int) -> list[str]:
    needs = (
        ("role", 1, MOST_ROLES - len(roles), MOST_ROLES),
        ("category", 1, MOST_CATEGORIES - len(_categories(channels)), MOST_CATEGORIES),
        # A category counts as a channel.
        ("channel", channel_count + 1, MOST_CHANNELS - len(channels), MOST_CHANNELS),
    )
    return [rejections.no_room(*need) for need in needs if need[1] > need[2]]


def _categories(channels: Sequence[Object]) -> list[Object]:
    return [channel for channel in channels if channel["type"] == CATEGORY_TYPE]
