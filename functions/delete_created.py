"""Delete Created: delete one role, category or channel of the campaign."""

from datetime import datetime
from typing import Any

from channelwright import calls, connect
from channelwright.campaign import Campaign, removal_deadline
from channelwright.deletions import Deletion
from channelwright.errors import RateLimited
from channelwright.task import task


@task
def handler(event: dict[str, Any]) -> Deletion:
    """Delete the `thing` of `campaign`, waiting for Discord `until` then at most.

    That it is gone already is as good. Where Discord wants a wait, the next look waits for it.

    Raises:
        ChannelwrightError: it was not deleted, or it is not known whether it was.

    """
    campaign: Campaign = event["campaign"]
    thing = event["thing"]
    deadline = removal_deadline(campaign["interaction_id"], event["until"])
    try:
        deleted = connect.for_campaign(campaign, deadline).delete(calls.delete(campaign, thing))
    except RateLimited as limited:
        until = datetime.fromisoformat(limited.until).timestamp()
        return {"id": thing["id"], "gone": False, "limited_until": until}
    return {"id": thing["id"], "gone": True, "deleted": deleted}
