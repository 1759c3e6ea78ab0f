"""The deadlines: nothing is created too late to undo it and to notify the game master.

Calls count from the moment their Lambda began: all tasks share one clock, so others may let time
pass while it runs.
"""

from collections.abc import Iterator

from channelwright.discord import snowflake
from tests.reliability.play import Outcome

# Repeated here, independently of the bot's constants.
MAKING_SECONDS = 13 * 60
TOKEN_SECONDS = 15 * 60


def broken(outcome: Outcome) -> Iterator[str]:
    yield from _made_too_late(outcome)
    yield from _started_too_late(outcome)


def _made_too_late(outcome: Outcome) -> Iterator[str]:
    for call in outcome.calls:
        if call.method != "POST" or not call.path.endswith(("/roles", "/channels")):
            continue
        age = _age(call.key.partition(" ")[0], call.began)
        if age > MAKING_SECONDS:
            yield f"made {age:.0f} s after the interaction: {(call.body or {}).get('name')}"


def _started_too_late(outcome: Outcome) -> Iterator[str]:
    """An expired request starts nothing, however often its message is sent again."""
    for request in outcome.requests:
        id_ = request["interaction_id"]
        began = outcome.started.get(id_)
        if began is not None and _age(id_, began) >= TOKEN_SECONDS:
            yield f"started {_age(id_, began):.0f} s after the interaction"


def _age(interaction: str, at: float) -> float:
    return at - snowflake.created_at(interaction)
