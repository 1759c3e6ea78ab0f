"""The error for a call that Discord takes only after a wait."""

import time
from typing import Final

from channelwright.aws import executions, log
from channelwright.discord.answers import Limit
from channelwright.discord.calls import Call
from channelwright.errors import EVERYTHING, OutOfTime, RateLimited
from channelwright.pace import patience
from channelwright.words import refusals

# A wait of up to this long is slept in the Lambda; a longer one becomes a Wait state.
SHORT_WAIT_SECONDS: Final = 2.0


def limited(
    call: Call, limit: Limit, deadline: float, *, times: int = 0
) -> RateLimited | OutOfTime:
    """Return the error for a limited call; a wait beyond the `deadline` (Unix seconds) is none.

    If Discord limited the call for the second of so many `times` in a row, or a later one, the wait
    is longer than Discord said.
    """
    now, scope = time.time(), limit.scope
    seconds = limit.seconds
    if seconds < patience.LONG_SECONDS:
        seconds = max(seconds, patience.least_seconds(times - 1))
    log.info(f"rate limit ({scope}): {call.action} again in {seconds:.1f} s")
    if now + seconds >= deadline:
        return OutOfTime(_why_too_long(call, limit, times))
    log.count("DiscordWaits", seconds)
    error = RateLimited(executions.utc(now + seconds), scope)
    error.times = times or patience.times()
    return error


def _why_too_long(call: Call, limit: Limit, times: int) -> str:
    if times > 1 and limit.seconds <= SHORT_WAIT_SECONDS:  # what Discord said last is not why
        return refusals.deadline_exceeded()
    everything = limit.scope in EVERYTHING
    return refusals.wait_too_long(
        call.action, limit.seconds if limit.said else None, everything=everything
    )
