"""The pace that a container keeps while the limiter's table does not answer."""

import time
from typing import Final

from channelwright.pace.schedule import Turn

# Calls use this share of Discord's limit, so that none of its windows holds one call too many.
# Campaigns use a little less, so that calls do not queue up.
CALLS_SHARE: Final = 0.98
CAMPAIGNS_SHARE: Final = 0.97
# Without slots, calls come in bursts: at this share, about one in a hundred is answered 429.
SHARE_WITHOUT_TABLE: Final = 0.6


class Outage:
    """The turns of this container during an outage.

    Turns were handed out for calls that take slots. Without slots there is less room, so from the
    start of the outage (`_since`) those turns are further apart. New turns follow the last one
    known to this container, as far apart as the starters' pace keeps them.
    """

    def __init__(self) -> None:
        self._since: float | None = None
        self._reserved_until = self._next = 0.0

    def is_over(self, reserved_until: float) -> None:
        """Note that the table answers, and when its last turn begins (Unix seconds)."""
        self._since = None
        self._reserved_until, self._next = reserved_until, 0.0

    def begins_at(self, promised: float) -> float:
        """Return when a turn begins that was `promised` for a moment; both in Unix seconds."""
        if self._since is None:
            self._since = time.time()
        stretch = CAMPAIGNS_SHARE / SHARE_WITHOUT_TABLE
        return self._since + max(0.0, promised - self._since) * stretch

    def turn(self) -> Turn:
        """Return a turn after the known ones; nothing is reserved."""
        now = time.time()
        begins_at = max(now, self._next, self.begins_at(self._reserved_until))
        self._next = begins_at
        return Turn(begins_at, begins_at - now, in_company=False)

    def pause(self, seconds: float) -> None:
        """Sleep, and delay this container's next turn by as many seconds."""
        self._next += seconds
        time.sleep(seconds)
