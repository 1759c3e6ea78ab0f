"""The work that every Lambda behind a state does besides its own.

Each state passes `at` to its Lambda: the names of the `execution` and the `state`; a build's, the
execution's `redrive_count`; one that creates or claims something, the state's `retry_count`; and
one of a machine whose executions are named after any interaction, the `machine`.
Source: AWS docs, Step Functions > Context object; Redriving executions.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from channelwright.aws import log
from channelwright.errors import EarlierOutcomeUnknown, RateLimited
from channelwright.pace import patience
from channelwright.words import refusals

Result = TypeVar("Result")


def task(handler: Callable[[dict[str, Any]], Result]) -> Callable[[dict[str, Any], object], Result]:
    """Turn a function of a state's `event` into a Lambda handler.

    Raises, besides what the function raises:
        EarlierOutcomeUnknown: the execution was redriven, and its removal may have run.
    """

    @log.invocation
    @wraps(handler)
    def lambda_handler(event: dict[str, Any], _context: object) -> Result:
        if event["at"].get("redrive_count"):
            raise EarlierOutcomeUnknown(refusals.REDRIVEN)
        state = event["at"]["state"]
        try:
            with patience.after(event.get("rate_limit"), state):
                return handler(event)
        except RateLimited as limited:
            limited.state = state
            raise

    return lambda_handler
