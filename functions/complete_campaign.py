"""Complete Campaign: look whether all of it stands, remove doubles, and write the summary."""

from itertools import chain
from typing import Any

from channelwright import calls, connect, messages, ownership
from channelwright.campaign import Campaign, MadeChannel, Wave, build_deadline
from channelwright.discord import Discord
from channelwright.errors import CampaignIncomplete


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Complete `campaign`: `channels` are those that each wave made, `waves` what was planned.

    Returns the execution's output: `status` "created" and the ids.

    Raises:
        CampaignIncomplete: Discord does not list everything that was made.
        ChannelwrightError: Discord could not be asked, or the summary could not be written.

    """
    campaign: Campaign = event["campaign"]
    made: list[MadeChannel] = sorted(
        chain.from_iterable(event["channels"]), key=lambda channel: channel["position"]
    )
    discord = connect.as_bot(build_deadline(campaign["interaction_id"]))
    _verify(discord, campaign, made, event["waves"])
    planned = chain.from_iterable(wave["channels"] for wave in event["waves"])
    content = messages.summary(
        campaign["name"],
        campaign["role"]["id"],
        made,
        instead_of_forum=any(
            channel["type"] != wanted["type"] for channel, wanted in zip(made, planned, strict=True)
        ),
    )
    webhook = connect.as_webhook(build_deadline(campaign["interaction_id"]))
    webhook.edit_original(
        event["application_id"], event["interaction_token"], content, more_to_come=False
    )
    return {
        "status": "created",
        "interaction_id": campaign["interaction_id"],
        "guild_id": campaign["guild_id"],
        "role_id": campaign["role"]["id"],
        "category_id": campaign["category"]["id"],
        "channel_ids": [channel["id"] for channel in made],
    }


def _verify(
    discord: Discord, campaign: Campaign, made: list[MadeChannel], waves: list[Wave]
) -> None:
    listed = discord.send(calls.list_guild_channels(campaign["guild_id"]))
    if missing := ownership.missing([campaign["category"], *made], listed):
        raise CampaignIncomplete(messages.incomplete(missing))
    for double in ownership.doubles(campaign["category"]["id"], made, waves, listed):
        discord.delete(calls.delete(campaign, ownership.thing("channel", double)))
