"""The names of executions, and the timestamps of their Wait states. Pure."""

from datetime import UTC, datetime
from typing import Final

# An execution's name is its interaction's id; a removal appends the first suffix. If that removal
# breaks, a second one appends the other suffix instead. A campaign that was not recorded when it
# was complete has another execution for that.
REMOVAL_SUFFIX: Final = "-remove"
AGAIN_SUFFIX: Final = "-remove-again"
RECORD_SUFFIX: Final = "-record"
# A removal that a press has started: `<id>-remove-by-<the press's id>`.
DELETION: Final = "-remove-by-"
# The machine that delivers events as webhooks.
DELIVERIES: Final = "deliver-webhook"


def interaction_id_of(execution: str) -> str:
    """Return the id of the interaction that an execution is named after.

    A removal's name has a suffix; by hand it is `<id>-remove-2` (docs/operations.md). A delivery's
    is an event's, such as `<id>-remove-campaign-failed`.
    """
    return execution.partition("-")[0]


def command_of(execution: str) -> int:
    """Return the id of the interaction that asked for an execution (an ARN): later ones are larger.

    A deletion's removal is of the press.
    """
    name = execution.rpartition(":")[2]
    return int(interaction_id_of(name.rpartition(DELETION)[2]))


def delivery_of(event_id: str) -> str:
    """Return the name of the execution that delivers an event.

    It is the event's id, with hyphens for dots: executions with a dot in their name may be missing
    in the log. Source: AWS docs, Step Functions API Reference > StartExecution > name.
    """
    return event_id.replace(".", "-")


def utc(seconds: float) -> str:
    """Format Unix seconds in UTC for a Wait state, rounded up because AWS's Wait truncates."""
    whole = int(-(-seconds // 1))
    return datetime.fromtimestamp(whole, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
