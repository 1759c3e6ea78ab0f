"""The deadlines: nothing is made when there may be no time left to undo it and to say so.

They are told by when a Lambda began, because the clock is everybody's: in the midst of it, others
wait on it.
"""

from collections.abc import Iterator

from channelwright.discord import snowflake
from tests.reliability.play import Outcome

# Said once more, and independently of the bot.
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
