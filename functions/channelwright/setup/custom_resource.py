"""Serve a CloudFormation custom resource: answer once, always and in time.

Without an answer, the stack hangs until the resource's ServiceTimeout.
Source: AWS docs, CloudFormation > Custom resource request and response reference.
"""

import json
import threading
import time
import traceback
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any, Final

import requests

from channelwright.aws import log
from channelwright.discord import addresses
from channelwright.discord.calls import Json

# Takes the request type (Create, Update or Delete), the properties and a deadline (Unix seconds).
# Returns the attributes for Fn::GetAtt.
Perform = Callable[[str, Json, float], Json]

REQUEST_TYPES: Final = frozenset({"Create", "Update", "Delete"})
# Reserved at the end of the Lambda's time: for the answer, and before that for a last call.
ANSWER_SECONDS: Final = 15.0
LAST_CALL_SECONDS: Final = 15.0
ATTEMPTS: Final = 3
CONNECT_SECONDS, READ_SECONDS = 1.5, 3.0
REASON_LENGTH: Final = 600  # The whole answer is limited to 4,096 bytes.


def serve(event: Any, context: Any, perform: Perform, known: type[Exception]) -> None:
    """Perform CloudFormation's request, and answer in the time that Lambda's `context` has left.

    The answer includes the message of a `known` exception, but only the type of any other, whose
    message may hold secrets. A Delete always succeeds: leftovers must not block the stack.

    Raises:
        RuntimeError: CloudFormation did not accept the answer; Lambda retries the invocation.
    """
    request: Mapping[str, Any] = event if isinstance(event, dict) else {}
    url = request.get("ResponseURL")
    if not isinstance(url, str) or not addresses.is_cloudformations(url):
        # Do not log the URL: anyone who has it can answer in our place.
        log.error("cannot answer: this is not a request from CloudFormation")
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
    except Exception as error:  # noqa: BLE001 - goes to CloudFormation and the log
        # The message may hold secrets; the places in the code do not.
        where = traceback.format_tb(error.__traceback__)
        # Not `stackTrace`: Lambda's formatter has its own field of that name, and drops ours.
        log.error(f"the request failed: {type(error).__name__}", where=where)
        answer.failed(f"Unexpected {type(error).__name__}: see the function's log.")
    else:
        answer.give("SUCCESS", data=data)
    finally:
        watchdog.cancel()


def _what(request: Mapping[str, Any]) -> tuple[str, Json]:
    kind, properties = request.get("RequestType"), request.get("ResourceProperties")
    if kind not in REQUEST_TYPES:
        raise ValueError("not a RequestType of CloudFormation")
    return str(kind), properties if isinstance(properties, dict) else {}


class _Answer:
    """The answer to a request; only the first one is sent."""

    def __init__(self, request: Mapping[str, Any]) -> None:
        self._request = request
        self._lock = threading.Lock()
        self._given = False

    def failed(self, reason: str) -> None:
        """Answer that the request failed or, for a Delete, succeeded all the same."""
        log.error(f"{self._request.get('RequestType')}: {reason}")
        self.give("SUCCESS" if self._request.get("RequestType") == "Delete" else "FAILED", reason)

    def give(self, status: str, reason: str = "", data: Json | None = None) -> None:
        """Send the answer to CloudFormation, unless one was sent before."""
        names = ("StackId", "RequestId", "LogicalResourceId")
        own = {name: str(self._request.get(name, "")) for name in names}
        new_id = f"{own['StackId']}/{own['LogicalResourceId']}"
        body = own | {
            "Status": status,
            "Reason": reason[:REASON_LENGTH] or "Done.",
            # Constant for the life of the resource: CloudFormation replaces it if the id changes.
            "PhysicalResourceId": self._request.get("PhysicalResourceId") or new_id,
            "Data": data or {},
        }
        with self._lock:
            if not self._given:
                _put(self._request["ResponseURL"], json.dumps(body, ensure_ascii=False).encode())
                self._given = True


def _put(url: str, body: bytes) -> None:
    """Put `body` as bytes: `requests` then sends no Content-Type, which the URL's signature lacks.

    Redirects are not followed: they could lead anywhere.
    """
    with requests.Session() as session:
        session.trust_env = False
        for _ in range(ATTEMPTS):
            try:
                answer = session.put(
                    url, data=body, timeout=(CONNECT_SECONDS, READ_SECONDS), allow_redirects=False
                )
            except requests.RequestException:
                continue
            if answer.status_code == HTTPStatus.OK:
                return
    # Not chained, and without the URL: anyone who has it can answer in our place.
    raise RuntimeError("CloudFormation did not accept the answer")
