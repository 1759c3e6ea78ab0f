"""Things of others that the bot may take for ones that it perhaps created."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.reliability.people import CATEGORY, VOICE

if TYPE_CHECKING:
    from tests.reliability.play import Outcome


def looks_like_ours(outcome: Outcome, id_: str, was: dict[str, Any]) -> bool:
    """Tell whether the bot may confuse somebody's thing with one that it perhaps created.

    A voice channel has no topic; of other kinds, only copies have our topic and overwrites.
    """
    alike = was.get("type") == VOICE or id_ in outcome.people.copies
    alike = alike and not outcome.schedule.steps  # they know every id
    return alike and not _are_outcomes_known(outcome, was)


def _are_outcomes_known(outcome: Outcome, like: dict[str, Any]) -> bool:
    """Tell whether the bot knows the outcome of every attempt to create a thing of this name.

    After a wait it does not: a state that is entered again may have tried before.
    """
    dead = {death.function for death in outcome.schedule.deaths}
    creator = "create_category" if like["type"] == CATEGORY else "create_channel"
    if "stop" in outcome.people.did or creator in dead:
        return False
    return all(
        not call.lost and ((call.status == 201 and call.readable) or call.refused)
        for call in outcome.calls
        if call.method == "POST" and (call.body or {}).get("name") == like["name"]
    )
