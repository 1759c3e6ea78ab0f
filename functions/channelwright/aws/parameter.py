"""Parameters of SSM (SecureString), cached in the container. No log line has their values."""

import time
from collections.abc import Callable
from typing import Final, Generic, TypeVar

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from channelwright.aws.token_form import Malformed

# Warm Lambdas pick up a value that was replaced within this time.
CACHE_SECONDS: Final = 300
# Short, so that the starter does not time out before notifying the user (start_campaign.py).
CONNECT_SECONDS, READ_SECONDS, ATTEMPTS = 1, 2, 2

Value = TypeVar("Value")

# Created in Lambda's init phase, at full speed; with 256 MB, a handler gets a seventh of that.
_ssm = boto3.client(
    "ssm",
    config=Config(
        connect_timeout=CONNECT_SECONDS,
        read_timeout=READ_SECONDS,
        retries={"mode": "standard", "total_max_attempts": ATTEMPTS},
    ),
)


class NotRead(Exception):
    """The parameter is missing, unreadable or malformed; the message is for an operator."""


class Kept(Generic[Value]):
    """The container's cached value, and when it was read (monotonic clock)."""

    def __init__(self) -> None:
        self.value: Value | None = None
        self.read_at = 0.0

    def forget(self) -> None:
        """Drop the value, for those who must not use one that was just replaced."""
        self.value = None


def read(kept: Kept[Value], name: str, what: str, form: Callable[[str, str], Value]) -> Value:
    """Return the value of the parameter `name`, cached in `kept`.

    `what` says what it is ("The bot token"). `form` turns what is stored into the value; its second
    argument is the place, for its message.

    Raises:
        NotRead: the parameter is missing, unreadable or malformed, or SSM did not answer. An
            account may read 40 parameters a second (AWS docs, Systems Manager endpoints and
            quotas), which many cold starts at once exceed.
    """
    if kept.value is None or time.monotonic() - kept.read_at > CACHE_SECONDS:
        kept.value = _ask(name, what, form)
        kept.read_at = time.monotonic()
    return kept.value


def _ask(name: str, what: str, form: Callable[[str, str], Value]) -> Value:
    try:
        stored = _ssm.get_parameter(Name=name, WithDecryption=True)["Parameter"]["Value"]
        return form(stored, f"the SSM parameter {name}")
    except ClientError as error:
        code = error.response["Error"]["Code"]
        if code == "ParameterNotFound":
            why = f"{what} is missing: store it in the SSM parameter {name} (SecureString)."
        else:
            why = f"{what} in the SSM parameter {name} cannot be read: {code}."
    except BotoCoreError as error:
        why = f"{what} in the SSM parameter {name} cannot be read: {type(error).__name__}."
    except Malformed as malformed:
        why = str(malformed)
    raise NotRead(why)
