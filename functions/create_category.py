"""Create Category: make the campaign's private category, or adopt an earlier attempt's.

The role goes to the game master at the same time.
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
    """Return the category of `campaign`; `at` and `rate_limit` tell of earlier attempts.

    The first attempt also assigns the role, and raises nothing if that fails.

    Raises:
        ChannelwrightError: there is none, or it is not known whether there is.

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
            # *Complete Campaign* looks whether the role is there. To raise what became of the
            # assignment would lose what is known of the category.
            category, free_at = discord.create_beside(create, things.assign_role(campaign))
    made: MadeCategory = {
        "id": category["id"],
        "name": category["name"],
        "repeated": repeated,
        "settled_at": settled_at(event, time.time()) if ours else 0,
    }
    return made | {"assign_at": math.ceil(free_at)} if free_at else made
