"""The curves of a thousand at once: `python -m bench.thousand_curves JSON...` draws into docs/."""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.ticker import NullLocator, StrMethodFormatter

from bench.thousand_alternatives import ALTERNATIVES, CHOSEN
from local.child import PROJECT

Json = Any
DOCS = PROJECT / "docs"
# The earlier design, the current one, and the theoretical optimum. The table has the others.
WAS, IS, BEST = ALTERNATIVES[0].name, CHOSEN.name, "perfect"
LABELS = {
    WAS: "waiting for Retry-After alone",
    IS: "this bot: a turn for each campaign, a slot for each call",
    BEST: "a perfect scheduler",
}
STYLES: dict[str, Json] = {
    WAS: {"color": "#e5534b", "linewidth": 4.0},
    IS: {"color": "black", "linewidth": 1.5},
    BEST: {"color": "#6e7781", "linewidth": 1.5, "linestyle": ":"},
}
POINTS = 40
MANY = 1000
MINUTE = 60.0
mpl.use("svg")
# Reproducible files (hashsalt), with text as text (fonttype).
mpl.rcParams.update({"svg.hashsalt": "channelwright", "svg.fonttype": "none", "font.size": 10})


def made(axes: Axes, runs: dict[str, Json]) -> None:
    """Draw how many of 1,000 campaigns were created, over time."""
    until = runs[IS]["last_created_s"] / MINUTE
    _line(axes, BEST, [0, runs[IS]["perfect_s"] / MINUTE], [0, runs[IS]["created"]])
    for name in (WAS, IS):
        ended = runs[name]["ended_at_s"]
        numbers = [*range(0, len(ended), max(1, len(ended) // POINTS)), len(ended)]
        at = [ended[max(0, number - 1)] / MINUTE if number else 0 for number in numbers]
        # A campaign not created by then is created never, or after all of this bot's.
        _line(axes, name, [*at, max(until, at[-1])], [*numbers, numbers[-1]])
    axes.yaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
    axes.set(xlabel="minutes since the first command", ylabel="campaigns made")
    axes.set_title("1,000 campaigns are asked for in one minute")


def last(axes: Axes, runs: Sequence[Json]) -> None:
    """Draw when the last campaign is created, by the number of requests, if none is lost."""
    good = [run for run in runs if not run["failed"] + run["untold"]]
    for name, key in ((BEST, "perfect_s"), (WAS, "last_created_s"), (IS, "last_created_s")):
        found = [run for run in good if run["name"] == (IS if name == BEST else name)]
        points = sorted((run["campaigns"], run[key] / MINUTE) for run in found)
        _line(axes, name, *zip(*points, strict=True), marker="o", markersize=4)
    for run in runs:
        lost = run["failed"] + run["untold"]
        if run["name"] == WAS and lost:
            at = run["campaigns"], 0.2
            axes.annotate(
                f"{lost:,} of {run['campaigns']:,} lost", at, ha="center", color="#cf222e"
            )
        if run["name"] == IS and run["refused"]:
            at = run["campaigns"] * 0.8, run["last_created_s"] / MINUTE
            axes.annotate(
                f"{run['refused']:,} told that there is no room", at, ha="right", va="top"
            )
    axes.set_xscale("log")
    axes.xaxis.set_minor_locator(NullLocator())
    axes.set_xticks(sorted({run["campaigns"] for run in runs}))
    axes.xaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
    axes.set(xlabel="campaigns asked for in one minute", ylabel="minutes until the last is made")
    axes.set_ylim(bottom=0)
    axes.set_title("More campaigns, or fewer")


def lanes(axes: Axes, run: Json) -> None:
    """Draw how long the campaigns of each lane took."""
    for name, key in (("priority", "waits_first_s"), ("the others", "waits_others_s")):
        waits = run[key]
        share = [100 * number / len(waits) for number in range(1, len(waits) + 1)]
        axes.plot(waits, share, label=f"{name} ({len(waits)})")
    axes.set(xlabel="seconds from the command to the summary", ylabel="% of the campaigns")
    axes.set_title("1,000 campaigns, a tenth with priority")
    axes.legend(frameon=False)


def _line(axes: Axes, name: str, x: Sequence[float], y: Sequence[float], **how: Any) -> None:
    axes.plot(x, y, label=LABELS[name], **STYLES[name], **how)


def _save(figure: Any, name: str) -> None:
    figure.savefig(DOCS / name, bbox_inches="tight", metadata={"Date": None})
    print(f"docs/{name}")


def main() -> None:
    """Draw all curves for which the files have figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", type=Path, nargs="+")
    files = parser.parse_args().files
    every = [run for file in files for run in json.loads(file.read_text("utf-8"))["runs"]]
    runs = [run for run in every if not set(run["setting"]) - {"seed"} and run["name"] in (WAS, IS)]
    figure, (left, right) = plt.subplots(1, 2, figsize=(10, 4))
    made(left, {run["name"]: run for run in runs if run["campaigns"] == MANY})
    last(right, runs)
    figure.tight_layout(w_pad=3)
    figure.legend(
        *left.get_legend_handles_labels(),
        loc="upper center",
        ncol=3,
        frameon=False,
        bbox_to_anchor=(0.5, 0),
    )
    _save(figure, "thousand-at-once.svg")
    for run in every:
        if run["setting"].get("priority"):
            figure, axes = plt.subplots(figsize=(5, 3))
            lanes(axes, run)
            _save(figure, "priority.svg")


if __name__ == "__main__":
    main()
