"""Discord's ids: they order by creation time. Pure.

Source: Discord docs, Reference > Snowflakes.
"""

from typing import Final

DISCORD_EPOCH_MS: Final = 1_420_070_400_000  # 2015-01-01T00:00:00Z


def created_at(snowflake: str) -> float:
    """Return when the thing with this id was made, in Unix seconds."""
    return ((int(snowflake) >> 22) + DISCORD_EPOCH_MS) / 1000


def is_younger(snowflake: str, than: str) -> bool:
    """Tell whether one id was made after another."""
    return int(snowflake) > int(than)
