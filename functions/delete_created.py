"""Delete Created: delete one role, category or channel of the campaign."""

import math
from typing import Any

from channelwright.campaign import things
from channelwright.campaign.campaign import Campaign
from channelwright.campaign.deletions import NOT_FOUND, Deletion
from channelwright.discord import connect
from channelwright.errors import DiscordRefused, RateLimited
from channelwright.task import task


@task
def handler(event: dict[str, Any]) -> Deletion:
    """Delete the `thing` of `campaign`. Already gone counts as deleted.

    If Discord demands a wait, the next *Find Created* waits for it, or gives up; a thing that is
    deleted `alone` waits in the state machine, `until` then (Unix seconds).

    Raises:
        RateLimited: Discord demands a wait, and the thing is deleted `alone`.
        OutOfTime: the wait is too long.
        ChannelwrightError: the thing was not deleted, or that is unknown.
    """
    campaign: Campaign = event["campaign"]
    thing = event["thing"]
    try:
        until = event.get("until", math.inf)
        discord = connect.as_bot(until, in_company=campaign["in_company"], short_waits=0)
        deleted = discord.delete(things.delete(campaign, thing))
    except DiscordRefused as refused:
        if refused.status != 404 or event.get("alone"):
            raise
        # The 404 may mean something else than the thing: Discord's lists show whether it is gone.
        return {"id": thing["id"], "gone": False, "failure": {"Error": NOT_FOUND}}
    except RateLimited as limited:
        if event.get("alone"):
            raise
        return {"id": thing["id"], "gone": False, "limited_until": limited.ends_at}
    return {"id": thing["id"], "gone": True, "deleted": deleted}
