"""The emulator's shortened waits: they still outlast the same invocations as on AWS.

A removal waits until no Lambda of the stopped campaign can still be running. Shorter waits do not
make Lambdas faster. A wait that is at least as long as a function's timeout therefore ends only
after all invocations of the function that were running at its start. An invocation that a stopped
execution was about to start is not started.
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
DEFAULT_TIMEOUT = 3  # seconds; AWS's default


@dataclass(eq=False)
class Invocation:
    """A running invocation, and its function's timeout in seconds."""

    timeout: float


class AtWork:
    """The running invocations."""

    def __init__(self) -> None:
        """Start with none."""
        self._change = threading.Condition()
        self._invocations: set[Invocation] = set()

    @contextmanager
    def one(self, timeout: float) -> Iterator[None]:
        """Count an invocation as running within the context."""
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
        """Return the invocations with a timeout of at most `seconds`."""
        with self._change:
            return frozenset(one for one in self._invocations if one.timeout <= seconds)

    def wait_for(self, some: frozenset[Invocation]) -> None:
        """Wait until all of `some` have ended."""
        with self._change:
            self._change.wait_for(lambda: not some & self._invocations)


def _is_stopped(stepfunctions: Any, event: Any) -> bool:
    """Return whether the execution named in an event's `at` was stopped."""
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
    """Make each wait of the state machines outlast the same Lambdas as on AWS."""
    at_work = AtWork()
    execute = lambdas._execute_function
    scale = stepfunctions._SFN_WAIT_SCALE

    def count_and_execute(function: dict[str, Any], event: Any) -> Any:
        config = function.get("config") or function
        with at_work.one(float(config.get("Timeout", DEFAULT_TIMEOUT))):
            # Count first, then check: either the removal waits for us, or we see the stop.
            if _is_stopped(stepfunctions, event):
                return NOT_BEGUN
            return execute(function, event)

    def wait(seconds: float) -> None:
        begun = at_work.within(seconds)
        sleep(max(0.0, seconds * scale))
        at_work.wait_for(begun)

    lambdas._execute_function = count_and_execute
    stepfunctions._scaled_sleep = wait
