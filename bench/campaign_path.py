"""Which of a campaign's calls follow one another, and which of them must."""

import re
from collections.abc import Sequence
from typing import Any

# The least that must happen one after another, whatever the design: what is asked before anything
# is made, the role, the category that names it (the role is given beside), the channels in it, a
# look whether all of it stands, and the final message. All calls of one step could be made at once.
STEPS = ("ask", "role", "category", "channels", "look", "message")
CATEGORY = 4

Json = dict[str, Any]


def calls_in_a_row(calls: Sequence[Json], latency: float) -> int:
    """Return the most calls that did not overlap: so many latencies the campaign took at least.

    A record's `at` is when the call was handled: `latency` seconds after it came.
    """
    ended, count = 0.0, 0
    for at in sorted(call["at"] for call in calls):
        if at - latency >= ended - latency / 10:
            ended, count = at, count + 1
    return count


def steps(calls: Sequence[Json]) -> int:
    """Return how many of `STEPS` a campaign has."""
    made = [number for number, call in enumerate(calls) if call["method"] == "POST"]
    last = calls[-1]
    found = {_step(call, number, made) for number, call in enumerate(calls) if call is not last}
    return len((found & set(STEPS)) | {"message"})


def _step(call: Json, number: int, made: list[int]) -> str:
    kind = call["method"], re.sub(r"\d+", "N", call["path"])
    if kind[0] == "GET":
        return "ask" if number < made[0] else "look" if number > made[-1] else "meanwhile"
    if kind == ("POST", "/guilds/N/channels"):
        return "category" if call["body"]["type"] == CATEGORY else "channels"
    return {
        ("POST", "/guilds/N/roles"): "role",
        ("PUT", "/guilds/N/members/N/roles/N"): "meanwhile",
        ("PATCH", "/webhooks/N/{token}/messages/@original"): "meanwhile",
    }[kind]


def is_edit(call: Json) -> bool:
    """Tell whether a call changes the message."""
    return bool(call["method"] == "PATCH" and "@original" in call["path"])


def seen(calls: Sequence[Json]) -> str:
    """Say what a user saw of a campaign: how many channels the bar showed, and the last word."""
    contents = [
        call["body"]["content"] for call in calls if is_edit(call) and call["status"] == 200
    ]
    return " · ".join(_shown(content) for content in contents)


def _shown(content: str) -> str:
    bar = re.search(r"\((\d+/\d+)\)", content)
    return bar[1] if bar else content[0]
