"""How a Lambda comes to its `Discord`: from its environment."""

import os
from typing import Any

from channelwright import bot_token, calls
from channelwright.discord import Discord

# What was answered to "who am I", by the bot's token.
_bot_users: dict[str, dict[str, Any]] = {}


def as_bot(deadline: float) -> Discord:
    """Speak as the bot; rate limits may be waited for until `deadline` (Unix seconds)."""
    return Discord(_base_url(), token=bot_token.read(), deadline=deadline)


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


def as_webhook(deadline: float) -> Discord:
    """Speak with the interaction's token alone, which is in the path: no secret of ours."""
    return Discord(_base_url(), token=None, deadline=deadline)


def _base_url() -> str:
    return os.environ["DISCORD_API_BASE_URL"]
