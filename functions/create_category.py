"""Create Category: make the campaign's private category, or adopt an earlier attempt's."""

from typing import Any

from channelwright import calls, connect, ownership
from channelwright.campaign import Campaign, Made, build_deadline
from channelwright.repetition import attempt
from channelwright.task import task


@task
def handler(event: dict[str, Any]) -> Made:
    """Return the category of `campaign`; `at` and `rate_limit` tell of earlier attempts.

    Raises:
        ChannelwrightError: there is none, or it is not known whether there is.

    """
    campaign: Campaign = event["campaign"]
    list_channels = calls.list_guild_channels(campaign["guild_id"])
    discord = connect.for_campaign(campaign, build_deadline(campaign["interaction_id"]))
    with attempt(event) as repeated:
        ours = ownership.categories(campaign, discord.send(list_channels)) if repeated else []
        category = ours[0] if ours else discord.create(calls.create_category(campaign))
    return {"id": category["id"], "name": category["name"], "repeated": repeated}
