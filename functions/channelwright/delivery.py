"""How the last word reaches the game master, whatever has become of the interaction's token."""

from collections.abc import Mapping
from typing import Any

from channelwright import calls, connect, messages
from channelwright.errors import DiscordRefused


def deliver(event: Mapping[str, Any], content: str, *, deadline: float) -> None:
    """Edit the deferred message; if Discord knows it no more, write in the channel, as the bot.

    `event` has `application_id`, `interaction_token`, `interaction_id`, `channel_id` and `user_id`.
    A token lives 15 minutes; with a dead one Discord answers 401 or 404.

    Raises:
        ChannelwrightError: neither was possible.

    """
    try:
        connect.as_webhook(deadline).edit_original(
            event["application_id"], event["interaction_token"], content, more_to_come=False
        )
    except DiscordRefused as refused:
        if refused.status not in {401, 404}:
            raise
        said = messages.in_channel(event["user_id"], content)
        call = calls.create_message(event["channel_id"], event["interaction_id"], said)
        connect.as_bot(deadline).send(call)
