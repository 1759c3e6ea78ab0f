"""This build beside that of before: both in turn, in one run, so that the machine's load cancels.

What is said of each is its ratio to the build of before, measured in pairs.
"""

from collections.abc import Callable
from typing import Any

from bench import builds
from bench.builds_child import Made
from bench.campaign_path import is_edit
from bench.report import Row, Spread
from channelwright import layout

BEFORE = "896f1b5"  # the one state machine, before there were two
LATENCIES = (0.0, 0.15, 0.4)
LATENCY = 0.15
GOAL = 1.0
WARM = {"latency": 0.05}

LAST_CHANNEL = {
    "method": "POST",
    "path": r"/guilds/\d+/channels$",
    "body_contains": f'"{layout.load()[-1]["name"]}"',
}
# Why a campaign is undone, and how often that is measured.
UNDONE: dict[str, tuple[int, dict[str, Any]]] = {
    "the last channel is refused": (
        9,
        {"status": 403, "body": {"message": "Missing Permissions", "code": 50013}},
    ),
    # It takes minutes, because it is not known what Discord has made.
    "the last channel is always answered 500": (2, {"status": 500, "times": None}),
}


def created(*, quick: bool, revision: str = BEFORE) -> list[Row]:
    """Make ten channels with both builds at each latency; and say what they cost."""
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
    """Let a campaign fail at its last channel with both builds, at 150 ms a call."""
    before = builds.of(revision)
    settings = {
        why: ({"latency": LATENCY, "faults": [LAST_CHANNEL | fault]}, 1 if quick else times)
        for why, (times, fault) in [*UNDONE.items()][: 1 if quick else None]
    }
    refused, _ = next(iter(settings.values()))
    made = builds.in_turn([before, builds.NOW], [*settings.values()], [WARM, refused])
    rows = []
    for why, turns in zip(settings, made, strict=True):
        for words, seconds in (("", failing_seconds), (", from the word of it", undoing_seconds)):
            pairs = _pairs(turns, seconds)
            rows.append(row(f"{why}{words}, s", LATENCY, before.name, pairs))
    return rows


def making_seconds(made: Made) -> float:
    """Return how long a campaign took that was made, from the command to the summary."""
    return _last(made, "✅") - made["asked_at"]


def failing_seconds(made: Made) -> float:
    """Return how long a campaign took that was undone, from the command to the last word."""
    return _last(made, "❌") - made["asked_at"]


def undoing_seconds(made: Made) -> float:
    """Return how long it took from the word that a campaign is being undone to the last word."""
    begun = next(edit for edit in _edits(made) if edit["body"]["content"].startswith("↩️"))
    took: float = _last(made, "❌") - begun["at"]
    return took


def _last(made: Made, sign: str) -> float:
    """Return the moment of the last word, which begins with a `sign`."""
    last = _edits(made)[-1]
    assert last["body"]["content"].startswith(sign), last
    at: float = last["at"]
    return at


def _edits(made: Made) -> list[dict[str, Any]]:
    return [call for call in made["calls"] if is_edit(call) and call["status"] == 200]


def _pairs(turns: list[list[Made]], of: Callable[[Made], float]) -> list[tuple[float, float]]:
    return [(of(before), of(now)) for before, now in turns]


def costs_of(rows: list[Row]) -> dict[str, float]:
    """Return what is compared of a build's table of costs."""
    (transitions,) = (row for row in rows if "transitions" in row["what"])
    return {
        "state transitions": transitions["a campaign"],
        "$ for 1,000 campaigns, warm": rows[-1]["$ for 1,000 campaigns"],
    }


def row(what: str, latency: float | None, before: str, pairs: list[tuple[float, float]]) -> Row:
    """Compare what was measured in pairs: with the build of before, and now."""
    ratio = Spread.of(now / old for old, now in pairs)
    return {
        "what": what,
        "call ms": None if latency is None else int(latency * 1000),
        before: Spread.of(old for old, _ in pairs),
        "now": Spread.of(now for _, now in pairs),
        "now / before": ratio,
        "goal": f"≤ {GOAL:.2f}: {_judged(ratio)}",
    }


def _judged(ratio: Spread) -> str:
    if ratio.median <= GOAL:
        return "met"
    return "missed, within the spread" if ratio.low <= GOAL else "missed"
