"""Create Role: create the campaign's role, or adopt the one from an earlier attempt."""

import time
from typing import Any

from channelwright.campaign import ownership, things
from channelwright.campaign.campaign import Campaign, Made
from channelwright.campaign.deadlines import build_deadline
from channelwright.campaign.repetition import attempt, settled_at
from channelwright.discord import calls, connect
from channelwright.task import task


@task
def handler(event: dict[str, Any]) -> Made:
    """Return the role of `campaign`; `at` and `rate_limit` describe earlier attempts.

    Raises:
        ChannelwrightError: the role was not created, or that is unknown.
    """
    campaign: Campaign = event["campaign"]
    list_roles = calls.list_guild_roles(campaign["guild_id"])
    deadline = build_deadline(campaign["interaction_id"])
    discord = connect.as_bot(deadline, in_company=campaign["in_company"])
    with attempt(event) as repeated:
        ours = ownership.roles(campaign, discord.send(list_roles)) if repeated else []
        role = ours[0] if ours else discord.create(things.create_role(campaign))
    return {
        "id": role["id"],
        "name": role["name"],
        "repeated": repeated,
        "settled_at": settled_at(event, time.time()) if ours else 0,
    }
