"""How the last word reaches the game master, whatever has become of the interaction's token."""

from collections.abc import Mapping
from typing import Any

from channelwright import calls, messages, webhook
from channelwright.errors import ChannelwrightError


def deliver(event: Mapping[str, Any], content: str, *, deadline: float) -> None:
    """Edit the deferred message, or, if `event` says `in_channel`, write in the channel.

    Raises:
        ChannelwrightError: it was not done, or it is not known whether it was.

    """
    (write_in_channel if event.get("in_channel") else _edit)(event, content, deadline=deadline)


def edit_or_write(event: Mapping[str, Any], content: str, *, deadline: float) -> None:
    """Edit the deferred message; if it is not known to be edited, write in the channel.

    Raises:
        ChannelwrightError: that was not done either, or it is not known whether it was.

    """
    try:
        _edit(event, content, deadline=deadline)
    except ChannelwrightError:
        write_in_channel(event, content, deadline=deadline)


def write_in_channel(event: Mapping[str, Any], content: str, *, deadline: float) -> None:
    """Write as the bot in the channel where the command was run, to `user_id`.

    Raises:
        ChannelwrightError: it was not done, or it is not known whether it was.

    """
    from channelwright import connect  # needed almost never, and slow to import

    said = messages.in_channel(event["user_id"], content)
    call = calls.create_message(event["channel_id"], event["interaction_id"], said)
    connect.as_bot(deadline).send(call)


def _edit(event: Mapping[str, Any], content: str, *, deadline: float) -> None:
    webhook.connect(deadline).edit_original(
        event["application_id"], event["interaction_token"], content, more_to_come=False
    )
