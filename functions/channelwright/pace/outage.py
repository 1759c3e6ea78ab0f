"""What a container does while the limiter's table does not answer."""

import time
from typing import Final

from channelwright.pace.schedule import Turn

# Of Discord's limit: what is spent by calls, so that a window of its never holds one too many,
# and a little less by campaigns, so that calls do not queue up.
CALLS_SHARE: Final = 0.98
CAMPAIGNS_SHARE: Final = 0.97
# Without slots, calls come in heaps: of so many, about one in a hundred is answered 429.
SHARE_WITHOUT_TABLE: Final = 0.6


class Outage:
    """What this container does while the table does not answer.

    Turns were handed out for calls that take slots. Without slots there is less room: from the
    outage on (`_since`) those turns come further apart, and new ones come behind the last that
    this container has heard of, as far apart as the starters' pace keeps them.
    """

    def __init__(self) -> None:
        self._since: float | None = None
        self._reserved_until = self._next = 0.0

    def is_over(self, reserved_until: float) -> None:
        """Note that the table answers, and when the last turn in it begins (Unix seconds)."""
        self._since = None
        self._reserved_until, self._next = reserved_until, 0.0

    def begins_at(self, promised: float) -> float:
        """Return when a turn begins that was to begin when it was `promised`, in Unix seconds."""
        if self._since is None:
            self._since = time.time()
        stretch = CAMPAIGNS_SHARE / SHARE_WITHOUT_TABLE
        return self._since + max(0.0, promised - self._since) * stretch

    def turn(self) -> Turn:
        """Return a turn behind those that are handed out; nothing is reserved."""
        now = time.time()
        begins_at = max(now, self._next, self.begins_at(self._reserved_until))
        self._next = begins_at
        return Turn(begins_at, begins_at - now, in_company=False)

    def pause(self, seconds: float) -> None:
        """Keep the pace: the next turn of this container is so much later."""
        self._next += seconds
        time.sleep(seconds)
