"""Delete Created: delete one role, category or channel of the campaign."""

import math
from typing import Any

from channelwright import calls, connect
from channelwright.campaign import Campaign
from channelwright.deletions import Deletion
from channelwright.errors import RateLimited
from channelwright.task import task


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
        deleted = connect.for_campaign(campaign, math.inf).delete(calls.delete(campaign, thing))
    except RateLimited as limited:
        return {"id": thing["id"], "gone": False, "limited_until": limited.ends_at}
    return {"id": thing["id"], "gone": True, "deleted": deleted}
