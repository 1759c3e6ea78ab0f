"""A campaign's calls in a row, and the fewest that it needs."""

import re
from collections.abc import Sequence
from typing import Any

# The fewest consecutive steps of any design: the checks, the role, the category that names it (the
# role is given at the same time), its channels, a check that everything exists, and the final
# message. All calls of one step could run at once.
STEPS = ("ask", "role", "category", "channels", "look", "message")
CATEGORY = 4

Json = dict[str, Any]


def calls_in_a_row(calls: Sequence[Json], latency: float) -> int:
    """Return the largest number of calls that did not overlap: a lower bound in latencies.

    A record's `at` is the time of the answer, `latency` seconds after the call arrived.
    """
    ended, count = 0.0, 0
    for at in sorted(call["at"] for call in calls):
        if at - latency >= ended - latency / 10:
            ended, count = at, count + 1
    return count


def steps(calls: Sequence[Json]) -> int:
    """Return how many of the `STEPS` a campaign took."""
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
    """Return whether a call edits the message."""
    return bool(call["method"] == "PATCH" and "@original" in call["path"])


def seen(calls: Sequence[Json]) -> str:
    """Return the messages that a user saw: each progress bar's count, and the last word."""
    contents = [
        call["body"]["content"] for call in calls if is_edit(call) and call["status"] == 200
    ]
    return " · ".join(_shown(content) for content in contents)


def _shown(content: str) -> str:
    bar = re.search(r"\((\d+/\d+)\)", content)
    return bar[1] if bar else content[0]
