"""Report Rejection: tell the game master everything that stands in the way of the campaign."""

from typing import Any

from channelwright import connect, messages
from channelwright.campaign import build_deadline


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Say the `reasons`, and return the execution's output.

    Raises:
        ChannelwrightError: the message was not edited.

    """
    discord = connect.as_webhook(build_deadline(event["interaction_id"]))
    discord.edit_original(
        event["application_id"],
        event["interaction_token"],
        messages.rejection(event["campaign_name"], event["reasons"]),
        more_to_come=False,
    )
    return {
        "status": "rejected",
        "interaction_id": event["interaction_id"],
        "guild_id": event["guild_id"],
        "reasons": event["reasons"],
    }
