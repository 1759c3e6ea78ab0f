"""The Lambdas of a run, which die as its schedule says."""

import json
import threading
from collections.abc import Callable
from typing import Any, NamedTuple

from tests.reliability.clock import Clock
from tests.reliability.schedule import Death
from tests.statemachine import interpreter as interpreters
from tests.statemachine.interpreter import Lambdas

# How long a function lives: template.yaml, Globals and the function's own.
LAMBDA_SECONDS, REPORT_SECONDS = 45, 9


class Killed(Exception):
    """A function died."""


def spoken_name(name: str, event: dict[str, Any]) -> str:
    """Name a function, and of the one for all edits also what it says."""
    return f"{name} {event['says']}" if name == "report" else name


class Invocation(NamedTuple):
    """A Lambda at work; `function` is "" if no state machine has invoked it."""

    function: str = ""
    key: str = ""
    began: float = 0.0
    lost: bool = False


class Played(Lambdas):
    """The Lambdas of a run, with the deaths of its schedule."""

    def __init__(self, clock: Clock, deaths: tuple[Death, ...]):
        super().__init__()
        self.clock = self._clock = clock
        self._deaths = [(death, [0]) for death in deaths]
        self._lock = threading.Lock()
        self.running = 0
        self.here = threading.local()
        self.after_call: Callable[[], None] = lambda: None

    def invoke(self, *, FunctionName: str, Payload: bytes, **_: Any) -> dict[str, Any]:  # noqa: N803
        name = FunctionName.rsplit(":", 1)[1]
        fate = self.fate(spoken_name(name, json.loads(Payload)))
        seconds = REPORT_SECONDS if name == "report" else LAMBDA_SECONDS
        again = {"FunctionName": FunctionName, "Payload": Payload}
        if fate is None:
            return self._work(again)
        if fate.when == "after":
            self._work(again, lost=True)
        elif fate.when == "late":
            self._clock.later(min(fate.late_s, seconds), lambda: self._ignore(again))
        if "Timedout" in fate.error:
            self._clock.sleep(seconds)
        return interpreters._failed(fate.error, f"killed {fate.when} its effect")

    def call(self, name: str, handler: Callable[..., None], event: dict[str, Any]) -> None:
        """Call a function that no state machine invokes.

        Raises:
            Killed: the schedule says so.

        """
        fate = self.fate(name)
        if fate is None or fate.when == "after":
            self._call(handler, event)
        if fate is None:
            return
        if fate.when == "late":
            self._clock.later(min(fate.late_s, LAMBDA_SECONDS), lambda: self._call(handler, event))
        raise Killed(name)

    def _call(self, handler: Callable[..., None], event: dict[str, Any]) -> None:
        outer = getattr(self.here, "call", None)
        self.here.call = Invocation(began=self.clock.now())
        try:
            handler(event, None)
        finally:
            self.here.call = outer
            self.after_call()

    def _ignore(self, again: dict[str, Any]) -> None:
        self._work(again, lost=True)

    def _work(self, again: dict[str, Any], *, lost: bool = False) -> dict[str, Any]:
        event = json.loads(again["Payload"])
        outer = getattr(self.here, "call", None)
        name = spoken_name(again["FunctionName"].rsplit(":", 1)[1], event)
        self.here.call = Invocation(name, _purpose(event), self.clock.now(), lost)
        with self._lock:
            self.running += 1
        try:
            return super().invoke(**again)
        finally:
            self.here.call = outer
            with self._lock:
                self.running -= 1

    def fate(self, name: str) -> Death | None:
        """Count an attempt of a function, and say what befalls it."""
        with self._lock:
            for death, seen in self._deaths:
                if death.function == name:
                    seen[0] += 1
                    past = seen[0] - death.skip
                    if past > 0 and (death.times is None or past <= death.times):
                        return death
        return None


def _purpose(event: dict[str, Any]) -> str:
    """Tell which invocations of a function are for the same thing."""
    known = event.get("known") or {}
    campaign = event.get("campaign") or known.get("campaign") or event.get("request") or {}
    thing = event.get("channel") or event.get("thing") or {}
    return f"{campaign.get('interaction_id')} {thing.get('name', '')}"
