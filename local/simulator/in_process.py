"""Carries a requests session's calls to the simulator without a socket."""

from __future__ import annotations

import io
from collections.abc import Mapping
from http.client import responses
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import unquote_to_bytes, urlsplit

import requests
from requests.adapters import BaseAdapter
from requests.utils import get_encoding_from_headers

from local.simulator.app import App
from local.simulator.connection_faults import ConnectionFault
from local.simulator.plain_http import PlainRequest, plain_request, sent

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment
    from werkzeug.wrappers import Request

    from local.simulator.simulator import Simulator

TIMEOUT_S = 30.0


class InProcessAdapter(BaseAdapter):
    """An adapter to mount on a ``requests.Session`` at the address of the client's Discord."""

    def __init__(self, simulator: Simulator) -> None:
        super().__init__()
        self._simulator = simulator
        self._app = App(simulator)

    def send(  # noqa: PLR0917 (requests' interface)
        self,
        request: requests.PreparedRequest,
        stream: bool = False,  # noqa: ARG002
        timeout: float | tuple[float | None, float | None] | None = None,
        verify: bool | str = True,  # noqa: ARG002
        cert: Any = None,  # noqa: ARG002
        proxies: Mapping[str, str] | None = None,  # noqa: ARG002
    ) -> requests.Response:
        """Answer a request; raises requests' exceptions if a connection fails."""
        try:
            plain = plain_request(request)
            status, headers, body = self._by_wsgi(request) if plain is None else self._answer(plain)
        except ConnectionFault as fault:
            raise self._failure(fault, request, timeout) from fault
        return _response(request, status, headers, body)

    def _answer(self, request: PlainRequest) -> tuple[int, dict[str, str], bytes]:
        answer = self._app._answer(cast("Request", request))
        return answer.status, *sent(answer)

    def _by_wsgi(self, request: requests.PreparedRequest) -> tuple[int, dict[str, str], bytes]:
        started: list[tuple[str, list[tuple[str, str]]]] = []

        def start_response(status: str, headers: list[tuple[str, str]], _: Any = None) -> Any:
            started.append((status, headers))

        body = b"".join(self._app(_environ(request), start_response))
        status, headers = started[0]
        return int(status.split(" ", 1)[0]), dict(headers), body

    def close(self) -> None:
        """Do nothing: there is no connection to close."""

    def _failure(
        self,
        fault: ConnectionFault,
        request: requests.PreparedRequest,
        timeout: float | tuple[float | None, float | None] | None,
    ) -> requests.RequestException:
        if fault.kind != "timeout":
            return requests.ConnectionError(str(fault), request=request)
        patience = timeout[1] if isinstance(timeout, tuple) else timeout
        self._simulator.clock.sleep(TIMEOUT_S if patience is None else patience)
        return requests.ReadTimeout(str(fault), request=request)


def _environ(request: requests.PreparedRequest) -> WSGIEnvironment:
    """Return the request's WSGI environment (PEP 3333)."""
    url = urlsplit(request.url or "")
    body = request.body or b""
    data = body.encode() if isinstance(body, str) else body
    environ: WSGIEnvironment = {
        "REQUEST_METHOD": request.method or "GET",
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(url.path).decode("latin-1"),
        "QUERY_STRING": url.query,
        "SERVER_NAME": url.hostname or "",
        "SERVER_PORT": str(url.port or (443 if url.scheme == "https" else 80)),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "CONTENT_LENGTH": str(len(data)),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": url.scheme,
        "wsgi.input": io.BytesIO(data),
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name, value in request.headers.items():
        key = name.upper().replace("-", "_")
        text = value.decode("latin-1") if isinstance(value, bytes) else value
        if key == "CONTENT_TYPE":
            environ[key] = text
        elif key != "CONTENT_LENGTH":
            environ[f"HTTP_{key}"] = text
    return environ


def _response(
    request: requests.PreparedRequest, status: int, headers: Mapping[str, str], body: bytes
) -> requests.Response:
    response = requests.Response()
    response.status_code = status
    response.reason = responses.get(response.status_code, "")
    response.headers.update(headers)
    response.url = request.url or ""
    response.request = request
    response.encoding = get_encoding_from_headers(response.headers)
    response.raw = io.BytesIO(body)
    response._content = body
    response._content_consumed = True  # type: ignore[attr-defined]
    return response
