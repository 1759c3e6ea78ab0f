"""Report Failure: tell the game master why there is no campaign, and what could not be removed."""

from typing import Any

from channelwright import connect, messages, rollback
from channelwright.campaign import rollback_deadline


def handler(event: dict[str, Any], _context: object) -> None:
    """Explain `failure` (what a Catch handed on) and what the last look of `rollback` showed.

    Raises:
        ChannelwrightError: the message was not edited.

    """
    content = messages.failure(
        event["campaign_name"],
        rollback.why(event["failure"], event["interaction_id"]),
        event["rollback"]["found"],
        looked=event["rollback"]["next"] == "finished",
    )
    discord = connect.as_webhook(rollback_deadline(event["interaction_id"]))
    discord.edit_original(
        event["application_id"], event["interaction_token"], content, more_to_come=False
    )
