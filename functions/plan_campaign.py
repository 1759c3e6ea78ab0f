"""Plan Campaign: check the server; accept the campaign, or reject it with every reason."""

import os
import time
from collections.abc import Mapping
from typing import Any, Final, TypedDict

from channelwright import errors
from channelwright.aws import executions
from channelwright.campaign import deadlines, layout, plan, waves
from channelwright.campaign.campaign import Campaign
from channelwright.campaign.waves import Building, Waves
from channelwright.discord import calls, connect, edits, permissions
from channelwright.discord.calls import Json
from channelwright.discord.client import Discord
from channelwright.pace import limiter
from channelwright.pace.schedule import Ticket
from channelwright.records import claims
from channelwright.records.record import Status
from channelwright.task import task
from channelwright.words import refusals, rejections

LAYOUT = layout.load()
# "Unknown guild" and "Missing access": Discord's answers about a server that the bot is not in. A
# server can have the bot's commands without the bot.
NOT_A_MEMBER: Final = frozenset({10004, 50001})
# Do not wait again for a turn this close.
EARLY_SECONDS: Final = 2.0


class Plan(TypedDict):
    """The campaign to build, as the states pass it on; nothing is created yet.

    `last` is the number of the last wave, `made` the result of the previous wave, `failure` the
    error, `completed` the complete campaign, and `rate_limit` the last wait for Discord.
    """

    says: str
    campaign: Campaign
    waves: Waves
    last: int
    building: Building
    made: dict[str, Any]
    failure: None
    completed: None
    rate_limit: None


@task
def handler(event: Json) -> Plan:
    """Plan the campaign of a `request` (the fields of the queue's message) at its `turn`.

    `edits` is the state of the message, which *Start Campaign* may have edited; `claim` is the
    execution's ARN, which claims the campaign's record.
    Discord is asked for the server, its channels and the caller: the caller's permissions count
    now, not when the command was given. Known facts are not asked for: a warm container knows the
    bot's user, and the bot usually needs only the role that it joined with.

    Raises:
        CampaignRejected: the server, the caller or the name rules the campaign out, or its turn is
            lost or comes too late.
        OutOfTime: the deadline for creating anything has passed.
        RateLimited: the campaign's turn has not come yet.
        ChannelwrightError: Discord could not be asked.
    """
    # Executions started by an earlier release claim nothing.
    planned = _planned(event)
    if claim := event.get("claim"):
        claims.begin(planned["campaign"], claim)
    return planned


def _planned(event: Json) -> Plan:
    request, turn = event["request"], event["turn"]
    if "reserved" in turn:
        _await_turn(Ticket.of(turn["reserved"]), request["interaction_id"])
    deadline = deadlines.build_deadline(request["interaction_id"])
    if time.time() >= deadline:
        raise errors.OutOfTime(refusals.DEADLINE_EXCEEDED)
    discord = connect.as_bot(deadline, in_company=turn["in_company"])
    bot_user = connect.bot_user(discord)
    try:
        seen = _ask(discord, request)
    except errors.DiscordRefused as refused:
        if refused.code == calls.UNKNOWN_MEMBER:
            raise errors.CampaignRejected([refusals.CALLER_HAS_LEFT]) from None
        if refused.code not in NOT_A_MEMBER:
            raise
        raise errors.CampaignRejected([rejections.BOT_NOT_IN_SERVER]) from None
    co_gm = _co_gm(discord, request)
    busy = claims.under_way(request)
    reasons = plan.reasons_against_co_gm(request, co_gm)
    if reasons := reasons + _reasons_against(discord, request, bot_user, seen, busy):
        raise errors.CampaignRejected(reasons)
    before = edits.on_its_way(event["edits"])
    return _plan(request, bot_user["id"], before, in_company=turn["in_company"])


def _reasons_against(
    discord: Discord, request: Json, bot_user: Json, seen: list[Any], busy: Status | None
) -> list[str]:
    guild, channels, caller = seen
    now, bot = time.time(), _bot(discord, guild, bot_user["id"])
    if plan.requires_two_factor(guild) and not _has_two_factor(bot_user):
        bot_user = connect.bot_user(discord, again=True)
    return plan.reasons_against(
        name=request["campaign_name"],
        guild=guild,
        channels=channels,
        caller=permissions.standing(guild, caller, request["user_id"], now),
        bot=permissions.standing(guild, bot, bot_user["id"], now),
        bot_has_two_factor=_has_two_factor(bot_user),
        channel_count=len(LAYOUT),
        is_being=busy,
    )


def _ask(discord: Discord, request: Json) -> list[Any]:
    """Return the server, its channels, and the caller as its member."""
    answers = discord.send_all(
        calls.get_guild(request["guild_id"]),
        calls.list_guild_channels(request["guild_id"]),
        calls.get_guild_member(request["guild_id"], request["user_id"]),
    )
    # Discord docs, Resources > Guild > Unavailable Guild Object: an outage.
    if answers[0].get("unavailable"):
        raise errors.DiscordUnavailable(refusals.unavailable("show the server"))
    return answers


def _co_gm(discord: Discord, request: Json) -> Json | None:
    """Return the co-GM as a member; None if there is to be none, or for somebody who is none."""
    if "co_gm" not in request:
        return None
    try:
        member: Json = discord.send(calls.get_guild_member(request["guild_id"], request["co_gm"]))
    except errors.DiscordRefused as refused:
        if refused.code != calls.UNKNOWN_MEMBER:
            raise
        return None
    return member


def _bot(discord: Discord, guild: Json, bot_user_id: str) -> Json:
    """Return the bot's member object, or only its roles if they are known without asking.

    The bot cannot be timed out: a timed-out bot has no permissions in the command's channel, and
    *Interaction* enqueues nothing without them.
    """
    if role_id := plan.own_role_if_enough(guild, bot_user_id):
        return {"roles": [role_id]}
    member: Json = discord.send(calls.get_guild_member(guild["id"], bot_user_id))
    return member


def _has_two_factor(bot_user: Mapping[str, Any]) -> bool:
    """Return whether the bot may act in a server that requires two-factor authentication.

    The setting is the bot owner's; if Discord does not mention it, assume true. Source: Discord's
    API issues 69 and 4654.
    """
    return bot_user.get("mfa_enabled") is not False


def _plan(request: Json, bot_user_id: str, before: edits.Known, *, in_company: bool) -> Plan:
    planned = waves.cut(LAYOUT, int(os.environ["WAVE_SIZE"]))
    return {
        "says": "summary",
        "campaign": {
            "interaction_id": request["interaction_id"],
            "guild_id": request["guild_id"],
            "user_id": request["user_id"],
            "name": request["campaign_name"],
            "bot_user_id": bot_user_id,
            "in_company": in_company,
            "co_gms": [request["co_gm"]] if "co_gm" in request else [],
        },
        "waves": planned,
        "last": len(planned) - 1,
        "building": waves.first(planned, before),
        "made": {"channels": []},
        "failure": None,
        "completed": None,
        "rate_limit": None,
    }


def _await_turn(ticket: Ticket, interaction_id: str) -> None:
    """Check that the turn has come: campaigns of the other lane may have overtaken this one."""
    look = limiter.look_up(ticket)
    now = time.time()
    if look.is_kept and look.begins_at <= now + EARLY_SECONDS:
        return
    if not look.is_kept or look.begins_at > deadlines.turn_deadline(interaction_id):
        raise errors.CampaignRejected([rejections.too_busy(look.next_begins_at - now)])
    raise errors.RateLimited(executions.utc(look.begins_at), "global")
