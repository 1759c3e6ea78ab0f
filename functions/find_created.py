"""Find Created: look what of the campaign stands in the server, and decide how to go on."""

from typing import Any

from channelwright import calls, connect, log, ownership, rollback
from channelwright.campaign import Campaign, rollback_deadline


@log.invocation
def handler(event: dict[str, Any], _context: object) -> rollback.Rollback:
    """Look for everything that was `recalled`, or that bears the campaign's marks.

    `rollback` is what the look before this one returned, `deletions` what was deleted since.

    Raises:
        ChannelwrightError: Discord does not let us look.

    """
    recalled = event["recalled"]
    campaign: Campaign = recalled["campaign"]
    discord = connect.as_bot(rollback_deadline(campaign["interaction_id"]))
    channels = discord.send(calls.list_guild_channels(campaign["guild_id"]))
    roles = discord.send(calls.list_guild_roles(campaign["guild_id"]))
    found = ownership.all_of(
        campaign,
        recalled["waves"],
        recalled["channels"],
        listed_channels=channels,
        listed_roles=roles,
    )
    known = rollback.join(event["rollback"]["known"], found)
    look: rollback.Look = {
        "known": known,
        "listed": {each["id"] for each in [*channels, *roles]},
        "foreign": ownership.foreign(known, channels),
    }
    return rollback.step(event["rollback"], event["deletions"], look, event["failure"])
