"""The bot's token, from SSM. The only place that reads it, and it is never written anywhere."""

import os
import time
from typing import Final

import boto3
from botocore.config import Config

from channelwright.token_form import well_formed

# Warm Lambdas learn of a rotated token within this time.
CACHE_SECONDS: Final = 300
# A start that cannot be told of must not die waiting for SSM (start_campaign.py).
CONNECT_SECONDS, READ_SECONDS, ATTEMPTS = 1, 2, 2

# Made while Lambda starts the function, at full speed: with 256 MB a handler has a seventh of it.
_ssm = boto3.client(
    "ssm",
    config=Config(
        connect_timeout=CONNECT_SECONDS,
        read_timeout=READ_SECONDS,
        retries={"mode": "standard", "total_max_attempts": ATTEMPTS},
    ),
)

_cached: tuple[float, str] | None = None


def read() -> str:
    """Return the bot token.

    Raises:
        botocore.exceptions.ClientError: the parameter is not there, or this function may not
            read it.
        botocore.exceptions.BotoCoreError: SSM did not answer.
        MalformedBotToken: what is stored cannot be a token.

    """
    global _cached  # noqa: PLW0603
    if _cached is None or time.monotonic() - _cached[0] > CACHE_SECONDS:
        name = os.environ["DISCORD_BOT_TOKEN_PARAMETER"]
        answer = _ssm.get_parameter(Name=name, WithDecryption=True)
        token = well_formed(answer["Parameter"]["Value"], f"the SSM parameter {name}")
        _cached = (time.monotonic(), token)
    return _cached[1]


def forget() -> None:
    """Read it anew the next time, for who must not act on one that was replaced just now."""
    global _cached  # noqa: PLW0603
    _cached = None
