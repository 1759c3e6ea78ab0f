"""The Lambdas of a run, which die as its schedule says."""

import contextlib
import functools
import json
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from typing import Any, NamedTuple

from channelwright.aws.executions import DELETION
from tests.reliability.clock import Clock
from tests.reliability.schedule import Death
from tests.statemachine import interpreter as interpreters
from tests.statemachine.interpreter import Lambdas

# How long a function may live: template.yaml, Globals and the function's own.
LAMBDA_SECONDS, REPORT_SECONDS = 45, 9


# Far more than any run takes.
MOST_INVOCATIONS = 4000


class Killed(Exception):
    """A function died."""


def spoken_name(name: str, event: dict[str, Any]) -> str:
    """Return a function's name; for *report*, with what it says."""
    return f"{name} {event['says']}" if name == "report" else name


class Invocation(NamedTuple):
    """A Lambda at work for an `execution`; `function` is "" if no state machine has invoked it.

    It is `lost` if it died, though it may do its work. `deletes` is the id of what it deletes.
    """

    function: str = ""
    key: str = ""
    began: float = 0.0
    lost: bool = False
    execution: str = ""
    deletes: str = ""


NONE = Invocation()
# The current task's invocation.
_here: ContextVar[Invocation] = ContextVar("_here", default=NONE)


class Played(Lambdas):
    """The Lambdas of a run, with the deaths of its schedule.

    `invocations` are those by state machines, in order.
    """

    def __init__(self, clock: Clock, deaths: tuple[Death, ...]):
        super().__init__()
        self.clock = self._clock = clock
        self._deaths = [(death, [0]) for death in deaths]
        self.invocations: list[Invocation] = []
        self._running = 0
        self._has_ended = clock.event()

    @property
    def here(self) -> Invocation:
        """The current task's invocation."""
        return _here.get()

    def invoke(self, *, FunctionName: str, Payload: bytes, **_: Any) -> dict[str, Any]:  # noqa: N803
        name = FunctionName.rsplit(":", 1)[1]
        event = json.loads(Payload)
        if len(self.calls) > MOST_INVOCATIONS:
            self.errors.append("Endless")
            return interpreters._failed("Endless", "the machines go round in circles")
        spoken = spoken_name(name, event)
        fate = self.fate(spoken)
        self.invocations.append(_invocation(spoken, event, self.clock.now(), fate is not None))
        seconds = REPORT_SECONDS if name == "report" else LAMBDA_SECONDS
        if fate is None:
            return self._work(name, event)
        if fate.when == "after":
            self._work(name, event, lost=True)
        elif fate.when == "late":
            late = functools.partial(self._work, name, event, lost=True)
            self._clock.later(min(fate.late_s, seconds), late)
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
            late = functools.partial(self._call_unheard, handler, event)
            self._clock.later(min(fate.late_s, LAMBDA_SECONDS), late)
        raise Killed(name)

    def _call(self, handler: Callable[..., None], event: dict[str, Any]) -> None:
        with _at_work(Invocation(began=self.clock.now())):
            handler(event, None)

    def _call_unheard(self, handler: Callable[..., None], event: dict[str, Any]) -> None:
        with contextlib.suppress(Exception):  # nobody receives the result
            self._call(handler, event)

    def _work(self, name: str, event: dict[str, Any], *, lost: bool = False) -> dict[str, Any]:
        spoken = spoken_name(name, event)
        self._running += 1
        try:
            with _at_work(_invocation(spoken, event, self.clock.now(), lost)):
                return self.run(name, event)
        finally:
            self._running -= 1
            self._has_ended.set()

    def wait_for_all(self) -> None:
        """Wait until every Lambda that a state machine has invoked is done."""
        while self._running:
            self._has_ended.clear()
            self._has_ended.wait()

    def fate(self, name: str) -> Death | None:
        """Count an attempt of a function, and return its fate; None if it lives."""
        for death, seen in self._deaths:
            if death.function == name:
                seen[0] += 1
                past = seen[0] - death.skip
                if past > 0 and (death.times is None or past <= death.times):
                    return death
        return None


@contextlib.contextmanager
def _at_work(invocation: Invocation) -> Iterator[None]:
    before = _here.set(invocation)
    try:
        yield
    finally:
        _here.reset(before)


def _invocation(spoken: str, event: dict[str, Any], began: float, lost: bool) -> Invocation:
    thing = event.get("thing") or {}
    execution = event["at"]["execution"]
    return Invocation(spoken, _purpose(event), began, lost, execution, thing.get("id", ""))


def _purpose(event: dict[str, Any]) -> str:
    """Return the key that is the same for all invocations of a function for one thing."""
    known = event.get("known") or {}
    campaign = event.get("campaign") or known.get("campaign") or event.get("request") or {}
    thing = event.get("channel") or event.get("thing") or {}
    one = event.get("person", {}).get("user_id") or event.get("item", {}).get("id")
    execution = event["at"]["execution"]
    # Each deletion is asked for anew: it does not know what Discord has answered to another.
    whose = execution if DELETION in execution else campaign.get("interaction_id")
    return f"{whose} {one or thing.get('name', '')}"
