"""Discord's ids, which are ordered by creation time. Pure.

Source: Discord docs, Reference > Snowflakes.
"""

from typing import Final

DISCORD_EPOCH_MS: Final = 1_420_070_400_000  # 2015-01-01T00:00:00Z


def created_at(snowflake: str) -> float:
    """Return when the object with this id was created, in Unix seconds."""
    return ((int(snowflake) >> 22) + DISCORD_EPOCH_MS) / 1000


def is_younger(snowflake: str, than: str) -> bool:
    """Tell whether one id was created after another."""
    return int(snowflake) > int(than)
