"""Plan Campaign: ask Discord what there is; accept the campaign, or say all that is against it."""

import os
import time
from typing import Any, Final

from channelwright import (
    calls,
    campaign,
    connect,
    layout,
    limiter,
    messages,
    permissions,
    plan,
)
from channelwright.errors import RateLimited

LAYOUT = layout.load()
# A turn that is not further away is not worth a wait of its own.
EARLY_SECONDS: Final = 2.0


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Plan the campaign of a request (its fields are those of the queue's message, and its `turn`).

    Returns `status` ("accepted" or "rejected"), `reasons`, `campaign`, `waves`, `total`
    (of channels) and the `rate_limit` of nothing yet.

    Raises:
        RateLimited: its turn has not come yet.
        ChannelwrightError: Discord could not be asked.

    """
    turn = event["turn"]
    if "ticket" in turn and (too_busy := _await_turn(turn["ticket"], event["interaction_id"])):
        return {"status": "rejected", "reasons": [too_busy], "campaign": None}
    guild_id, user_id = event["guild_id"], event["user_id"]
    deadline = campaign.build_deadline(event["interaction_id"])
    discord = connect.as_bot(deadline, in_company=turn["in_company"])
    bot_user_id = discord.send(calls.get_current_user())["id"]
    guild = discord.send(calls.get_guild(guild_id))
    caller = discord.send(calls.get_guild_member(guild_id, user_id))
    bot = discord.send(calls.get_guild_member(guild_id, bot_user_id))
    reasons = plan.reasons_against(
        name=event["campaign_name"],
        caller_permissions=permissions.guild_level(guild, caller, user_id),
        bot_permissions=permissions.guild_level(guild, bot, bot_user_id),
        roles=guild["roles"],
        channels=discord.send(calls.list_guild_channels(guild_id)),
        channel_count=len(LAYOUT),
    )
    return {
        "status": "rejected" if reasons else "accepted",
        "reasons": reasons,
        "campaign": {
            "interaction_id": event["interaction_id"],
            "guild_id": guild_id,
            "user_id": user_id,
            "name": event["campaign_name"],
            "bot_user_id": bot_user_id,
            "in_company": turn["in_company"],
        },
        "waves": campaign.waves(LAYOUT, int(os.environ["WAVE_SIZE"])),
        "total": len(LAYOUT),
        "rate_limit": None,
    }


def _await_turn(ticket: float, interaction_id: str) -> str | None:
    """Look whether the turn has come, for campaigns of the priority lane may have gone before it.

    Returns why it never will; raises RateLimited if it is yet to come.
    """
    begins_at, now = limiter.begins_at(ticket), time.time()
    if begins_at <= now + EARLY_SECONDS:
        return None
    if begins_at > campaign.turn_deadline(interaction_id):
        return messages.too_busy(begins_at - now)
    raise RateLimited(campaign.utc(begins_at))
