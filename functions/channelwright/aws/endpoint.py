"""A signed call of an AWS service with the standard library alone, because the ACK waits for it.

Source: AWS docs, SQS Developer Guide > Making requests using the AWS JSON protocol; DynamoDB
Developer Guide > DynamoDB low-level API.
"""

import json
import os
import ssl
import time
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Final
from urllib.parse import SplitResult, urlsplit

from channelwright.aws import sigv4

# For connecting, and for the answer, of what has to be done. Discord waits 3 seconds for ours: a
# clear refusal is better than an answer that nobody reads.
TIMEOUT_SECONDS: Final = 1.0

# A connection idle for longer is not reused: it may die unnoticed while Lambda freezes us.
IDLE_SECONDS: Final = 10.0

# Reading the CA bundle is slow, so Lambda's init phase does it, at full speed.
_TLS: Final = ssl.create_default_context()

_kept: dict[str, tuple[HTTPConnection, float]] = {}  # by host, with the time of its last answer


class NotDone(Exception):
    """The service did nothing: it could not be reached, or refused the call."""


class MaybeDone(Exception):
    """The service may have done it: it did not answer, or answered 5xx."""


def call(url: str, target: str, content: bytes, timeout: float = TIMEOUT_SECONDS) -> bytes:
    """Return the answer to a POST of `content` to a service's root.

    `target` names the API's version and operation, such as "AmazonSQS.SendMessage", `timeout` the
    seconds for connecting, and again for the answer. If a kept connection dies, the call is
    repeated on a new one.

    Raises:
        NotDone: the service could not be reached, or refused the call.
        MaybeDone: the outcome is unknown.

    """
    parts = urlsplit(url)
    headers = _signed(parts.netloc, target, content)
    try:
        answer = _post_on_kept(content, headers)
    except (OSError, HTTPException):  # died before or after the service did it
        try:
            return _checked(*_post_anew(parts, content, headers, timeout))
        except NotDone as error:
            raise MaybeDone(f"a first attempt had no answer: {error}") from None
    return _checked(*(answer or _post_anew(parts, content, headers, timeout)))


def _signed(host: str, target: str, content: bytes) -> dict[str, str]:
    headers = {
        "host": host,
        "content-type": "application/x-amz-json-1.0",
        "x-amz-target": target,
    }
    credentials = sigv4.Credentials(
        os.environ["AWS_ACCESS_KEY_ID"],
        os.environ["AWS_SECRET_ACCESS_KEY"],
        os.environ.get("AWS_SESSION_TOKEN"),
    )
    return sigv4.signed(
        headers,
        content,
        # "AmazonSQS.SendMessage", "DynamoDB_20120810.Query"
        service=target.partition(".")[0].partition("_")[0].lower().removeprefix("amazon"),
        region=os.environ["AWS_REGION"],
        credentials=credentials,
        now=time.time(),
    )


def _post_on_kept(content: bytes, headers: dict[str, str]) -> tuple[int, bytes] | None:
    """Return the answer's status and body; None if no connection is kept."""
    connection, used_at = _kept.pop(headers["host"], (None, 0.0))
    if not connection:
        return None
    if time.time() - used_at > IDLE_SECONDS:
        connection.close()
        return None
    try:
        return _post(connection, content, headers)
    except TimeoutError as error:  # no time for a second attempt
        raise MaybeDone(f"no answer: {error!r}") from None


def _post_anew(
    url: SplitResult, content: bytes, headers: dict[str, str], timeout: float
) -> tuple[int, bytes]:
    # Plain HTTP is for the local stack; AWS's own endpoints have https URLs.
    connection = (
        HTTPConnection(url.netloc, timeout=timeout)
        if url.scheme == "http"
        else HTTPSConnection(url.netloc, timeout=timeout, context=_TLS)
    )
    try:
        connection.connect()
    except OSError as error:
        raise NotDone(f"no connection: {error!r}") from None
    try:
        return _post(connection, content, headers)
    except (OSError, HTTPException) as error:
        raise MaybeDone(f"no answer: {error!r}") from None


def _post(connection: HTTPConnection, content: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
    """Return the answer's status and body; keep the connection if the service does."""
    try:
        connection.request("POST", "/", content, headers)
        answer = connection.getresponse()
        said = answer.read()
    except BaseException:
        connection.close()
        raise
    if connection.sock:
        _kept[headers["host"]] = (connection, time.time())
    return answer.status, said


def _checked(status: int, said: bytes) -> bytes:
    if status == 200:
        return said
    kind = MaybeDone if status >= 500 else NotDone
    raise kind(f"{status} {_type(said)}")


def _type(said: bytes) -> str:
    """Return only an error's type: its message may quote the request and its credentials."""
    try:
        return str(json.loads(said)["__type"])[:100]
    except (ValueError, LookupError, TypeError):
        return "of unknown type"
