"""Report Failure: tell the game master why there is no campaign, and what could not be removed."""

from typing import Any

from channelwright import log, messages, rollback
from channelwright.campaign import rollback_deadline
from channelwright.delivery import deliver


@log.invocation
def handler(event: dict[str, Any], _context: object) -> None:
    """Explain `failure` (what a Catch handed on) and what the last look of `rollback` showed.

    Raises:
        ChannelwrightError: the game master could not be told.

    """
    content = messages.failure(
        event["campaign_name"],
        rollback.why(event["failure"], event["interaction_id"]),
        event["rollback"]["found"],
        looked=event["rollback"]["next"] == "finished" and not event["rollback"]["blind"],
        foreign=event["rollback"]["foreign"],
    )
    until = event["rollback"].get("until", 0)
    deliver(event, content, deadline=rollback_deadline(event["interaction_id"], until))
