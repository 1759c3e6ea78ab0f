"""SQS's SendMessage with the standard library alone, because the ACK waits for it.

Source: AWS docs, SQS Developer Guide > Making requests using the AWS JSON protocol.
"""

import json
import os
import ssl
import time
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Final
from urllib.parse import SplitResult, urlsplit

from channelwright.aws import sigv4

# For connecting, and for each answer. Discord waits 3 seconds for ours: a clear refusal is better
# than an answer that nobody reads.
TIMEOUT_SECONDS: Final = 1.0

# A connection idle for longer is not reused: it may die unnoticed while Lambda freezes us.
IDLE_SECONDS: Final = 10.0

# Reading the CA bundle is slow, so Lambda's init phase does it, at full speed.
_TLS: Final = ssl.create_default_context()

_kept: dict[str, tuple[HTTPConnection, float]] = {}  # by host, with the time of its last answer


class NotSent(Exception):
    """The message is not on the queue."""


class MaybeSent(Exception):
    """The message may be on the queue: SQS did not answer, or answered 5xx."""


def send_message(queue_url: str, body: str) -> None:
    """Put a message on a queue; `body` is ASCII, because SQS refuses some of Unicode.

    The queue may get it twice, which readers handle like SQS's own "at least once" delivery.

    Raises:
        NotSent: SQS could not be reached, or refused the message.
        MaybeSent: the outcome is unknown.

    """
    url = urlsplit(queue_url)
    content = json.dumps({"QueueUrl": queue_url, "MessageBody": body}).encode("ascii")
    headers = _signed(url.netloc, content)
    try:
        answer = _post_on_kept(content, headers)
    except (OSError, HTTPException):  # died before or after SQS took the message
        try:
            return _check(*_post_anew(url, content, headers))
        except NotSent as error:
            raise MaybeSent(f"a first attempt had no answer: {error}") from None
    return _check(*(answer or _post_anew(url, content, headers)))


def _signed(host: str, content: bytes) -> dict[str, str]:
    headers = {
        "host": host,
        "content-type": "application/x-amz-json-1.0",
        "x-amz-target": "AmazonSQS.SendMessage",
    }
    credentials = sigv4.Credentials(
        os.environ["AWS_ACCESS_KEY_ID"],
        os.environ["AWS_SECRET_ACCESS_KEY"],
        os.environ.get("AWS_SESSION_TOKEN"),
    )
    region = os.environ["AWS_REGION"]
    return sigv4.signed(
        headers,
        content,
        service="sqs",
        region=region,
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
        raise MaybeSent(f"no answer: {error!r}") from None


def _post_anew(url: SplitResult, content: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
    # Plain HTTP is for the local stack; queues of AWS have https URLs.
    connection = (
        HTTPConnection(url.netloc, timeout=TIMEOUT_SECONDS)
        if url.scheme == "http"
        else HTTPSConnection(url.netloc, timeout=TIMEOUT_SECONDS, context=_TLS)
    )
    try:
        connection.connect()
    except OSError as error:
        raise NotSent(f"no connection: {error!r}") from None
    try:
        return _post(connection, content, headers)
    except (OSError, HTTPException) as error:
        raise MaybeSent(f"no answer: {error!r}") from None


def _post(connection: HTTPConnection, content: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
    """Return the answer's status and body; keep the connection if SQS does."""
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


def _check(status: int, said: bytes) -> None:
    if status == 200:
        return
    kind = MaybeSent if status >= 500 else NotSent
    raise kind(f"{status} {_type(said)}")


def _type(said: bytes) -> str:
    """Return only an error's type: its message may quote the request and its credentials."""
    try:
        return str(json.loads(said)["__type"])[:100]
    except (ValueError, LookupError, TypeError):
        return "of unknown type"
