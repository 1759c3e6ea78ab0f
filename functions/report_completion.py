"""Report Completion: turn the deferred message into the summary of the campaign."""

from itertools import chain
from typing import Any

from channelwright import log, messages
from channelwright.campaign import Campaign, MadeChannel, rollback_deadline
from channelwright.delivery import deliver


@log.invocation
def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Summarise `campaign` with its `channels` as made; `waves` is what was planned.

    Returns the execution's output: `status` "created" and the ids.

    Raises:
        ChannelwrightError: the game master could not be told.

    """
    campaign: Campaign = event["campaign"]
    channels: list[MadeChannel] = event["channels"]
    planned = chain.from_iterable(wave["channels"] for wave in event["waves"])
    content = messages.summary(
        campaign["name"],
        campaign["role"]["id"],
        channels,
        instead_of_forum=any(
            channel["type"] != wanted["type"]
            for channel, wanted in zip(channels, planned, strict=True)
        ),
    )
    deliver(event, content, deadline=rollback_deadline(campaign["interaction_id"]))
    return {
        "status": "created",
        "interaction_id": campaign["interaction_id"],
        "guild_id": campaign["guild_id"],
        "role_id": campaign["role"]["id"],
        "category_id": campaign["category"]["id"],
        "channel_ids": [channel["id"] for channel in channels],
    }
