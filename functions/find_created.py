"""Find Created: look what of the campaign stands in the server, and decide how to go on."""

from typing import Any

from channelwright import calls, connect, ownership, rollback
from channelwright.campaign import Campaign, rollback_deadline


def handler(event: dict[str, Any], _context: object) -> rollback.Rollback:
    """Look for everything of `campaign`; `rollback` holds what earlier looks returned.

    Raises:
        ChannelwrightError: Discord does not let us look.

    """
    campaign: Campaign = event["campaign"]
    failure: rollback.Failure = event["failure"]
    discord = connect.as_bot(rollback_deadline(campaign["interaction_id"]))
    found = ownership.all_of(
        campaign,
        event["waves"],
        rollback.recorded_channels(failure),
        listed_channels=discord.send(calls.list_guild_channels(campaign["guild_id"])),
        listed_roles=discord.send(calls.list_guild_roles(campaign["guild_id"])),
    )
    return rollback.step(found, event["rollback"]["looks"], event["rollback"]["quiet"], failure)
