"""Create Category: make the campaign's private category, or adopt an earlier attempt's.

The role goes to the game master at the same time.
"""

import math
import time
from typing import Any

from channelwright import calls, connect, ownership, patience
from channelwright.campaign import Campaign, MadeCategory, build_deadline
from channelwright.repetition import attempt, settled_at
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
    create = calls.create_category(campaign)
    discord = connect.for_campaign(campaign, build_deadline(campaign["interaction_id"]))
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
            category, free_at = discord.create_beside(create, calls.assign_role(campaign))
    made: MadeCategory = {
        "id": category["id"],
        "name": category["name"],
        "repeated": repeated,
        "settled_at": settled_at(event, time.time()) if ours else 0,
    }
    return made | {"assign_at": math.ceil(free_at)} if free_at else made
