"""How the last word reaches the game master, whatever has become of the interaction's token.

`request` and `reply` are those of an execution's input: the command, and its interaction's token.
"""

from collections.abc import Mapping

from channelwright.discord import calls, webhook
from channelwright.errors import ChannelwrightError
from channelwright.words import messages


def edit(reply: Mapping[str, str], content: str, *, deadline: float) -> None:
    """Edit the deferred message.

    Raises:
        ChannelwrightError: it was not done, or it is not known whether it was.

    """
    webhook.edit(webhook.connect(deadline), calls.edit_original(reply, content))


def edit_or_write(
    request: Mapping[str, str], reply: Mapping[str, str], content: str, *, deadline: float
) -> None:
    """Edit the deferred message; if it is not known to be edited, write in the channel.

    Raises:
        ChannelwrightError: that was not done either, or it is not known whether it was.

    """
    try:
        edit(reply, content, deadline=deadline)
    except ChannelwrightError:
        write_in_channel(request, content, deadline=deadline)


def write_in_channel(request: Mapping[str, str], content: str, *, deadline: float) -> None:
    """Write as the bot in the channel where the command was run, to `user_id`.

    Raises:
        ChannelwrightError: it was not done, or it is not known whether it was.

    """
    from channelwright.discord import connect  # needed almost never, and slow to import

    said = messages.in_channel(request["user_id"], content)
    call = calls.create_message(request["channel_id"], request["interaction_id"], said)
    connect.as_bot(deadline).send(call)
