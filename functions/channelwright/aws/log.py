"""One log line per invocation: its purpose, its outcome and its metrics.

Lambda writes a record of `logging` as a JSON object with the record's `extra` fields as members
(AWS docs, Lambda > Logging > Python). Every line of ours has the `interaction_id`, to follow a
campaign from click to summary (docs/operations.md). A failure also has the `execution`, a link to
the console, once there is one.

No field holds a token: events are not logged, nor are messages of errors that are not ours.
"""

import logging
import os
import time
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from functools import wraps
from typing import Any, Final, TypeVar

from channelwright.aws import metrics
from channelwright.aws.executions import REMOVAL_SUFFIX, interaction_id_of
from channelwright.errors import CampaignRejected, ChannelwrightError, RateLimited

_logger: Final = logging.getLogger("channelwright")

Handler = TypeVar("Handler", bound=Callable[[Any, Any], Any])


class _Invocation:
    """The state of an invocation while it runs."""

    def __init__(self, function: str, at: Mapping[str, str]):
        self.function = function
        self.execution = at.get("execution")
        self.machine = at.get("machine", "")
        self.has_begun = True
        self.calls: list[str] = []
        self.counts: dict[str, float] = {}


_running: ContextVar[_Invocation] = ContextVar("_running")


def invocation(handler: Handler) -> Handler:
    """Log a line per call of a handler; its event may name an `execution`, in `at` (task.py)."""

    @wraps(handler)
    def logged(event: Any, context: Any) -> Any:
        running = _Invocation(handler.__module__, _at(event))
        token = _running.set(running)
        try:
            result = handler(event, context)
        except RateLimited as limited:
            _end(logging.INFO, f"{running.function} waits until {limited.until}")
            raise
        except CampaignRejected:
            _end(logging.INFO, f"{running.function} done: rejected")
            raise
        except Exception as error:
            # Another error's message may quote anything; Lambda logs it in a line of its own.
            why = f": {error}" if isinstance(error, ChannelwrightError) else ""
            message = f"{running.function} failed: {type(error).__name__}{why}"
            _end(logging.ERROR, message, error=type(error).__name__)
            raise
        else:
            _end(logging.INFO, f"{running.function} done")
            return result
        finally:
            _running.reset(token)

    return logged  # type: ignore[return-value]


def about(execution: str, machine: str = "", *, has_begun: bool = True) -> None:
    """Set the invocation's execution, and its machine, if its event does not name one.

    Unless it `has_begun`, a failure's line has no link to it, because it may never exist.
    """
    running = _running.get()
    running.execution, running.machine, running.has_begun = execution, machine, has_begun


def count(metric: str, value: float = 1) -> None:
    """Add to a metric of `metrics.UNITS`."""
    if running := _running.get(None):
        running.counts[metric] = running.counts.get(metric, 0) + value


def call(action: str, outcome: str, seconds: float) -> None:
    """Note a call to Discord: its action, its outcome and its duration in seconds."""
    count("DiscordCalls")
    if running := _running.get(None):
        running.calls.append(f"{action}: {outcome}, {seconds * 1000:.0f} ms")


def info(message: str, **fields: Any) -> None:
    """Log a line before the invocation's last."""
    _write(logging.INFO, message, fields)


def error(message: str, **fields: Any) -> None:
    """Log a line that the operator should see."""
    _write(logging.ERROR, message, fields)


def console(execution: str, machine: str = "") -> str:
    """Return the link to an execution of a `machine` in the AWS console.

    The name of a build or a removal implies its machine.
    """
    machine = machine or ("remove-campaign" if REMOVAL_SUFFIX in execution else "add-campaign")
    return f"{os.environ['EXECUTION_CONSOLE']}{machine}:{execution}"


def _end(level: int, message: str, **fields: Any) -> None:
    running = _running.get()
    if running.calls:
        fields["calls"] = running.calls
    if running.counts:
        stack = os.environ["STACK_NAME"]
        fields |= metrics.embedded(running.counts, stack=stack, at=time.time())
    _write(level, message, fields)


def _write(level: int, message: str, fields: dict[str, Any]) -> None:
    running = _running.get(None)
    if running:
        fields["function"] = running.function
    if running and running.execution:
        fields["interaction_id"] = interaction_id_of(running.execution)
        if level >= logging.ERROR and running.has_begun:
            fields["execution"] = console(running.execution, running.machine)
    # Source: AWS docs, Lambda > Environment variables > Defined runtime environment variables.
    if trace := os.environ.get("_X_AMZN_TRACE_ID"):
        fields["xray_trace_id"] = trace.partition("Root=")[2].partition(";")[0]
    _logger.log(level, message, extra=fields)


def _at(event: Any) -> Mapping[str, str]:
    at = event.get("at") if isinstance(event, dict) else None
    return at if isinstance(at, dict) else {}
