"""How a Lambda comes to its `Discord`: from its environment."""

import os

from channelwright import bot_token
from channelwright.discord import Discord


def as_bot(deadline: float) -> Discord:
    """Speak as the bot; rate limits may be waited for until `deadline` (Unix seconds)."""
    return Discord(_base_url(), token=bot_token.read(), deadline=deadline)


def as_webhook(deadline: float) -> Discord:
    """Speak with the interaction's token alone, which is in the path: no secret of ours."""
    return Discord(_base_url(), token=None, deadline=deadline)


def _base_url() -> str:
    return os.environ["DISCORD_API_BASE_URL"]
