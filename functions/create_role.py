"""Create Role: make the campaign's role, or adopt the one that an earlier attempt made."""

import time
from typing import Any

from channelwright import calls, connect, ownership
from channelwright.campaign import Campaign, Made, build_deadline
from channelwright.repetition import attempt, settled_at
from channelwright.task import task


@task
def handler(event: dict[str, Any]) -> Made:
    """Return the role of `campaign`; `at` and `rate_limit` tell of earlier attempts.

    Raises:
        ChannelwrightError: there is none, or it is not known whether there is.

    """
    campaign: Campaign = event["campaign"]
    list_roles = calls.list_guild_roles(campaign["guild_id"])
    discord = connect.for_campaign(campaign, build_deadline(campaign["interaction_id"]))
    with attempt(event) as repeated:
        ours = ownership.roles(campaign, discord.send(list_roles)) if repeated else []
        role = ours[0] if ours else discord.create(calls.create_role(campaign))
    return {
        "id": role["id"],
        "name": role["name"],
        "repeated": repeated,
        "settled_at": settled_at(event, time.time()) if ours else 0,
    }
