"""How an execution ended: as EventBridge tells of it, and as Step Functions describes it.

A description is eventually consistent: right after an end it may still say RUNNING, and have
neither error, cause nor output. So the event's status decides whether it may be believed.
Source: AWS docs, Step Functions API Reference > DescribeExecution; Step Functions > Automating Step
Functions event delivery.
"""

from collections.abc import Mapping
from typing import Any, Final

ENDS: Final = frozenset({"SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"})


class EndNotSeen(Exception):
    """The description does not show the end that was told of; a later one will."""


def described(step_functions: Any, event: Mapping[str, Any]) -> dict[str, Any]:
    """Return what DescribeExecution says of the execution whose end an `event` tells of.

    Its `detail` is `executionArn` and `status`. Whoever invokes a function by hand, long after
    the end, may leave the status out.

    Raises:
        EndNotSeen: the description does not show that end; Lambda tries again.
        botocore.exceptions.ClientError: Step Functions could not be asked; Lambda tries again.

    """
    told = event["detail"]
    found: dict[str, Any] = step_functions.describe_execution(executionArn=told["executionArn"])
    status = told.get("status", found["status"])
    if status not in ENDS or found["status"] != status:
        raise EndNotSeen(
            f"the execution {found['name']} is to have ended as {status}, but is described as "
            f"{found['status']}: ask again in a minute"
        )
    return found
