"""Plan Campaign: ask Discord what there is; accept the campaign, or say all that is against it."""

import os
from typing import Any

from channelwright import calls, campaign, connect, layout, log, permissions, plan

LAYOUT = layout.load()


@log.invocation
def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Plan the campaign of a request (its fields are those of the queue's message).

    Returns `status` ("accepted" or "rejected"), `reasons`, `campaign`, `waves`, `total`
    (of channels) and the `rate_limit` of nothing yet.

    Raises:
        ChannelwrightError: Discord could not be asked.

    """
    guild_id, user_id = event["guild_id"], event["user_id"]
    discord = connect.as_bot(campaign.build_deadline(event["interaction_id"]))
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
        },
        "waves": campaign.waves(LAYOUT, int(os.environ["WAVE_SIZE"])),
        "total": len(LAYOUT),
        "rate_limit": None,
    }
