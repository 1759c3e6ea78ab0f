"""Create Category: create the campaign's private category, or adopt an earlier attempt's.

At the same time, the game master is given the role.
"""

import math
import time
from typing import Any

from channelwright.campaign import ownership, things
from channelwright.campaign.campaign import Campaign, MadeCategory
from channelwright.campaign.deadlines import build_deadline
from channelwright.campaign.repetition import attempt, settled_at
from channelwright.discord import calls, connect
from channelwright.pace import patience
from channelwright.task import task


@task
def handler(event: dict[str, Any]) -> MadeCategory:
    """Return the category of `campaign`; `at` and `rate_limit` describe earlier attempts.

    Raises:
        ChannelwrightError: the category was not created, or that is unknown.
    """
    campaign: Campaign = event["campaign"]
    list_channels = calls.list_guild_channels(campaign["guild_id"])
    create = things.create_category(campaign)
    deadline = build_deadline(campaign["interaction_id"])
    discord = connect.as_bot(deadline, in_company=campaign["in_company"])
    free_at = 0.0
    with attempt(event) as repeated:
        ours = ownership.categories(campaign, discord.send(list_channels)) if repeated else []
        if ours:
            category = ours[0]
        elif repeated or patience.times():
            category = discord.create(create)
        else:
            # Do not raise if the assignment fails: the category's id would be lost, and
            # *Complete Campaign* checks the role anyway.
            category, free_at = discord.create_beside(create, things.assign_role(campaign))
    made: MadeCategory = {
        "id": category["id"],
        "name": category["name"],
        "repeated": repeated,
        "settled_at": settled_at(event, time.time()) if ours else 0,
    }
    return made | {"assign_at": math.ceil(free_at)} if free_at else made
