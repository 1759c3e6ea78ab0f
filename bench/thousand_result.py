"""What came of many campaigns at once: the figures of one run."""

import math
from collections import Counter
from dataclasses import dataclass
from typing import Any

from bench.thousand_clock import BEGINNING
from bench.thousand_world import Call, World

Json = Any
LIMIT = 50.0
# Discord docs, Topics > Rate Limits > Invalid Request Limit.
BAN_CALLS, BAN_SECONDS = 10_000, 600.0
TOKEN_SECONDS = 900.0
# Of every campaign that is made and told so in time the last message begins so.
CREATED, REFUSED = "✅", "❌"


@dataclass(frozen=True)
class End:
    """How it ended for one game master: `said` is the last message's first sign, or nothing."""

    asked_at: float
    told_at: float
    said: str
    channels: int
    priority: bool


def ends(world: World) -> list[End]:
    """Return how it ended for everyone who asked."""
    found = []
    for task in world.asked:
        versions = world.discord.messages(task["interaction_id"])
        last: Json = versions[-1] if versions else {"content": "", "at": math.inf}
        guild = world.discord.guild(task["guild_id"])
        found.append(
            End(
                world.discord.interaction(task["interaction_id"]).created_at - BEGINNING,
                last["at"] - BEGINNING,
                last["content"][:1],
                sum(c.parent_id is not None for c in guild.channels.values()) - 1,
                world.first[task["interaction_id"]],
            )
        )
    return found


def figures(world: World, channels: int = 10) -> Json:
    """Return a run's figures, times in seconds from the first command."""
    bot = [call for call in world.wire.calls if call.as_bot]
    done = [call for call in bot if call.status != 429]
    limited = [call for call in bot if call.status == 429]
    ended = ends(world)
    created = [e for e in ended if e.said == CREATED and e.channels == channels]
    in_time = [e for e in ended if e.said in {CREATED, REFUSED} and _took(e) < TOKEN_SECONDS]
    waits = sorted(_took(end) for end in created)
    first = sorted(_took(end) for end in created if end.priority)
    others = sorted(_took(end) for end in created if not end.priority)
    span = done[-1].at - done[0].at
    executions = world.step_functions.executions.values()
    asked = len(world.asked)
    return {
        "campaigns": asked,
        "created": len(created),
        "refused": sum(e.said == REFUSED for e in ended),
        "told_in_time": len(in_time),
        "last_created_s": max((e.told_at for e in created), default=None),
        "last_told_s": max((e.told_at for e in in_time), default=None),
        "last_asked_s": max(e.asked_at for e in ended),
        "wait_min_s": _percentile(waits, 0.0),
        "wait_p50_s": _percentile(waits, 0.5),
        "wait_p95_s": _percentile(waits, 0.95),
        "wait_max_s": _percentile(waits, 1.0),
        "first_p50_s": _percentile(first, 0.5),
        "first_max_s": _percentile(first, 1.0),
        "others_p50_s": _percentile(others, 0.5),
        "others_max_s": _percentile(others, 1.0),
        "calls": len(done),
        "calls_a_campaign": len(done) / max(1, len(created)),
        "floor_s": len(done) / LIMIT,
        "throughput": len(done) / span / LIMIT if span else None,
        "limited": len(limited),
        "limited_share": len(limited) / len(bot),
        "banned": _banned(limited),
        "beaten": sum(call.beaten for call in world.wire.calls),
        "transitions_a_campaign": sum(e.transitions for e in executions) / asked,
        "lambdas_at_once": world.lambdas.most,
        "lambda_seconds_a_campaign": world.lambdas.seconds / asked,
        "invocations_a_campaign": world.lambdas.invocations.total() / asked,
        "throttled": world.lambdas.throttled,
        "table_writes_a_campaign": world.table.writes / asked,
        "table_reads_a_campaign": world.table.reads / asked,
        "ended_at_s": sorted(round(e.told_at, 1) for e in created),
        "calls_a_second": _rate(done),
    }


def _took(end: End) -> float:
    return end.told_at - end.asked_at


def _percentile(values: list[float], share: float) -> float | None:
    return values[min(len(values) - 1, int(len(values) * share))] if values else None


def _rate(calls: list[Call], every: float = 5.0) -> list[float]:
    """Return the calls a second, in steps of `every` seconds."""
    counts = Counter(int((call.at - BEGINNING) / every) for call in calls)
    return [round(counts[step] / every, 2) for step in range(max(counts, default=-1) + 1)]


def _banned(limited: list[Call]) -> bool:
    """Tell whether there were ever as many invalid answers in ten minutes as mean a ban."""
    at = [call.at for call in limited]
    return any(
        later - earlier < BAN_SECONDS
        for earlier, later in zip(at, at[BAN_CALLS - 1 :], strict=False)
    )
