"""The input of a campaign's execution. Pure."""

from dataclasses import asdict
from typing import Any, Final

from channelwright.aws import executions
from channelwright.campaign.request import REPLY
from channelwright.discord import edits, snowflake
from channelwright.pace.schedule import Turn

# The states' knowledge of a campaign before it is planned.
NOTHING_YET: Final[dict[str, Any]] = {
    "says": "rejection",
    "campaign": None,
    "waves": [],
    "building": {"made": [], "edits": edits.NONE_YET},
    "made": {"channels": []},
    "failure": None,
    "completed": None,
    "rate_limit": None,
}


def execution_input(
    message: dict[str, Any], turn: Turn, edited: edits.Known = edits.NONE_YET
) -> dict[str, Any]:
    """Return the execution's input: the request, its turn, and what is known before the plan.

    `message` has the fields of `request.FIELDS`; `edited` is the state of the deferred message.
    A campaign that need not wait gets a turn that began with its command.
    """
    begins_at = turn.begins_at
    if turn.wait <= 0:  # a second earlier, because `utc` rounds up
        begins_at = snowflake.created_at(message["interaction_id"]) - 1
    given: dict[str, Any] = {"begins_at": executions.utc(begins_at), "in_company": turn.in_company}
    if turn.wait > 0 and turn.ticket:
        given["reserved"] = asdict(turn.ticket)
    return {
        "request": {key: value for key, value in message.items() if key not in REPLY},
        "reply": {key: message[key] for key in REPLY},
        "turn": given,
        **NOTHING_YET,
        "building": {"made": [], "edits": edited},
    }
