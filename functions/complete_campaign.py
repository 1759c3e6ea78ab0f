"""Complete Campaign: look whether all of it stands, and remove what was made twice."""

from itertools import chain
from typing import Any

from channelwright import calls, connect, log, messages, ownership, waves
from channelwright import campaign as campaigns
from channelwright.campaign import Campaign, MadeChannel, build_deadline
from channelwright.errors import CampaignIncomplete, NameTaken


@log.invocation
def handler(event: dict[str, Any], _context: object) -> list[MadeChannel]:
    """Complete `campaign`: `channels` are those that each wave made, `waves` what was planned.

    Returns all channels in the layout's order.

    Raises:
        CampaignIncomplete: Discord does not list everything that was made.
        NameTaken: another campaign of that name was quicker.
        ChannelwrightError: Discord could not be asked.

    """
    campaign: Campaign = event["campaign"]
    channels: list[MadeChannel] = sorted(
        chain.from_iterable(event["channels"]), key=lambda channel: channel["position"]
    )
    made = [campaign["role"], campaign["category"], *channels]
    discord = connect.for_campaign(campaign, build_deadline(campaign["interaction_id"]))
    listed_roles, listed_channels = discord.send_all(
        calls.list_guild_roles(campaign["guild_id"]),
        calls.list_guild_channels(campaign["guild_id"]),
    )
    if missing := ownership.missing(made, [*listed_roles, *listed_channels]):
        raise CampaignIncomplete(messages.incomplete(missing))
    if ownership.is_name_taken(campaign, campaign["role"]["id"], listed_roles):
        raise NameTaken(messages.name_taken("role", campaign["role"]["name"]))
    found = ownership.all_of(
        campaign,
        campaigns.not_certain(waves.channels_of(event["waves"]), channels),
        [],
        listed_roles=listed_roles,
        listed_channels=listed_channels,
    )
    for double in ownership.doubles(found, made):
        discord.delete(calls.delete(campaign, double))
    return channels
