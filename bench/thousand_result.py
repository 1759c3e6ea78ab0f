"""The figures of one run of many campaigns at once."""

import math
from collections import Counter
from dataclasses import dataclass
from importlib import import_module
from itertools import pairwise
from typing import Any

from bench.thousand_clock import BEGINNING
from bench.thousand_wire import Call
from bench.thousand_world import World
from channelwright.campaign import layout

Json = Any
LIMIT = 50.0
# Discord docs, Topics > Rate Limits > Invalid Request Limit.
BAN_CALLS, BAN_SECONDS = 10_000, 600.0
TOKEN_SECONDS = 900.0


@dataclass(frozen=True)
class End:
    """One campaign's end: `what` the game master was told in time, and truthfully."""

    asked_at: float
    told_at: float
    what: str
    first: bool

    @property
    def took(self) -> float:
        """Seconds from the command to the last message."""
        return self.told_at - self.asked_at


def ends(world: World) -> list[End]:
    """Return the end of every requested campaign."""
    found = []
    for task in world.asked:
        id_ = task["interaction_id"]
        versions = world.discord.messages(id_)
        told: Json = versions[-1] if versions else {"content": "", "at": math.inf}
        guild = world.discord.guild(task["guild_id"])
        channels = sum(c.parent_id is not None for c in guild.channels.values()) - 1
        asked_at = world.discord.interaction(id_).created_at
        what = _what(told["content"], channels, told["at"] - asked_at)
        found.append(End(asked_at - BEGINNING, told["at"] - BEGINNING, what, world.first[id_]))
    return found


def _what(content: str, channels: int, took: float) -> str:
    if took >= TOKEN_SECONDS:
        return "untold"
    if content.startswith("✅") and channels == len(layout.load()):
        return "created"
    if content.startswith("❌"):
        return "refused" if content.endswith("Nothing was created.") else "failed"
    return "untold"


def figures(world: World) -> Json:
    """Return a run's figures, times in seconds from the first command."""
    bot = [call for call in world.wire.calls if call.as_bot]
    done = [call for call in bot if call.status != 429]
    limited = [call for call in bot if call.status == 429]
    ended = ends(world)
    counts = Counter(end.what for end in ended)
    created = [end for end in ended if end.what == "created"]
    span = done[-1].at - done[0].at
    asked = len(ended)
    return {
        "campaigns": asked,
        **{what: counts[what] for what in ("created", "refused", "failed", "untold")},
        "last_asked_s": max(end.asked_at for end in ended),
        "last_created_s": max((end.told_at for end in created), default=None),
        **_waits(created),
        **_lanes(ended),
        "calls": len(done),
        "floor_s": len(created) * import_module("start_campaign").CALLS / LIMIT,
        "throughput": len(done) / span / LIMIT if span else None,
        "limited": len(limited),
        "limited_share": len(limited) / len(bot),
        "banned": _banned(limited),
        "beaten": sum(call.beaten for call in world.wire.calls),
        **_spent(world, asked),
        "ended_at_s": sorted(round(end.told_at, 1) for end in created),
        "calls_a_second": _rate(done),
    }


def quickest(world: World) -> float:
    """Return the quickest campaign's seconds, from its first call to its last message."""
    first: dict[str, float] = {}
    for call in world.wire.calls:
        first.setdefault(call.guild, call.at)
    found = []
    for task in world.asked:
        versions = world.discord.messages(task["interaction_id"])
        if versions and versions[-1]["content"].startswith("✅"):
            found.append(versions[-1]["at"] - first[task["guild_id"]])
    return min(found, default=0.0)


def _waits(created: list[End]) -> Json:
    waits = sorted(end.took for end in created)
    return {
        "wait_p50_s": _percentile(waits, 0.5),
        "wait_max_s": _percentile(waits, 1.0),
        "waits_first_s": sorted(round(end.took, 1) for end in created if end.first),
        "waits_others_s": sorted(round(end.took, 1) for end in created if not end.first),
    }


def _lanes(ended: list[End]) -> Json:
    """Return each lane's figures, and the longest time without a campaign of the others."""
    others = [end for end in ended if not end.first]
    made = sorted(end.told_at for end in others if end.what == "created")
    return {
        "created_first": sum(end.first and end.what == "created" for end in ended),
        "refused_first": sum(end.first and end.what == "refused" for end in ended),
        "created_others": len(made),
        "refused_others": sum(end.what == "refused" for end in others),
        "others_still_s": max((b - a for a, b in pairwise(made)), default=None),
    }


def _spent(world: World, asked: int) -> Json:
    executions = world.step_functions.executions.values()
    return {
        "transitions_a_campaign": sum(one.transitions for one in executions) / asked,
        "lambda_seconds_a_campaign": world.lambdas.seconds / asked,
        "invocations_a_campaign": world.lambdas.invocations.total() / asked,
        "table_writes_a_campaign": world.table.writes / asked,
        "table_reads_a_campaign": world.table.reads / asked,
        "lambdas_at_once": world.lambdas.most,
        "throttled": world.lambdas.throttled,
        "token_reads_refused": world.parameters.refused,
    }


def _percentile(values: list[float], share: float) -> float | None:
    return values[min(len(values) - 1, int(len(values) * share))] if values else None


def _rate(calls: list[Call], every: float = 5.0) -> list[float]:
    """Return the calls per second, in steps of `every` seconds."""
    counts = Counter(int((call.at - BEGINNING) / every) for call in calls)
    return [round(counts[step] / every, 2) for step in range(max(counts, default=-1) + 1)]


def _banned(limited: list[Call]) -> bool:
    """Return whether ten minutes ever had enough invalid answers for a ban."""
    at = [call.at for call in limited]
    return any(
        later - earlier < BAN_SECONDS
        for earlier, later in zip(at, at[BAN_CALLS - 1 :], strict=False)
    )
