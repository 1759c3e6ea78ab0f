"""Plan Campaign: ask Discord what there is; accept the campaign, or say all that is against it."""

import os
import time
from collections.abc import Mapping
from typing import Any, Final

from channelwright import (
    calls,
    campaign,
    connect,
    layout,
    limiter,
    log,
    messages,
    permissions,
    plan,
    rejections,
    snowflake,
    waves,
)
from channelwright.discord import Discord
from channelwright.errors import DiscordRefused, DiscordUnavailable, RateLimited
from channelwright.permissions import Standing
from channelwright.schedule import Ticket

LAYOUT = layout.load()
# "Unknown guild" and "Missing access": what Discord says of a server that the bot is not in. Its
# commands may be there without it.
NOT_A_MEMBER: Final = frozenset({10004, 50001})
# A turn that is not further away is not worth a wait of its own.
EARLY_SECONDS: Final = 2.0
# Of executions that began before there were turns.
ALONE: Final = {"in_company": False}

Json = dict[str, Any]


@log.invocation
def handler(event: Json, _context: object) -> Json:
    """Plan the campaign of a request (its fields are those of the queue's message, and its `turn`).

    It asks Discord for the server and its channels, and for nothing else that is known already:
    who the bot is, a warm container knows; how the caller stands, the interaction says (`member`),
    unless that is against them; and the bot needs no more than the role that it came with, as a
    rule. How fast Discord answers tells how often the bar can be edited.

    Returns `status` ("accepted" or "rejected"), `reasons`, `campaign`, `waves`, `total` (of
    channels), `forums_in_doubt` and the `rate_limit` of nothing yet.

    Raises:
        RateLimited: its turn has not come yet.
        ChannelwrightError: Discord could not be asked.

    """
    turn = event.get("turn", ALONE)
    if "reserved" in turn:
        too_busy = _await_turn(Ticket.of(turn["reserved"]), event["interaction_id"])
        if too_busy:
            return {"status": "rejected", "reasons": [too_busy], "campaign": None}
    deadline = campaign.build_deadline(event["interaction_id"])
    discord = connect.as_bot(deadline, in_company=turn["in_company"])
    bot_user = connect.bot_user(discord)
    try:
        guild, channels = _ask(discord, event["guild_id"])
    except DiscordRefused as refused:
        if refused.code not in NOT_A_MEMBER:
            raise
        return _plan(event, bot_user, [rejections.bot_not_in_server()])
    at = snowflake.created_at(event["interaction_id"])
    caller = _caller(discord, event, guild, at)
    bot = _bot(discord, guild, bot_user["id"])
    if plan.requires_two_factor(guild) and not _has_two_factor(bot_user):
        bot_user = connect.bot_user(discord, again=True)
    reasons = plan.reasons_against(
        name=event["campaign_name"],
        guild=guild,
        channels=channels,
        caller=caller,
        bot=permissions.standing(guild, bot, bot_user["id"], at),
        bot_has_two_factor=_has_two_factor(bot_user),
        channel_count=len(LAYOUT),
    )
    in_doubt = plan.forums_in_doubt(guild, channels, LAYOUT)
    call_seconds = discord.fastest_call
    return _plan(event, bot_user, reasons, call_seconds=call_seconds, forums_in_doubt=in_doubt)


def _ask(discord: Discord, guild_id: str) -> tuple[Json, list[Json]]:
    """Return the server and its channels."""
    guild, channels = discord.send_all(
        calls.get_guild(guild_id), calls.list_guild_channels(guild_id)
    )
    # Discord docs, Resources > Guild > Unavailable Guild Object: an outage.
    if guild.get("unavailable"):
        raise DiscordUnavailable(messages.unavailable("show the server"))
    return guild, channels


def _caller(discord: Discord, event: Json, guild: Json, at: float) -> Standing:
    """Return how the caller stands: as the interaction had it, which is as they asked.

    Nobody is rejected for that alone: their roles may have changed since, so Discord is asked.
    """
    if event.get("member"):
        told = permissions.standing(guild, event["member"], event["user_id"], at)
        if not permissions.missing(told.permissions, permissions.CALLER_NEEDS):
            return told
    member: Json = discord.send(calls.get_guild_member(event["guild_id"], event["user_id"]))
    return permissions.standing(guild, member, event["user_id"], at)


def _bot(discord: Discord, guild: Json, bot_user_id: str) -> Json:
    """Return the bot's member object, or as much of it as is known without asking.

    That it is not timed out, the interaction has shown: without the bot's permissions in the
    channel nothing is enqueued.
    """
    if role_id := plan.own_role_if_enough(guild, bot_user_id):
        return {"roles": [role_id]}
    member: Json = discord.send(calls.get_guild_member(guild["id"], bot_user_id))
    return member


def _has_two_factor(bot_user: Mapping[str, Any]) -> bool:
    """Tell whether the bot may act where two-factor authentication is required.

    It is its owner's, and true of a bot that is not said to lack it. Source: Discord's API issues
    69 and 4654.
    """
    return bot_user.get("mfa_enabled") is not False


def _plan(
    event: Json,
    bot_user: Json,
    reasons: list[str],
    *,
    call_seconds: float = 0,
    forums_in_doubt: bool = False,
) -> Json:
    return {
        "status": "rejected" if reasons else "accepted",
        "reasons": reasons,
        "campaign": {
            "interaction_id": event["interaction_id"],
            "guild_id": event["guild_id"],
            "user_id": event["user_id"],
            "name": event["campaign_name"],
            "bot_user_id": bot_user["id"],
            "in_company": event.get("turn", ALONE)["in_company"],
        },
        "waves": waves.cut(
            LAYOUT,
            int(os.environ["WAVE_SIZE"]),
            call_seconds=call_seconds,
            between_edits=float(os.environ["SECONDS_BETWEEN_EDITS"]),
            forums_in_doubt=forums_in_doubt,
        ),
        "total": len(LAYOUT),
        "forums_in_doubt": forums_in_doubt,
        "rate_limit": None,
    }


def _await_turn(ticket: Ticket, interaction_id: str) -> str | None:
    """Look whether the turn has come, for campaigns of the other lane may have gone before it.

    Returns why it never will; raises RateLimited if it is yet to come.
    """
    look = limiter.look_up(ticket)
    now = time.time()
    if look.is_kept and look.begins_at <= now + EARLY_SECONDS:
        return None
    if not look.is_kept or look.begins_at > campaign.turn_deadline(interaction_id):
        return rejections.too_busy(look.next_begins_at - now)
    raise RateLimited(campaign.utc(look.begins_at), "global")
