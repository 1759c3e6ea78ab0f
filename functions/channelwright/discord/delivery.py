"""Deliver the last word to the game master, even if the interaction's token has expired.

`request` and `reply` come from an execution's input: the command, and its interaction's token.
"""

from collections.abc import Mapping

from channelwright.discord import calls, webhook
from channelwright.errors import ChannelwrightError, DiscordRefused, OutOfTime
from channelwright.words import messages


def edit(reply: Mapping[str, str], content: str, *, deadline: float) -> None:
    """Edit the deferred message. `deadline` is in Unix seconds, here and below.

    Raises:
        ChannelwrightError: the edit failed, or its outcome is unknown.

    """
    webhook.edit(webhook.connect(deadline), calls.edit_original(reply, content))


def edit_or_write(
    request: Mapping[str, str], reply: Mapping[str, str], content: str, *, deadline: float
) -> None:
    """Edit the deferred message; if that fails or its outcome is unknown, write in the channel.

    Raises:
        OutOfTime: neither can succeed before `deadline`: the edit is limited for longer, and the
            channel is, too, or refuses the message.
        ChannelwrightError: writing failed, too, or its outcome is unknown.

    """
    try:
        edit(reply, content, deadline=deadline)
    except OutOfTime as limited:
        try:
            write_in_channel(request, content, deadline=deadline)
        except DiscordRefused:
            raise limited from None
    except ChannelwrightError:
        write_in_channel(request, content, deadline=deadline)


def write_in_channel(request: Mapping[str, str], content: str, *, deadline: float) -> None:
    """Write as the bot in the channel where the command was run, to `user_id`.

    Raises:
        ChannelwrightError: writing failed, or its outcome is unknown.

    """
    from channelwright.discord import connect  # rarely needed, and slow to import

    said = messages.in_channel(request["user_id"], content)
    call = calls.create_message(request["channel_id"], request["interaction_id"], said)
    connect.as_bot(deadline).send(call)
