"""Until when a campaign may begin, be made, and be undone. Pure."""

from typing import Final

from channelwright.discord import snowflake

# An interaction's token lives 15 minutes. Building turns around after 13, so that there is time
# to undo and to say so; undoing may go on for longer, below the state machine's own timeout.
BUILD_SECONDS: Final = 13 * 60
REMOVAL_SECONDS: Final = 25 * 60
# What a campaign may take once its turn has come: a later turn is refused.
TURN_SECONDS: Final = 60
# That moment is rounded down to this, so that campaigns which wait for their turn share a few.
TURN_DEADLINE_EVERY_SECONDS: Final = 10
TOKEN_SECONDS: Final = 15 * 60


def build_deadline(interaction_id: str) -> float:
    """Return until when (Unix seconds) something may still be made for this interaction."""
    return snowflake.created_at(interaction_id) + BUILD_SECONDS


def turn_deadline(interaction_id: str) -> float:
    """Return until when (Unix seconds) the making may begin, so that there is time for it.

    Campaigns that came shortly after one another have the same, which the schedule relies on: it
    remembers each.
    """
    latest = build_deadline(interaction_id) - TURN_SECONDS
    return latest // TURN_DEADLINE_EVERY_SECONDS * TURN_DEADLINE_EVERY_SECONDS


def removal_deadline(interaction_id: str, until: float = 0) -> float:
    """Return until when (Unix seconds) a removal, or a last word, may wait for Discord.

    The removal of an execution that ended from outside may begin late: it has its own `until`.
    """
    return max(until, snowflake.created_at(interaction_id) + REMOVAL_SECONDS)


def has_expired(interaction_id: str, now: float) -> bool:
    """Tell whether the interaction's token can no longer be used, so that nothing may be built."""
    return now >= snowflake.created_at(interaction_id) + TOKEN_SECONDS
