"""Delete Created: delete one role, category or channel of the campaign."""

import math
from typing import Any, Final

from channelwright.campaign import things
from channelwright.campaign.campaign import Campaign
from channelwright.campaign.deletions import Deletion
from channelwright.discord import connect
from channelwright.errors import DiscordRefused, RateLimited
from channelwright.task import task

NOT_FOUND: Final = 404


@task
def handler(event: dict[str, Any]) -> Deletion:
    """Delete the `thing` of `campaign`; that it is gone already is as good.

    Where Discord wants a wait, the next look waits for it, or gives up.

    Raises:
        ChannelwrightError: it was not deleted, or it is not known whether it was.

    """
    campaign: Campaign = event["campaign"]
    thing = event["thing"]
    try:
        discord = connect.as_bot(math.inf, in_company=campaign["in_company"], short_waits=0)
        deleted = discord.delete(things.delete(campaign, thing))
    except DiscordRefused as refused:
        if refused.status != NOT_FOUND:
            raise
        # Of what else is not there? Lists tell whether the thing is.
        return {"id": thing["id"], "gone": False, "failure": {"Error": "NotFound"}}
    except RateLimited as limited:
        return {"id": thing["id"], "gone": False, "limited_until": limited.ends_at}
    return {"id": thing["id"], "gone": True, "deleted": deleted}
