"""How a Lambda serves a CloudFormation custom resource: it answers once, always, and in time.

Without an answer the stack hangs until the resource's ServiceTimeout.
Source: AWS docs, CloudFormation > Custom resource request and response reference.
"""

import json
import threading
import time
import traceback
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any, Final, Protocol

import requests

from channelwright.aws import log
from channelwright.discord import addresses

Json = dict[str, Any]
# What to do (Create, Update or Delete), with which properties, until when (Unix seconds). Returns
# the attributes for Fn::GetAtt.
Perform = Callable[[str, Json, float], Json]

REQUEST_TYPES: Final = frozenset({"Create", "Update", "Delete"})
# The last seconds of the Lambda's time: for the answer, and before that for a call under way.
ANSWER_SECONDS: Final = 15.0
LAST_CALL_SECONDS: Final = 15.0
ATTEMPTS: Final = 3
CONNECT_SECONDS, READ_SECONDS = 1.5, 3.0
REASON_LENGTH: Final = 600  # The whole answer is limited to 4,096 bytes.


class Context(Protocol):
    """What is needed of Lambda's context."""

    def get_remaining_time_in_millis(self) -> int:
        """Return how much time the invocation has left."""


def serve(event: Any, context: Context, perform: Perform, known: type[Exception]) -> None:
    """Perform what CloudFormation asks for in `event`, and tell it the outcome.

    The messages of `known` exceptions are told; of others only the type, as they may hold
    anything. A Delete always succeeds: what is left behind must not keep the stack from going.

    Raises:
        RuntimeError: CloudFormation did not take the answer; Lambda invokes the function again.

    """
    request: Mapping[str, Any] = event if isinstance(event, dict) else {}
    url = request.get("ResponseURL")
    if not isinstance(url, str) or not addresses.is_cloudformations(url):
        # Without the URL: whoever has it may answer in our place.
        log.error("there is nobody to answer: this is no request of CloudFormation")
        return
    answer = _Answer(request)
    left = context.get_remaining_time_in_millis() / 1000 - ANSWER_SECONDS
    watchdog = threading.Timer(left, answer.failed, ["It took too long."])
    watchdog.daemon = True
    watchdog.start()
    try:
        deadline = time.time() + left - LAST_CALL_SECONDS
        data = perform(*_what(request), deadline)
    except known as error:
        answer.failed(str(error))
    except Exception as error:  # noqa: BLE001 - CloudFormation is told, and the log
        # What it says may be anything; where it happened is not.
        where = traceback.format_tb(error.__traceback__)
        # Not `stackTrace`: Lambda's formatter has a field of that name, and drops ours.
        log.error(f"the request failed: {type(error).__name__}", where=where)
        answer.failed(f"Unexpected {type(error).__name__}: the function's log tells more.")
    else:
        answer.give("SUCCESS", data=data)
    finally:
        watchdog.cancel()


def _what(request: Mapping[str, Any]) -> tuple[str, Json]:
    kind, properties = request.get("RequestType"), request.get("ResourceProperties")
    if kind not in REQUEST_TYPES:
        raise ValueError("no RequestType of CloudFormation's")
    return str(kind), properties if isinstance(properties, dict) else {}


class _Answer:
    """The one answer to a request; whoever comes second is ignored."""

    def __init__(self, request: Mapping[str, Any]) -> None:
        self._request = request
        self._lock = threading.Lock()
        self._given = False

    def failed(self, reason: str) -> None:
        """Say that it failed or, of a Delete, that it is over."""
        log.error(f"{self._request.get('RequestType')}: {reason}")
        self.give("SUCCESS" if self._request.get("RequestType") == "Delete" else "FAILED", reason)

    def give(self, status: str, reason: str = "", data: Json | None = None) -> None:
        """Tell CloudFormation.

        Raises:
            RuntimeError: it did not take it.

        """
        own = ("StackId", "RequestId", "LogicalResourceId")
        body = {name: str(self._request.get(name, "")) for name in own} | {
            "Status": status,
            "Reason": reason[:REASON_LENGTH] or "Done.",
            # The same for as long as the resource lives: another one would mean its replacement.
            "PhysicalResourceId": self._request.get("PhysicalResourceId") or self._name(),
            "Data": data or {},
        }
        with self._lock:
            if not self._given:
                _put(self._request["ResponseURL"], json.dumps(body, ensure_ascii=False).encode())
                self._given = True

    def _name(self) -> str:
        return f"{self._request.get('StackId', '')}/{self._request.get('LogicalResourceId', '')}"


def _put(url: str, body: bytes) -> None:
    """Put `body` (bytes, so that no Content-Type is sent: the URL's signature has none).

    A redirect is not followed: it could lead anywhere.
    """
    with requests.Session() as session:
        session.trust_env = False
        for _ in range(ATTEMPTS):
            try:
                answer = session.put(
                    url,
                    data=body,
                    timeout=(CONNECT_SECONDS, READ_SECONDS),
                    allow_redirects=False,
                )
            except requests.RequestException:
                continue
            if answer.status_code == HTTPStatus.OK:
                return
    # Not chained, and without the URL: whoever has that may answer in our place.
    raise RuntimeError("CloudFormation did not take the answer")
