"""How a Lambda comes to speak as the bot: from its environment."""

from typing import Any

from channelwright.aws import bot_token
from channelwright.discord import addresses, calls
from channelwright.discord.client import SHORT_WAITS, Company, Discord
from channelwright.pace import limiter

# What was answered to "who am I", by the bot's token.
_bot_users: dict[str, dict[str, Any]] = {}


def as_bot(deadline: float, *, in_company: bool = False, short_waits: int = SHORT_WAITS) -> Discord:
    """Speak as the bot; rate limits may be waited for until `deadline` (Unix seconds).

    `in_company` of other campaigns every call waits for its slot. So many `short_waits` are slept.
    """
    company = Company(limiter.seconds_to_slot, limiter.note_invalid) if in_company else None
    return Discord(
        addresses.api_base_url(),
        token=bot_token.read(),
        deadline=deadline,
        company=company,
        short_waits=short_waits,
    )


def bot_user(discord: Discord, *, again: bool = False) -> dict[str, Any]:
    """Return the bot's own user object, as Discord gave it to this container, or gives it `again`.

    A token belongs to one bot for ever, so its `id` cannot become wrong; all else can.

    Raises:
        ChannelwrightError: Discord could not be asked.

    """
    token = bot_token.read()
    if again or token not in _bot_users:
        answer = discord.send(calls.get_current_user())
        _bot_users.clear()
        _bot_users[token] = answer
    return _bot_users[token]
