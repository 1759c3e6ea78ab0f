"""Compare this build with an earlier one: alternate in one run, so that the machine's load cancels.

Each result is the ratio of this build to the earlier one, measured in pairs.
"""

import json
from collections.abc import Callable
from typing import Any

from bench import builds
from bench.builds_child import Made
from bench.campaign_path import calls_in_a_row, is_edit
from bench.report import Row, Spread
from channelwright.campaign import layout

BEFORE = "896f1b5"  # the one state machine, before there were two
LATENCIES = (0.0, 0.15, 0.4)
GOAL = 1.0
WARM = {"latency": 0.05}

LAST_CHANNEL = {
    "method": "POST",
    "path": r"/guilds/\d+/channels$",
    "body_contains": json.dumps(layout.load()[-1]["name"]),
}
# Why a campaign is undone, how often to measure it, and the allowed share of the earlier build's
# time. The second took minutes, because it was unknown what Discord had created.
REFUSED, BROKEN = "refused", "always answered 500"
UNDONE: dict[str, tuple[int, dict[str, Any], float]] = {
    REFUSED: (
        5,
        {"status": 403, "body": {"message": "Missing Permissions", "code": 50013}},
        0.25,
    ),
    BROKEN: (1, {"status": 500, "times": None}, 1.0),
}
# Beyond its time with instant answers, an undo may take so many times its calls in a row.
MOST_OF_ITS_CALLS = 2.0


def created(*, quick: bool, revision: str = BEFORE) -> list[Row]:
    """Create ten channels with both builds at each latency; compare times and costs."""
    latencies = LATENCIES[:2] if quick else LATENCIES
    before = builds.of(revision)
    made = builds.in_turn(
        [before, builds.NOW],
        [({"latency": latency}, 1 if quick else 9) for latency in latencies],
        [WARM, WARM],
    )
    rows = [
        row("a campaign, s", latency, before.name, _pairs(turns, making_seconds))
        for latency, turns in zip(latencies, made, strict=True)
    ]
    costs = [costs_of(build.benchmark("cost", quick=quick)) for build in (before, builds.NOW)]
    for what in costs[0]:
        rows.append(row(what, None, before.name, [(costs[0][what], costs[1][what])]))
    return rows


def undone(*, quick: bool, revision: str = BEFORE) -> list[Row]:
    """Make a campaign fail at its last channel with both builds, at each latency."""
    before = builds.of(revision)
    asked = [
        (why, latency)
        for why in ([REFUSED] if quick else UNDONE)
        for latency in (LATENCIES[:2] if quick else LATENCIES)
    ]
    settings = [(_fails(why, latency), 1 if quick else UNDONE[why][0]) for why, latency in asked]
    made = builds.in_turn([before, builds.NOW], settings, [WARM, settings[0][0]])
    turns = dict(zip(asked, made, strict=True))
    rows = [
        row(
            f"undone, {why}, s",
            latency,
            before.name,
            _pairs(pairs, undoing_seconds),
            UNDONE[why][2],
        )
        for (why, latency), pairs in turns.items()
    ]
    beyond = [
        _beyond(latency, *([now for _, now in turns[BROKEN, one]] for one in (0.0, latency)))
        for latency in (() if quick else LATENCIES[1:])
    ]
    return rows + beyond


def _fails(why: str, latency: float) -> dict[str, Any]:
    return {"latency": latency, "faults": [LAST_CHANNEL | UNDONE[why][1]]}


def _beyond(latency: float, at_once: list[Made], made: list[Made]) -> Row:
    """Compare an undo's seconds, minus its seconds at 0 ms a call, with its calls in a row."""
    least = Spread.of(undoing_seconds(one) for one in at_once).median
    times = Spread.of(
        (undoing_seconds(one) - least) / (latency * calls_in_a_row(_of_the_undo(one), latency))
        for one in made
    )
    return {
        "what": f"undone, {BROKEN}: beyond 0 ms, × its calls in a row",
        "call ms": int(latency * 1000),
        "now": times,
        "goal": f"≤ {MOST_OF_ITS_CALLS:.2f}: {_judged(times, MOST_OF_ITS_CALLS)}",
    }


def making_seconds(made: Made) -> float:
    """Return the seconds of a created campaign, from the command to the summary."""
    return _last(made, "✅") - made["asked_at"]


def undoing_seconds(made: Made) -> float:
    """Return the seconds of an undo, from the last failed create to the last word."""
    return _last(made, "❌") - _failed_at(made)


def _failed_at(made: Made) -> float:
    failed = [call for call in made["calls"] if call["method"] == "POST" and call["status"] >= 400]
    at: float = failed[-1]["at"]
    return at


def _of_the_undo(made: Made) -> list[dict[str, Any]]:
    return [call for call in made["calls"] if call["at"] > _failed_at(made)]


def _last(made: Made, sign: str) -> float:
    """Return the time of the last word, which begins with a `sign`."""
    last = _edits(made)[-1]
    assert last["body"]["content"].startswith(sign), last
    at: float = last["at"]
    return at


def _edits(made: Made) -> list[dict[str, Any]]:
    return [call for call in made["calls"] if is_edit(call) and call["status"] == 200]


def _pairs(turns: list[list[Made]], of: Callable[[Made], float]) -> list[tuple[float, float]]:
    return [(of(before), of(now)) for before, now in turns]


def costs_of(rows: list[Row]) -> dict[str, float]:
    """Return the costs to compare from a build's table."""
    (transitions,) = (row for row in rows if "transitions" in row["what"])
    return {
        "state transitions": transitions["a campaign"],
        "$ for 1,000 campaigns, warm": rows[-1]["$ for 1,000 campaigns"],
    }


def row(
    what: str,
    latency: float | None,
    before: str,
    pairs: list[tuple[float, float]],
    goal: float = GOAL,
) -> Row:
    """Compare measurements in `pairs`: the earlier build's and this one's."""
    ratio = Spread.of(now / old for old, now in pairs)
    return {
        "what": what,
        "call ms": None if latency is None else int(latency * 1000),
        before: Spread.of(old for old, _ in pairs),
        "now": Spread.of(now for _, now in pairs),
        "now / before": ratio,
        "goal": f"≤ {goal:.2f}: {_judged(ratio, goal)}",
    }


def _judged(spread: Spread, goal: float) -> str:
    if spread.median <= goal:
        return "met"
    return "missed, within the spread" if spread.low <= goal else "missed"
