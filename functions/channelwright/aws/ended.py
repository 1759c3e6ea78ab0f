"""How an execution ended, according to EventBridge's event and Step Functions' description.

A description is eventually consistent: right after the end it may still say RUNNING, without error,
cause or output. So it counts only once it shows the event's status.
Source: AWS docs, Step Functions API Reference > DescribeExecution; Step Functions > Automating Step
Functions event delivery.
"""

from collections.abc import Mapping
from typing import Any, Final

ENDS: Final = frozenset({"SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"})


class EndNotSeen(Exception):
    """The description does not show the event's end yet; a later one will."""


def described(step_functions: Any, event: Mapping[str, Any]) -> dict[str, Any]:
    """Return DescribeExecution's answer for the execution whose end an `event` reports.

    The event's `detail` has `executionArn` and `status`. An invocation by hand, long after the end,
    may leave the status out.

    Raises:
        EndNotSeen: the description does not show that end yet; Lambda retries.
        botocore.exceptions.ClientError: Step Functions did not answer or refused; Lambda retries.
    """
    told = event["detail"]
    found: dict[str, Any] = step_functions.describe_execution(executionArn=told["executionArn"])
    status = told.get("status", found["status"])
    if status not in ENDS or found["status"] != status:
        raise EndNotSeen(
            f"the execution {found['name']} has ended as {status}, but DescribeExecution still "
            f"says {found['status']}: retry in a minute"
        )
    return found
