"""The WSGI application: Discord's API, and the control API beside it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from werkzeug.wrappers import Request

from local.simulator.answer import Answer
from local.simulator.api import API_PREFIX, Api
from local.simulator.control import CONTROL_PREFIX, Control
from local.simulator.simulator import Simulator

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment


class App:
    """A simulator's WSGI application; raises ConnectionFault if a fault breaks the connection."""

    def __init__(self, simulator: Simulator) -> None:
        self._api = Api(simulator.world, simulator.faults, simulator.contract)
        self._control = Control(simulator)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request."""
        answer = self._answer(Request(environ))
        return answer.response()(environ, start_response)

    def _answer(self, request: Request) -> Answer:
        # Read the whole body: the server would parse unread bytes as the connection's next request.
        request.get_data()
        if request.path.startswith(f"{API_PREFIX}/"):
            return self._api.answer(request, request.path.removeprefix(API_PREFIX))
        if request.path.startswith(f"{CONTROL_PREFIX}/"):
            return self._control.answer(request, request.path.removeprefix(CONTROL_PREFIX))
        return Answer(404, {"message": "404: Not Found", "code": 0})
