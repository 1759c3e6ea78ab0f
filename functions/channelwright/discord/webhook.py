"""Edit the deferred message by its webhook, whose path has the interaction's token.

Apart from connect.py, because this needs no bot token, so no boto3, which is slow to import.
"""

import math
import time
from collections.abc import Mapping
from typing import Final

from channelwright.discord import addresses, edits
from channelwright.discord.calls import Call, edit_original
from channelwright.discord.client import Discord, wait
from channelwright.discord.edits import Edits
from channelwright.errors import DiscordRefused, DiscordUnavailable, NoAnswer, RateLimited
from channelwright.words import refusals

# An edit is quick, and showing progress must not delay a campaign for long.
TIMEOUT: Final = (2.0, 4.0)
# A worker can be faster than Discord's handling of our ACK: the message does not exist yet.
NOT_YET: Final = frozenset({10008, 10015})
NOT_YET_WAITS: Final = (0.25, 0.5, 1.0)


def connect(deadline: float, *, short_waits: int = 1, to_the_end: bool = False) -> Discord:
    """Return a client without the bot's token; its parameters are those of `Discord`."""
    return Discord(
        addresses.api_base_url(),
        token=None,
        deadline=deadline,
        timeout=TIMEOUT,
        short_waits=short_waits,
        to_the_end=to_the_end,
    )


def edit(discord: Discord, call: Call) -> None:
    """Edit the message that the ACK announced, with a `call` of `calls.edit_original`.

    Raises what `Discord.send` raises, and `DiscordUnavailable` if the message does not exist yet.
    Source: Discord docs, Interactions > Receiving and Responding > Edit Original Interaction
    Response.
    """
    for seconds in (*NOT_YET_WAITS, None):
        try:
            discord.send(call)
        except DiscordRefused as refused:
            if refused.code not in NOT_YET:
                raise
            if seconds is None or discord.bucket.left == 0:
                raise DiscordUnavailable(refusals.unavailable(call.action)) from None
            wait(seconds)
        else:
            return


def show(
    reply: Mapping[str, str], content: str, before: Edits, reserved: int, *, shown: int = 0
) -> Edits:
    """Edit the message if its bucket has room, without any wait; return its edits afterwards.

    `before` are its edits so far, `reserved` how many must stay left, and `shown` the number of
    channels in `content`.
    """
    now = time.time()
    if not edits.allows(before, now, reserved):
        return before
    discord = connect(math.inf, short_waits=0)
    try:
        edit(discord, edit_original(reply, content))
    except RateLimited as limited:
        return {**before, "closed_until": limited.ends_at}
    except NoAnswer:
        return edits.with_one_on_its_way(before, now)
    except (DiscordRefused, DiscordUnavailable):
        shown = before["shown"]
    return {**edits.after(before, discord.bucket, time.time()), "shown": shown}
