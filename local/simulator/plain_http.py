"""API calls and their answers without WSGI, for clients in the same process.

Creating a werkzeug request takes longer than answering the call. For a plain URL, the API gets the
same values from this module's request as from werkzeug's.
"""

from __future__ import annotations

import functools
import re
from typing import Any

import requests
from werkzeug.datastructures import MultiDict
from werkzeug.utils import get_content_type

from local.simulator.answer import Answer
from local.simulator.api import API_PREFIX
from local.simulator.json_text import write_json

# A URL of the API without escapes and without a query.
PLAIN_URL = re.compile(rf"https?://[\w.:-]+({API_PREFIX}/[\w.~/@-]+)", re.ASCII)
NO_BODY_STATUSES = frozenset({204, 304})


class PlainHeaders:
    """A request's headers; the case of their names does not matter."""

    def __init__(self, request: requests.PreparedRequest) -> None:
        self._values = {name.lower(): _text(value) for name, value in request.headers.items()}

    def get(self, name: str, default: str | None = None) -> str | None:
        """Return a header, or the default."""
        return self._values.get(name.lower(), default)


class PlainRequest:
    """The part of a werkzeug request that the API uses."""

    args: MultiDict[str, str] = MultiDict()

    def __init__(self, request: requests.PreparedRequest, path: str) -> None:
        body = request.body or b""
        self.method = request.method or "GET"
        self.path = path
        self.headers = PlainHeaders(request)
        self._body = body.encode() if isinstance(body, str) else body

    def get_data(self) -> bytes:
        """Return the body."""
        return self._body

    @functools.cached_property
    def mimetype(self) -> str:
        """The Content-Type without its parameters."""
        return (self.headers.get("Content-Type") or "").partition(";")[0].strip().lower()


def plain_request(request: requests.PreparedRequest) -> PlainRequest | None:
    """Return the request that the API gets; None if werkzeug has to read it."""
    matched = PLAIN_URL.fullmatch(request.url or "")
    return PlainRequest(request, matched[1]) if matched else None


def sent(answer: Answer) -> tuple[dict[str, str], bytes]:
    """Return an answer's headers and body as ``Answer.response`` sends them."""
    headers = {name: str(value) for name, value in answer.headers.items()}
    if isinstance(answer.body, str):
        body, mimetype = answer.body.encode(), "text/html"
    elif answer.body is None:
        body, mimetype = b"", "text/plain"
    else:
        body, mimetype = write_json(answer.body), "application/json"
    given = {name.lower() for name in headers}
    if answer.body is not None or "content-type" not in given:
        headers = {name: value for name, value in headers.items() if name.lower() != "content-type"}
        headers["Content-Type"] = get_content_type(mimetype, "utf-8")
    if answer.status not in NO_BODY_STATUSES and "content-length" not in given:
        headers["Content-Length"] = str(len(body))
    return headers, body


def _text(value: Any) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)
