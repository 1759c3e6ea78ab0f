"""Report Rejection: tell the game master everything that stands in the way of the campaign."""

from typing import Any

from channelwright import log, messages
from channelwright.campaign import rollback_deadline
from channelwright.delivery import deliver


@log.invocation
def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Say the `reasons`, and return the execution's output.

    Raises:
        ChannelwrightError: the game master could not be told.

    """
    content = messages.rejection(event["campaign_name"], event["reasons"])
    deliver(event, content, deadline=rollback_deadline(event["interaction_id"]))
    return {
        "status": "rejected",
        "interaction_id": event["interaction_id"],
        "guild_id": event["guild_id"],
        "reasons": event["reasons"],
    }
