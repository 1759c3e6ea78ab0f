"""Serves the simulator over HTTP."""

from __future__ import annotations

import threading
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from werkzeug.datastructures import EnvironHeaders
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.test import run_wsgi_app
from werkzeug.wrappers import Request, Response

from local.own_origin import own_hosts, refusal
from local.simulator.answer import Answer
from local.simulator.app import App
from local.simulator.connection_faults import ConnectionFault
from local.simulator.simulator import Simulator

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

# Longer than any client waits.
TIMEOUT_S = 30.0


class _Handler(WSGIRequestHandler):
    """Answers many requests on one connection, and logs nothing.

    werkzeug's own handler closes the connection after each answer, because it cannot know whether
    the application has read the whole body; the simulator always has.
    """

    protocol_version = "HTTP/1.1"
    # The headers and the body are two packets: Nagle's algorithm would delay the second one.
    disable_nagle_algorithm = True
    simulator: Simulator
    app: App

    def run_wsgi(self) -> None:
        """Answer one request, or break the connection."""
        environ = self.make_environ()
        hosts = own_hosts(self.server.server_port, self.server.host)
        reason = refusal(EnvironHeaders(environ), hosts)
        app: WSGIApplication = self.app if reason is None else _refused(reason)
        try:
            parts, status, headers = run_wsgi_app(app, environ)
        except ConnectionFault as fault:
            self.close_connection = True
            if fault.kind == "timeout":
                self.simulator.clock.sleep(TIMEOUT_S)
            return
        body = b"".join(parts)
        self.send_response(int(status.split(" ", 1)[0]))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002 (werkzeug's name)
        """Log nothing."""


def _refused(reason: str) -> WSGIApplication:
    """Return an application that answers any request with 403 and the reason."""

    @Request.application
    def refuse(request: Request) -> Response:
        request.get_data()  # as in app.py
        return Answer(403, {"message": reason}).response()

    return refuse


class SimulatorServer:
    """Serves a simulator at ``base_url`` from its creation until ``close``."""

    def __init__(self, simulator: Simulator, host: str = "127.0.0.1", port: int = 0) -> None:
        self.simulator = simulator
        app = App(simulator)
        handler = type("Handler", (_Handler,), {"simulator": simulator, "app": app})
        self._server = make_server(host, port, app, threaded=True, request_handler=handler)
        self.base_url = f"http://{host}:{self._server.server_port}"
        simulator.base_url = self.base_url
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.005,), daemon=True
        )
        self._thread.start()

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
        self.simulator.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()
