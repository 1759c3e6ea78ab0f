"""Delete Created: delete one role, category or channel of the campaign."""

from typing import Any

from channelwright import calls, connect, log
from channelwright.campaign import Campaign, rollback_deadline
from channelwright.rollback import Deletion


@log.invocation
def handler(event: dict[str, Any], _context: object) -> Deletion:
    """Delete the `thing` of `campaign`, waiting for Discord `until` then at most.

    That it is gone already is as good.

    Raises:
        ChannelwrightError: it was not deleted, or it is not known whether it was.

    """
    campaign: Campaign = event["campaign"]
    discord = connect.for_campaign(
        campaign, rollback_deadline(campaign["interaction_id"], event["until"])
    )
    deleted = discord.delete(calls.delete(campaign, event["thing"]))
    return {"id": event["thing"]["id"], "gone": True, "deleted": deleted}
