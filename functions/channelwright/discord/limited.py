"""The error for a call that has to wait for Discord."""

import time
from typing import Final

from channelwright.aws import executions, log
from channelwright.discord.answers import Limit
from channelwright.discord.calls import Call
from channelwright.errors import EVERYTHING, OutOfTime, RateLimited
from channelwright.pace import patience
from channelwright.words import refusals

# The Lambda sleeps for waits up to this long; a longer one becomes a Wait state.
SHORT_WAIT_SECONDS: Final = 2.0
# The bot's own addition to a wait ends so long before the deadline: Waits count whole seconds.
MARGIN_SECONDS: Final = 1.0


def limited(
    call: Call, limit: Limit, deadline: float, *, times: int = 0, to_the_end: bool = False
) -> RateLimited | OutOfTime:
    """Return the error for a limited call: OutOfTime if the wait ends after `deadline`.

    `deadline` is in Unix seconds. `times` is how often in a row Discord limited the call (0: it
    waits for a slot); from the second time on, the wait may be longer than Discord asked for. If
    the call is tried `to_the_end`, that does not outlast the `deadline`.
    """
    now, scope = time.time(), limit.scope
    seconds = _seconds(limit, times)
    left = deadline - now - MARGIN_SECONDS
    if to_the_end and left >= MARGIN_SECONDS:
        seconds = max(limit.seconds if limit.said else 0.0, min(seconds, left))
    log.info(f"rate limit ({scope}): wait {seconds:.1f} s to {call.action}")
    if now + seconds >= deadline:
        return OutOfTime(_why_too_long(call, limit, times), now + seconds)
    log.count("DiscordWaits", seconds)
    error = RateLimited(executions.utc(now + seconds), scope)
    error.times = times or patience.times()
    return error


def _seconds(limit: Limit, times: int) -> float:
    if limit.seconds >= patience.LONG_SECONDS:
        return limit.seconds
    return max(limit.seconds, patience.least_seconds(times - 1))


def _why_too_long(call: Call, limit: Limit, times: int) -> str:
    if times > 1 and limit.seconds <= SHORT_WAIT_SECONDS:  # Discord's last wait is not the reason
        return refusals.DEADLINE_EXCEEDED
    everything = limit.scope in EVERYTHING
    return refusals.wait_too_long(
        call.action, limit.seconds if limit.said else None, everything=everything
    )
