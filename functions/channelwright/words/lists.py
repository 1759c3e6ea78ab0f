"""The list of a server's campaigns. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from channelwright.words.text import bold, first, fit, person

_STATES: Final = {
    "creating": "is being created",
    "removing": "is being removed",
    "left": "was not removed completely",
}


def campaigns(records: Sequence[Mapping[str, Any]], *, everybodys: bool) -> str:
    """Return the list of `records`, of the user or of `everybody`; the latest come first."""
    if not records:
        whose = "There are no campaigns" if everybodys else "You have no campaigns"
        return f"{whose} in this server. To create one, use `/add-campaign`."
    whose = "Campaigns" if everybodys else "Your campaigns"
    lines = [_line(one) for one in reversed(records)]
    return fit(lambda most: [f"**{whose} in this server**", *first(most, lines)], len(lines))


def _line(record: Mapping[str, Any]) -> str:
    name = f"- {bold(record['name'])}"
    if state := _STATES.get(record["status"]):
        return f"{name} {state}"
    return f"{name}: <@&{record['role']}>, game master {person(record['game_master'])}"
