"""SQS's SendMessage on the standard library alone: what the ACK waits for.

A connection a message: one that was kept could have died while the Lambda was frozen, and a new
one costs a few milliseconds (docs/performance.md). Nothing is repeated.

Source: AWS docs, SQS Developer Guide > Making requests using the AWS JSON protocol.
"""

import json
import os
import ssl
import time
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from typing import Final
from urllib.parse import SplitResult, urlsplit

from channelwright import sigv4

# Of connecting, and then of each answer. Discord waits 3 seconds for ours: better a clear refusal
# than an answer that nobody reads.
TIMEOUT_SECONDS: Final = 1.0

# Reading the CA bundle takes long: it is done while Lambda starts the function, at full speed.
_TLS: Final = ssl.create_default_context()


class NotSent(Exception):
    """The message is not on the queue."""


class MaybeSent(Exception):
    """The message may be on the queue: SQS did not answer, or said that it is broken."""


def send_message(queue_url: str, body: str) -> None:
    """Put a message on a queue; `body` is ASCII, as SQS refuses some of Unicode.

    Raises:
        NotSent: SQS could not be reached, or refused.
        MaybeSent: the outcome is unknown.

    """
    url = urlsplit(queue_url)
    content = json.dumps({"QueueUrl": queue_url, "MessageBody": body}).encode("ascii")
    headers = _signed(url.netloc, content)
    connection = _connect(url)
    try:
        connection.request("POST", "/", content, headers)
        _check(connection.getresponse())
    except (OSError, HTTPException) as error:
        raise MaybeSent(f"no answer: {error!r}") from None
    finally:
        connection.close()


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


def _connect(url: SplitResult) -> HTTPConnection:
    # Plain HTTP is for the local stack: a queue of AWS has an https URL.
    connection = (
        HTTPConnection(url.netloc, timeout=TIMEOUT_SECONDS)
        if url.scheme == "http"
        else HTTPSConnection(url.netloc, timeout=TIMEOUT_SECONDS, context=_TLS)
    )
    try:
        connection.connect()
    except OSError as error:
        raise NotSent(f"no connection: {error!r}") from None
    return connection


def _check(answer: HTTPResponse) -> None:
    said = answer.read()
    if answer.status == 200:
        return
    kind = MaybeSent if answer.status >= 500 else NotSent
    raise kind(f"{answer.status} {said[:500].decode(errors='replace')}")
