"""Assign Role: give the campaign's role to the game master."""

from typing import Any

from channelwright import calls, connect, log
from channelwright.campaign import Campaign, build_deadline


@log.invocation
def handler(event: dict[str, Any], _context: object) -> bool:
    """Give the role of `campaign` to its user. Doing it twice does no harm.

    Raises:
        ChannelwrightError: the role was not given, or it is not known whether it was.

    """
    campaign: Campaign = event["campaign"]
    discord = connect.for_campaign(campaign, build_deadline(campaign["interaction_id"]))
    discord.create(calls.assign_role(campaign))
    return True
