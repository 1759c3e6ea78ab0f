"""Serves the page to the developer's own browser.

The address has a secret, so no other page or user can guess it; a page of another origin is refused
even if it could (own_origin.py). The page loads nothing from elsewhere and runs no script but ours.

Sources: W3C, Content Security Policy Level 3; Fetch Metadata Request Headers.
"""

import json
import secrets
import threading
from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path
from typing import Any

from werkzeug.exceptions import BadRequest, Forbidden, HTTPException, NotFound, UnsupportedMediaType
from werkzeug.routing import Map, Rule
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

from local.own_origin import own_hosts, refusal
from local.page.feed import Feed

STATIC = Path(__file__).parent / "static"
KINDS = {
    ".html": "text/html",
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
}
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
        "worker-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'"
    ),
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",  # The path is a secret.
    "X-Content-Type-Options": "nosniff",
}
MOST_BYTES = 100_000

Json = dict[str, Any]
Action = Callable[[Json], Any]
RULES = Map(
    [
        Rule("/", endpoint="static", methods=["GET"]),
        Rule("/<file>", endpoint="static", methods=["GET"]),
        Rule("/changes", endpoint="changes", methods=["GET"]),
        Rule("/machines/<machine>", endpoint="picture", methods=["GET"]),
        Rule("/executions/<arn>/<path:state>", endpoint="visits", methods=["GET"]),
        Rule("/actions/<action>", endpoint="act", methods=["POST"]),
    ]
)


class Handler(WSGIRequestHandler):
    """Logs nothing: the path is a secret."""

    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002 (werkzeug's name)
        """Log nothing."""


class Server:
    """A server on a free port of 127.0.0.1 from its creation until `close`."""

    def __init__(
        self,
        feed: Feed,
        actions: dict[str, Action],
        picture: Callable[[str], str | None],
        visits: Callable[[str, str], list[Json]],
    ) -> None:
        """Serve a feed.

        `actions` are called with a request's JSON; a ValueError is a refusal that the user reads.
        `picture` returns a machine's SVG; `visits`, those of an execution's state.
        """
        self.feed, self.actions = feed, actions
        self.picture, self.visits = picture, visits
        self.root = f"/{secrets.token_urlsafe(24)}"
        self._server = make_server("127.0.0.1", 0, self, threaded=True, request_handler=Handler)
        self._hosts = own_hosts(self._server.server_port)
        self.url = f"http://127.0.0.1:{self._server.server_port}{self.root}/"
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.05,), daemon=True
        )
        self._thread.start()

    def close(self) -> None:
        """End the streams, and stop listening."""
        self.feed.close()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def __call__(self, environ: Any, start_response: Any) -> Any:
        """Answer a request."""
        try:
            response = self._answer(Request(environ))
        except HTTPException as error:
            response = Response(f"{error.description}\n", error.code, mimetype="text/plain")
        response.headers.update(HEADERS)
        return response(environ, start_response)

    def _answer(self, request: Request) -> Response:
        request.max_content_length = MOST_BYTES
        if reason := refusal(request.headers, self._hosts):
            raise Forbidden(reason)
        root, _, path = request.path[1:].partition("/")
        if not secrets.compare_digest(f"/{root}".encode(), self.root.encode()):
            raise NotFound("There is nothing here: use the address that `make up` printed.")
        name, given = RULES.bind("page").match(f"/{path}", method=request.method)
        answer: Response = getattr(self, f"_{name}")(request, **given)
        return answer

    def _static(self, _: Request, file: str = "index.html") -> Response:
        path = STATIC / file
        if path not in STATIC.iterdir():
            raise NotFound
        return Response(path.read_bytes(), mimetype=KINDS[path.suffix])

    def _changes(self, request: Request) -> Response:
        try:
            known = int(request.headers.get("Last-Event-ID", "0"))
        except ValueError:  # also for a number of thousands of digits
            raise BadRequest("Last-Event-ID is not a number.") from None
        return Response(self.feed.stream(known), mimetype="text/event-stream")

    def _picture(self, _: Request, machine: str) -> Response:
        picture = self.picture(machine)
        if picture is None:
            raise NotFound
        return Response(picture, mimetype="image/svg+xml")

    def _visits(self, _: Request, arn: str, state: str) -> Response:
        return as_json(self.visits(arn, state))

    def _act(self, request: Request, action: str) -> Response:
        if action not in self.actions:
            raise NotFound
        # A page of another origin would need a preflight for this type, and gets none.
        if request.mimetype != "application/json":
            raise UnsupportedMediaType("Send it with Content-Type: application/json.")
        try:
            body = request.get_json()
        except RecursionError:
            raise BadRequest("The JSON is nested too deeply.") from None
        if not isinstance(body, dict):
            raise BadRequest("Send a JSON object.")
        try:
            return as_json(self.actions[action](body))
        except (KeyError, TypeError, OverflowError) as error:  # JSON may say Infinity
            raise BadRequest(f"missing or wrong: {error}") from None
        except ValueError as error:
            return as_json({"message": str(error)}, HTTPStatus.CONFLICT)


def as_json(value: Any, status: int = HTTPStatus.OK) -> Response:
    """Return an answer of JSON."""
    return Response(json.dumps(value), status, mimetype="application/json")
