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
# What the bot adds to a wait ends so long before the deadline: Wait states count whole seconds.
MARGIN_SECONDS: Final = 1.0


def limited(
    call: Call, limit: Limit, deadline: float, *, times: int = 0
) -> RateLimited | OutOfTime:
    """Return the error for a limited call: OutOfTime if the wait ends after `deadline`.

    `deadline` is in Unix seconds. `times` is how often in a row Discord limited the call (0: it
    waits for a slot); from the second time on, the wait may be longer than Discord asked for. What
    Discord did not ask for does not outlast the `deadline`.
    """
    now, scope = time.time(), limit.scope
    seconds = _seconds(limit, times, left=deadline - now)
    log.info(f"rate limit ({scope}): wait {seconds:.1f} s to {call.action}")
    if now + seconds >= deadline:
        return OutOfTime(_why_too_long(call, limit, times), now + seconds)
    log.count("DiscordWaits", seconds)
    error = RateLimited(executions.utc(now + seconds), scope)
    error.times = times or patience.times()
    return error


def _seconds(limit: Limit, times: int, left: float) -> float:
    """Return how long a call waits that has so many seconds `left`."""
    is_long = limit.said and limit.seconds >= patience.LONG_SECONDS
    wanted = limit.seconds if is_long else max(limit.seconds, patience.least_seconds(times - 1))
    demanded = limit.seconds if limit.said else 0.0
    return max(demanded, min(wanted, left - MARGIN_SECONDS))


def _why_too_long(call: Call, limit: Limit, times: int) -> str:
    if times > 1 and limit.seconds <= SHORT_WAIT_SECONDS:  # Discord's last wait is not the reason
        return refusals.DEADLINE_EXCEEDED
    everything = limit.scope in EVERYTHING
    return refusals.wait_too_long(
        call.action, limit.seconds if limit.said else None, everything=everything
    )
