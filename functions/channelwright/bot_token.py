"""The bot's token, from SSM. The only place that reads it, and it is never written anywhere."""

import os
import time
from typing import Final

# Warm Lambdas learn of a rotated token within this time.
CACHE_SECONDS: Final = 300

_cached: tuple[float, str] | None = None


def read() -> str:
    """Return the bot token.

    Raises:
        botocore.exceptions.ClientError: the parameter is not there, or this function may not
            read it.

    """
    global _cached  # noqa: PLW0603
    if _cached is None or time.monotonic() - _cached[0] > CACHE_SECONDS:
        import boto3  # not before it is needed: it takes long

        answer = boto3.client("ssm").get_parameter(
            Name=os.environ["DISCORD_BOT_TOKEN_PARAMETER"], WithDecryption=True
        )
        _cached = (time.monotonic(), answer["Parameter"]["Value"].strip())
    return _cached[1]


def forget() -> None:
    """Read it anew the next time, for who must not act on one that was replaced just now."""
    global _cached  # noqa: PLW0603
    _cached = None
