"""Deliver the last word to the game master, even if the interaction's token has expired.

`request` is the command, in the form of campaign/request.py.
"""

import math
import time
from collections.abc import Mapping, Sequence

from channelwright import errors
from channelwright.discord import calls, webhook
from channelwright.words import messages, refusals


def edit_or_write(request: Mapping[str, str], content: str, *, within: float) -> None:
    """Edit the deferred message; if that fails or its outcome is unknown, write in the channel.

    For a caller that is called again, but not `within` so many seconds. `request` has the token.

    Raises:
        OutOfTime, EditClosed: as `write_alone`; the edit is limited for longer than `within`.
        OutOfTime: Discord refused the edit, and limits the channel for longer.
        ChannelClosed: the edit failed otherwise, and the channel is limited for longer.
        ChannelwrightError: writing failed, too, or its outcome is unknown.
    """
    try:
        _edit(request, content)
    except errors.DiscordRefused:
        write_soon(request, content, within=within)
    except errors.ChannelwrightError as error:
        if _is_beyond(error, within):
            write_alone(request, content, within=within)
            return
        try:
            write_soon(request, content, within=within)
        except errors.OutOfTime as limited:
            raise errors.ChannelClosed(str(limited)) from limited


def edit_alone(request: Mapping[str, str], content: str, *, within: float) -> None:
    """Edit the deferred message, if Discord takes none in the channel `within` so many seconds.

    Raises:
        OutOfTime: the edit is limited for longer, too, or refused.
        ChannelClosed: the edit failed otherwise, or its outcome is unknown: only this can be
            retried.
    """
    try:
        _edit(request, content)
    except errors.ChannelwrightError as error:
        is_final = isinstance(error, errors.DiscordRefused) or _is_beyond(error, within)
        ended = errors.OutOfTime if is_final else errors.ChannelClosed
        raise ended(f"Discord did not take the edit: {error}") from error


def _edit(request: Mapping[str, str], content: str) -> None:
    webhook.edit(webhook.connect(math.inf), calls.edit_original(request, content))


def write_alone(request: Mapping[str, str], content: str, *, within: float) -> None:
    """Write in the channel, where Discord takes no edit `within` so many seconds.

    Raises:
        OutOfTime: the channel is limited for longer, too, or refuses the message; or the user chose
            a private one.
        EditClosed: writing failed otherwise, or its outcome is unknown: only this can be retried.
    """
    try:
        write_soon(request, content, within=within)
    except (errors.DiscordRefused, errors.KeptPrivate) as refused:
        raise errors.OutOfTime(str(refused)) from refused
    except errors.OutOfTime:
        raise
    except errors.ChannelwrightError as error:
        raise errors.EditClosed(str(error)) from error


def write_soon(request: Mapping[str, str], content: str, *, within: float) -> None:
    """Write in the channel.

    Raises:
        OutOfTime: the channel is limited for longer than `within` seconds.
        ChannelwrightError: writing failed otherwise, or its outcome is unknown.
    """
    try:
        write_in_channel(request, content, deadline=math.inf)
    except errors.RateLimited as limited:
        if not _is_beyond(limited, within):
            raise
        raise errors.OutOfTime(f"Discord takes no call before {limited.until}") from limited


def write_in_channel(
    request: Mapping[str, str],
    content: str,
    components: Sequence[calls.Json] = (),
    *,
    deadline: float,
    suffix: str = "",
) -> None:
    """Write as the bot in the channel where the command was run, to `user_id`.

    Discord drops a second message of an interaction that has the same `suffix`.

    Raises:
        KeptPrivate: the user chose a private message.
        ChannelwrightError: writing failed, or its outcome is unknown.
    """
    from channelwright.discord import connect  # rarely needed, and slow to import

    if request.get("private"):
        raise errors.KeptPrivate(refusals.KEPT_PRIVATE)
    said = messages.in_channel(request["user_id"], content)
    here, nonce = request["channel_id"], request["interaction_id"] + suffix
    call = calls.create_message(here, nonce, said, components)
    connect.as_bot(deadline, to_the_end=True).send(call)


def _is_beyond(error: errors.ChannelwrightError, seconds: float) -> bool:
    """Return whether Discord's limit, if the error is one, outlasts so many seconds from now."""
    return isinstance(error, errors.RateLimited) and error.ends_at > time.time() + seconds
