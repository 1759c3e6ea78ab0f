"""The bot's token, from SSM. Only this module reads it, and nothing writes it anywhere."""

import os

from channelwright.aws import log, parameter
from channelwright.aws.token_form import well_formed
from channelwright.errors import BotTokenNotRead

_kept = parameter.Kept[str]()


def read() -> str:
    """Return the bot token.

    Raises:
        BotTokenNotRead: as `parameter.read`.
    """
    name = os.environ["DISCORD_BOT_TOKEN_PARAMETER"]
    try:
        return parameter.read(_kept, name, "The bot token", well_formed)
    except parameter.NotRead as failed:
        why = str(failed)
    log.error(why)
    raise BotTokenNotRead(why)


def forget() -> None:
    """Drop the cached token, for callers that must not use one that was just replaced."""
    _kept.forget()
