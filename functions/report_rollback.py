"""Report Rollback: edit the deferred message to say that the campaign is being undone."""

from typing import Any

from channelwright import log, messages, webhook
from channelwright.campaign import rollback_deadline


@log.invocation
def handler(event: dict[str, Any], _context: object) -> None:
    """Say that the campaign is being undone.

    Raises:
        ChannelwrightError: the message was not edited; the state machine goes on regardless.

    """
    discord = webhook.connect(rollback_deadline(event["interaction_id"]))
    discord.edit_original(
        event["application_id"],
        event["interaction_token"],
        messages.rolling_back(event["campaign_name"]),
        more_to_come=True,
    )
