"""The last word of an execution: the final message to the game master, and the output. Pure.

`event` is the Lambda's input: `says` selects the message, and the other keys have its data.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from channelwright import errors
from channelwright.campaign import buttons, known, removal
from channelwright.campaign.campaign import LAYOUT
from channelwright.campaign.known import Failure
from channelwright.campaign.ownership import Thing
from channelwright.discord.calls import Json
from channelwright.words import deletions, members, messages, refusals

# Statuses of an execution that did not end by itself (start_removal.py).
_ENDS: Final = {"ABORTED": refusals.STOPPED, "TIMED_OUT": refusals.TIMED_OUT}


class LastWord(NamedTuple):
    """The final message's content, the execution's output (None if it has none), and buttons."""

    content: str
    output: Json | None
    components: Sequence[Json] = ()


def of(event: Mapping[str, Any]) -> LastWord:
    """Return the last word: the "rejection", "summary" or "failure" that the event `says`."""
    words = {"rejection": _rejection, "summary": _summary, "failure": _failure}
    return words[event["says"]](event)


def _rejection(event: Mapping[str, Any]) -> LastWord:
    request = event["request"]
    # The plan's error has one reason per line.
    reasons = why(event["failure"], request["interaction_id"]).split("\n")
    output = _output("rejected", request) | {"reasons": reasons}
    return LastWord(messages.rejection(request["campaign_name"], reasons), output)


def _summary(event: Mapping[str, Any]) -> LastWord:
    campaign, completed = event["campaign"], event["completed"]
    content = messages.summary(
        campaign["name"],
        campaign["role"]["id"],
        completed["channels"],
        instead_of_forum=completed["instead_of_forum"],
        # Missing if an earlier release started the execution.
        lacking=completed.get("lacking", []),
        co_gms=completed.get("co_gms", []),
    )
    output = _output("created", campaign) | {
        "role_id": campaign["role"]["id"],
        "category_id": campaign["category"]["id"],
        "channel_ids": [channel["id"] for channel in completed["channels"]],
    }
    id_ = campaign["interaction_id"]
    menu = buttons.menu(members.MENU, buttons.add(id_))
    undo = buttons.below(messages.UNDO_BUTTON, buttons.SECONDARY, buttons.undo(id_))
    return LastWord(content, output, [*menu, *undo])


def _failure(event: Mapping[str, Any]) -> LastWord:
    request, removed = event["request"], event["removal"]
    name, looked = request["campaign_name"], removed["next"] == "finished" and not removed["blind"]
    left = removed["found"]
    if removed["next"] == "look":  # no look has finished, so recorded things may still exist
        left = known.recorded(event["known"])
    if known.is_deletion(event["failure"]):
        return _deletion(event, left)
    reason = why(event["failure"], request["interaction_id"])
    content = messages.failure(name, reason, left, looked=looked, foreign=removed["foreign"])
    # Things that are left have the name: the plan would reject another campaign of that name.
    again = buttons.again(LAYOUT, name) if looked and not left else ""
    below = buttons.below(messages.AGAIN_BUTTON, buttons.SECONDARY, again)
    return LastWord(content, None, below)


def _deletion(event: Mapping[str, Any], left: list[Thing]) -> LastWord:
    removed, here = event["removal"], event["known"]["campaign"].get("here")
    is_sure = removed["next"] == "finished" and not removed["blind"]
    if not is_sure:
        recorded = known.recorded(event["known"])
        # Without a look, the category stays, and "not found" is no more than an answer.
        deleted = removal.deleted(removed) if removed["next"] != "look" else set()
        left = [one for one in removal.join(left, recorded) if one["id"] not in deleted] or recorded
    if left and here:
        left = [here, *left]  # it goes only after everything else
    name, guests = event["request"]["campaign_name"], removed["foreign"]
    note = deletions.HERE if here else ""
    if left:
        note = deletions.LEFT if is_sure else deletions.PERHAPS_LEFT
    wording = deletions.wording_of(event["request"])
    return LastWord(deletions.deleted(wording, name, left, guests, note), None)


def _output(status: str, of: Mapping[str, Any]) -> Json:
    return {"status": status, "interaction_id": of["interaction_id"], "guild_id": of["guild_id"]}


def why(failure: Failure, interaction_id: str) -> str:
    """Tell the user why the campaign failed; the first of our own errors is the most specific."""
    for one in known.causes(failure):
        if one["Error"] in errors.OURS:
            return str(json.loads(one["Cause"])["errorMessage"])
        if one["Error"] in _ENDS:
            return _ENDS[one["Error"]]
    return refusals.unexpected(interaction_id)
