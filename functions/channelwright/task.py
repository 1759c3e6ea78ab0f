"""A Lambda behind a state: what all of them do beside their work.

Each state gives its Lambda `at`: the name of the `execution`, the name of the `state`, its
`retry_count` and, where something is made, the execution's `redrive_count`.
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


def task(
    handler: Callable[[dict[str, Any]], Result],
) -> Callable[[dict[str, Any], object], Result]:
    """Make a Lambda handler of a function that takes a state's `event`.

    Raises, beside what the handler raises:
        EarlierOutcomeUnknown: the execution was redriven. Its removal may have run.

    """

    @log.invocation
    @wraps(handler)
    def lambda_handler(event: dict[str, Any], _context: object) -> Result:
        if event["at"].get("redrive_count"):
            raise EarlierOutcomeUnknown(refusals.redriven())
        state = event["at"]["state"]
        try:
            with patience.after(event.get("rate_limit"), state):
                return handler(event)
        except RateLimited as limited:
            limited.state = state
            raise

    return lambda_handler
