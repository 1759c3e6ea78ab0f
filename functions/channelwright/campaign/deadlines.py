"""The deadlines for starting, building and undoing a campaign. Pure."""

from typing import Final

from channelwright.discord import snowflake

# An interaction's token lives 15 minutes. Building stops after 13, to leave time for undoing and
# notifying the user. Undoing may take longer, within the state machine's own timeout.
BUILD_SECONDS: Final = 13 * 60
REMOVAL_SECONDS: Final = 25 * 60
# A removal after a press may take eight minutes if Discord does not answer its deletions.
PRESS_SECONDS: Final = 390
# Kept free for building after a campaign's turn comes: a later turn is refused.
TURN_SECONDS: Final = 60
# The latest turn is rounded down to this, so that waiting campaigns share a few deadlines.
TURN_DEADLINE_EVERY_SECONDS: Final = 10
TOKEN_SECONDS: Final = 15 * 60
# The last moment to try an answer: its Lambda may start in ten seconds.
ANSWER_SECONDS: Final = TOKEN_SECONDS - 10


def build_deadline(interaction_id: str) -> float:
    """Return until when (Unix seconds) things may be created for this interaction."""
    return snowflake.created_at(interaction_id) + BUILD_SECONDS


def press_deadline(interaction_id: str) -> float:
    """Return until when (Unix seconds) a deletion may begin: only the press's token tells of it."""
    return snowflake.created_at(interaction_id) + PRESS_SECONDS


def answer_deadline(interaction_id: str) -> float:
    """Return until when (Unix seconds) an answer, after which nothing follows, may wait."""
    return snowflake.created_at(interaction_id) + ANSWER_SECONDS


def turn_deadline(interaction_id: str) -> float:
    """Return the latest time (Unix seconds) to start building and still finish.

    The schedule remembers each deadline, so campaigns requested close together have to share one.
    """
    latest = build_deadline(interaction_id) - TURN_SECONDS
    return latest // TURN_DEADLINE_EVERY_SECONDS * TURN_DEADLINE_EVERY_SECONDS


def removal_deadline(interaction_id: str, until: float = 0) -> float:
    """Return until when (Unix seconds) a removal, or a last word, may wait for Discord.

    After an execution that did not end by itself, a removal may begin late: it has its own `until`.
    """
    return max(until, snowflake.created_at(interaction_id) + REMOVAL_SECONDS)


def has_expired(interaction_id: str, now: float) -> bool:
    """Return whether the interaction's token has expired at `now` (Unix seconds)."""
    return now >= snowflake.created_at(interaction_id) + TOKEN_SECONDS
