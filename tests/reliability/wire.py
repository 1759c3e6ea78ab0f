"""The way from the bot to Discord, where a schedule's people act and late calls wait."""

import contextlib
import functools
import json
from dataclasses import dataclass
from typing import Any

import requests

from local.simulator.faults import Fault
from local.simulator.in_process import InProcessAdapter
from local.simulator.simulator import Simulator
from tests.reliability.lambdas import Played
from tests.reliability.people import People
from tests.reliability.schedule import Late, Schedule


@dataclass
class Call:
    """A call by the bot's `function`, which `began` before it, for the purpose `key`.

    `lost`: the function died, or its execution was stopped before, so nobody learned of the answer.
    `scripted`: a fault answered. `refused`: Discord itself refused, not the edge in front of it.
    """

    at: float
    answered_at: float
    function: str
    key: str
    began: float
    lost: bool
    method: str
    path: str
    body: Any
    status: int | None
    code: int
    refused: bool
    retry_after: float | None
    readable: bool
    scripted: bool
    made_id: str | None


class Wire(InProcessAdapter):
    """The way to Discord: it counts and records calls, and lets people act between them."""

    def __init__(self, discord: Simulator, lambdas: Played, schedule: Schedule):
        super().__init__(discord)
        self._discord = discord
        self.lambdas = lambdas
        self._clock = lambdas.clock
        self._lates = list(schedule.lates)
        self._acts = sorted(schedule.acts, key=lambda act: act.at)
        self._count = 0
        self.people: People | None = None
        # Names of executions that somebody has stopped.
        self.stopped: set[str] = set()
        self.calls: list[Call] = []

    def send(self, request: requests.PreparedRequest, *args: Any, **how: Any) -> requests.Response:
        self._clock.sleep(0)  # other tasks may be first
        number = self._count
        self._count += 1
        acts = [act for act in self._acts if act.at <= number]
        self._acts = self._acts[len(acts) :]
        for act in acts:
            assert self.people is not None
            self.people.act(act.kind, act.which, len(self.calls))
        at = self._discord.clock.now()
        response: requests.Response | None = None
        try:
            late = self._late(request)
            if late is None:
                response = super().send(request, *args, **how)
            else:
                self._be_late(late, request, *args, **how)
        finally:
            self._note(request, response, at)
        return response

    def calm(self) -> None:
        """Let nobody act any more, and nothing be late."""
        self._acts, self._lates = [], []

    def _late(self, request: requests.PreparedRequest) -> Late | None:
        body = request.body.decode() if isinstance(request.body, bytes) else request.body or ""
        for late in self._lates:
            if Fault(**late.call).matches(str(request.method), request.path_url, body):
                self._lates.remove(late)
                return late
        return None

    def _be_late(self, late: Late, *args: Any, **how: Any) -> None:
        self._clock.later(late.seconds, functools.partial(self._do_late, *args, **how))
        _, patience = how["timeout"]
        self._clock.sleep(patience)
        raise requests.ReadTimeout("scripted: the work is done later")

    def _do_late(self, *args: Any, **how: Any) -> None:
        with contextlib.suppress(requests.RequestException):  # nobody receives the answer
            super().send(*args, **how)

    def _note(
        self, request: requests.PreparedRequest, response: requests.Response | None, at: float
    ) -> None:
        by = self.lambdas.here
        said, is_readable = _json(response)
        retry_after = said.get("retry_after") if response is not None else None
        if response is not None and response.status_code == 429 and retry_after is None:
            retry_after = float(response.headers.get("Retry-After", 0))
        self.calls.append(
            Call(
                at=at,
                answered_at=self._discord.clock.now(),
                function=by.function,
                key=by.key,
                began=by.began,
                lost=by.lost or by.execution in self.stopped,
                method=str(request.method),
                path=str(request.path_url).removeprefix("/api/v10"),
                body=json.loads(request.body) if request.body else None,
                status=None if response is None else response.status_code,
                code=said.get("code", 0),
                refused=_is_refused(response, said),
                retry_after=retry_after if isinstance(retry_after, float | int) else None,
                readable=is_readable,
                scripted=response is None or "X-Scripted" in response.headers,
                made_id=said.get("id") if request.method == "POST" else None,
            )
        )


def _is_refused(response: requests.Response | None, said: dict[str, Any]) -> bool:
    if response is None or not 400 <= response.status_code < 500 or response.status_code == 429:
        return False
    return "message" in said and "code" in said and said["code"] != 40333


def _json(response: requests.Response | None) -> tuple[dict[str, Any], bool]:
    """Return an answer's JSON object (empty if there is none), and whether it is JSON at all."""
    try:
        said = None if response is None else json.loads(response.content)
    except ValueError:
        return {}, False
    return said if isinstance(said, dict) else {}, response is not None
