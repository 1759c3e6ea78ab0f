"""The emulator's waits when they are shortened: they still outlast what they outlast on AWS.

A removal waits so long that no Lambda of the stopped campaign can be at work any more. Lambdas take
as long as ever, however short the waits are made. So a wait that is as long as a function may take
ends only when the function's invocations that were at work at its beginning have ended. One that a
stopped execution was about to begin never begins.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

NOT_BEGUN = {
    "error": True,
    "body": {"errorType": "NotBegun", "errorMessage": "the execution was stopped"},
}
DEFAULT_TIMEOUT = 3  # seconds; AWS's, of a function that names none


@dataclass(eq=False)
class Invocation:
    """An invocation at work, and how many seconds it may take."""

    timeout: float


class AtWork:
    """The invocations that have begun and not yet ended."""

    def __init__(self) -> None:
        """Begin with none."""
        self._change = threading.Condition()
        self._invocations: set[Invocation] = set()

    @contextmanager
    def one(self, timeout: float) -> Iterator[None]:
        """Count one in, for as long as it lasts."""
        invocation = Invocation(timeout)
        with self._change:
            self._invocations.add(invocation)
        try:
            yield
        finally:
            with self._change:
                self._invocations.remove(invocation)
                self._change.notify_all()

    def within(self, seconds: float) -> frozenset[Invocation]:
        """Return those that Lambda would end within so many seconds."""
        with self._change:
            return frozenset(one for one in self._invocations if one.timeout <= seconds)

    def wait_for(self, some: frozenset[Invocation]) -> None:
        """Return when these have ended."""
        with self._change:
            self._change.wait_for(lambda: not some & self._invocations)


def _is_stopped(stepfunctions: Any, event: Any) -> bool:
    """Tell whether somebody has stopped the execution that an event names, in `at`."""
    at = event.get("at") if isinstance(event, dict) else None
    if not isinstance(at, dict):
        return False
    return any(
        execution["name"] == at["execution"] and execution["status"] == "ABORTED"
        for execution in stepfunctions._executions.all_values()
    )


def outlast_lambdas(
    stepfunctions: Any, lambdas: Any, sleep: Callable[[float], None] = time.sleep
) -> None:
    """Make each wait of the state machines outlast the Lambdas that it outlasts on AWS."""
    at_work = AtWork()
    execute = lambdas._execute_function
    scale = stepfunctions._SFN_WAIT_SCALE

    def count_and_execute(function: dict[str, Any], event: Any) -> Any:
        config = function.get("config") or function
        with at_work.one(float(config.get("Timeout", DEFAULT_TIMEOUT))):
            # Once it is counted: a removal that begins now waits for it, or it sees the stop.
            if _is_stopped(stepfunctions, event):
                return NOT_BEGUN
            return execute(function, event)

    def wait(seconds: float) -> None:
        begun = at_work.within(seconds)
        sleep(max(0.0, seconds * scale))
        at_work.wait_for(begun)

    lambdas._execute_function = count_and_execute
    stepfunctions._scaled_sleep = wait
