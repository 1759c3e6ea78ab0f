"""The bot's token, from SSM. Only this module reads it, and nothing writes it anywhere."""

import os
import time
from typing import Final

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from channelwright.aws import log
from channelwright.aws.token_form import MalformedBotToken, well_formed
from channelwright.errors import BotTokenNotRead

# Warm Lambdas pick up a rotated token within this time.
CACHE_SECONDS: Final = 300
# Short, so that the starter does not time out before notifying the user (start_campaign.py).
CONNECT_SECONDS, READ_SECONDS, ATTEMPTS = 1, 2, 2

# Created in Lambda's init phase, at full speed; with 256 MB, a handler gets a seventh of that.
_ssm = boto3.client(
    "ssm",
    config=Config(
        connect_timeout=CONNECT_SECONDS,
        read_timeout=READ_SECONDS,
        retries={"mode": "standard", "total_max_attempts": ATTEMPTS},
    ),
)


class Kept:
    """The container's cached token, and when it was read (monotonic clock)."""

    def __init__(self) -> None:
        self.token: str | None = None
        self.read_at = 0.0


_kept = Kept()


def read() -> str:
    """Return the bot token.

    Raises:
        BotTokenNotRead: the parameter is missing, unreadable or no token, or SSM did not answer. An
            account may read 40 parameters a second (AWS docs, Systems Manager endpoints and
            quotas), which many cold starts at once exceed.
    """
    if _kept.token is None or time.monotonic() - _kept.read_at > CACHE_SECONDS:
        try:
            _kept.token = _ask(os.environ["DISCORD_BOT_TOKEN_PARAMETER"])
        except BotTokenNotRead as failed:
            log.error(failed.why)
            raise
        _kept.read_at = time.monotonic()
    return _kept.token


def _ask(name: str) -> str:
    try:
        stored = _ssm.get_parameter(Name=name, WithDecryption=True)["Parameter"]["Value"]
        return well_formed(stored, f"the SSM parameter {name}")
    except ClientError as error:
        code = error.response["Error"]["Code"]
        if code == "ParameterNotFound":
            why = f"The bot token is missing: store it in the SSM parameter {name} (SecureString)."
        else:
            why = f"The bot token in the SSM parameter {name} cannot be read: {code}."
    except BotoCoreError as error:
        why = f"The bot token in the SSM parameter {name} cannot be read: {type(error).__name__}."
    except MalformedBotToken as malformed:
        why = str(malformed)
    raise BotTokenNotRead(why)


def forget() -> None:
    """Drop the cached token, for callers that must not use one that was just replaced."""
    _kept.token = None
