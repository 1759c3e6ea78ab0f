"""Report Progress: edit the deferred message to show how far the campaign is."""

from typing import Any

from channelwright import log, messages, webhook
from channelwright.campaign import build_deadline


@log.invocation
def handler(event: dict[str, Any], _context: object) -> None:
    """Show `done` of `total` channels, and those made since the edit before: `unshown` and `made`.

    Raises:
        RateLimited: the state machine waits, and then goes on without.
        RateLimitTooLong: the summary could not be shown either, so the campaign is undone.
        ChannelwrightError: for any other reason the message was not edited; it goes on regardless.

    """
    discord = webhook.connect(build_deadline(event["interaction_id"]))
    content = messages.progress(
        event["campaign_name"],
        event["done"],
        event["total"],
        [*event.get("unshown", []), *event["made"]],
        forums_in_doubt=event.get("forums_in_doubt", False),
    )
    discord.edit_original(
        event["application_id"], event["interaction_token"], content, more_to_come=True
    )
