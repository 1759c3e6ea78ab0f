"""How a campaign is undone: look, delete, look again, until nothing is left. Pure.

Discord's lists may lag behind its writes, and a Lambda whose outcome is unknown may still be at
work. So the category, by which we know our channels, goes only after two looks, apart in time,
that showed no channel in it.
"""

import json
from collections.abc import Sequence
from typing import Any, Final, Literal, NotRequired, TypedDict

from channelwright import errors, messages
from channelwright.ownership import Thing

QUIET_LOOKS: Final = 2
MOST_LOOKS: Final = 10
# Long enough for Discord's lists to catch up; and, when a Lambda may still be at work, longer than
# a Lambda's timeout (template.yaml, Globals).
SETTLE_SECONDS: Final = 2
UNKNOWN_OUTCOME_SECONDS: Final = 47


class Failure(TypedDict):
    """What a Catch hands on."""

    Error: str
    Cause: NotRequired[str]


class Rollback(TypedDict):
    """Where the undoing stands; `next` is what the state machine does now."""

    next: Literal["delete", "look again", "finished"]
    looks: int
    quiet: int
    wait_seconds: int
    found: list[Thing]
    to_delete: list[Thing]


def step(found: list[Thing], looks: int, quiet: int, failure: Failure) -> Rollback:
    """Decide what to do after a look that showed `found`.

    `looks` and `quiet` count the looks before this one, and those of them, without a break until
    now, that showed no channel.
    """
    channels = [thing for thing in found if thing["kind"] == "channel"]
    quiet = 0 if channels else quiet + 1
    to_delete = channels or (found if quiet >= QUIET_LOOKS else [])
    next_: Literal["delete", "look again", "finished"] = "look again"
    if looks + 1 >= MOST_LOOKS or (not found and quiet >= QUIET_LOOKS):
        next_ = "finished"
    elif to_delete:
        next_ = "delete"
    return {
        "next": next_,
        "looks": looks + 1,
        "quiet": quiet,
        "wait_seconds": SETTLE_SECONDS if is_outcome_known(failure) else UNKNOWN_OUTCOME_SECONDS,
        "found": found,
        "to_delete": to_delete if next_ == "delete" else [],
    }


def is_outcome_known(failure: Failure) -> bool:
    """Tell whether nothing that failed can still have an effect."""
    return all(one["Error"] in errors.OUTCOME_KNOWN for one in _causes(failure))


def recorded_channels(failure: Failure) -> list[str]:
    """Return the ids of the channels that the failed wave made."""
    return [item["id"] for item in _items(failure) if item["ok"]]


def why(failure: Failure, interaction_id: str) -> str:
    """Say in the user's words why the campaign failed; the first of our own errors tells most."""
    for one in _causes(failure):
        if one["Error"] in errors.OURS:
            return str(json.loads(one["Cause"])["errorMessage"])
    return messages.unexpected(interaction_id)


def _causes(failure: Failure) -> Sequence[Failure]:
    """Return what failed: the channels of a failed wave, or the one state."""
    return [item["failure"] for item in _items(failure) if not item["ok"]] or [failure]


def _items(failure: Failure) -> list[dict[str, Any]]:
    if failure["Error"] != "WaveFailed":
        return []
    items: list[dict[str, Any]] = json.loads(failure["Cause"])
    return items
