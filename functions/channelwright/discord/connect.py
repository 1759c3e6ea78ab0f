"""Create a Lambda's client with the bot's token, from the environment."""

from typing import Any

from channelwright.aws import bot_token
from channelwright.discord import addresses, calls
from channelwright.discord.client import SHORT_WAITS, Company, Discord
from channelwright.pace import limiter

# The bot's user object, by the bot's token.
_bot_users: dict[str, dict[str, Any]] = {}


def as_bot(
    deadline: float,
    *,
    in_company: bool = False,
    short_waits: int = SHORT_WAITS,
    to_the_end: bool = False,
) -> Discord:
    """Return a client with the bot's token; `in_company`, every call waits for its slot.

    The other parameters are those of `Discord`.

    Raises:
        BotTokenNotRead: as `bot_token.read`.
        UnsafeAddressError: as `addresses.api_base_url`.
    """
    company = Company(limiter.seconds_to_slot, limiter.note_invalid) if in_company else None
    return Discord(
        addresses.api_base_url(),
        token=bot_token.read(),
        deadline=deadline,
        company=company,
        short_waits=short_waits,
        to_the_end=to_the_end,
    )


def bot_user(discord: Discord, *, again: bool = False) -> dict[str, Any]:
    """Return the bot's own user object, cached in this container unless it is fetched `again`.

    A token belongs to one bot forever, so the `id` stays right; everything else may change.

    Raises:
        ChannelwrightError: as `Discord.send`, or the token could not be read.
    """
    token = bot_token.read()
    if again or token not in _bot_users:
        answer = discord.send(calls.get_current_user())
        _bot_users.clear()
        _bot_users[token] = answer
    return _bot_users[token]
