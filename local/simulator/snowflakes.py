"""Discord's ids (Discord docs: Reference > Snowflakes)."""

import re
import threading

from local.simulator.clock import Clock

DISCORD_EPOCH_MS = 1_420_070_400_000  # 2015-01-01T00:00:00Z


class SnowflakeFactory:
    """Creates ids that are strictly increasing, whatever the clock does."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._last = 0
        self._lock = threading.Lock()

    def next(self) -> str:
        """Return a new id for the clock's present millisecond."""
        milliseconds = round(self._clock.now() * 1000) - DISCORD_EPOCH_MS
        with self._lock:
            self._last = max(milliseconds << 22, self._last + 1)
            return str(self._last)


def is_snowflake(text: str) -> bool:
    """Tell whether a text is an id: the decimal digits of a 64-bit number."""
    return re.fullmatch("[0-9]{1,20}", text) is not None and int(text) < 1 << 64


def created_at(snowflake: str) -> float:
    """Return an id's creation time, in Unix seconds."""
    return ((int(snowflake) >> 22) + DISCORD_EPOCH_MS) / 1000
