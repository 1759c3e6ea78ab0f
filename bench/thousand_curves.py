"""The curves of a thousand at once: `python -m bench.thousand_curves JSON...` draws into docs/."""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib import pyplot as plt
from matplotlib.axes import Axes

from bench.thousand_alternatives import ALTERNATIVES, CHOSEN
from local.child import PROJECT

Json = Any
DOCS = PROJECT / "docs"
COLOURS = {
    alternative.name: "black" if alternative is CHOSEN else f"C{number}"
    for number, alternative in enumerate(ALTERNATIVES)
}
POINTS = 40
MANY = 1000
mpl.use("svg")
# The same figures give the same file; text stays text.
mpl.rcParams.update({"svg.hashsalt": "channelwright", "svg.fonttype": "none", "font.size": 9})


def finished(axes: Axes, runs: Sequence[Json]) -> None:
    """Draw how many of 1,000 campaigns were finished when, beside a perfect scheduler."""
    for run in runs:
        ended = run["ended_at_s"]
        step = max(1, len(ended) // POINTS)
        made = [*range(1, len(ended) + 1, step), len(ended)] if ended else [0]
        at = [ended[number - 1] for number in made] if ended else [0]
        _line(axes, run["name"], at, made)
        if run["name"] == CHOSEN.name:
            perfect = run["perfect_s"]
            axes.plot([0, perfect], [0, run["created"]], ":", color="grey", label="perfect")
    axes.set(xlabel="seconds since the first command", ylabel="campaigns made")
    axes.set_title("1,000 campaigns in one minute")


def grown(
    axes: Axes, runs: Sequence[Json], keys: Sequence[str], title: str, *, unit: float = 1.0
) -> None:
    """Draw a figure (the sum of `keys`) against the number of campaigns."""
    for name in COLOURS:
        points = [
            (run["campaigns"], sum(run[one] for one in keys) * unit)
            for run in runs
            if run["name"] == name and run[keys[0]] is not None
        ]
        if points:
            _line(axes, name, *zip(*sorted(points), strict=True), marker="o", markersize=3)
    axes.set(xlabel="campaigns asked for in one minute", xscale="log", title=title)


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
    width = 2.0 if name == CHOSEN.name else 1.0
    axes.plot(x, y, color=COLOURS[name], linewidth=width, label=name, **how)


def _save(figure: Any, name: str) -> None:
    figure.savefig(DOCS / name, bbox_inches="tight", metadata={"Date": None})
    print(f"docs/{name}")


def main() -> None:
    """Draw all curves for which the files have figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", type=Path, nargs="+")
    files = parser.parse_args().files
    every = [run for file in files for run in json.loads(file.read_text("utf-8"))["runs"]]
    runs = [run for run in every if not set(run["setting"]) - {"seed"}]
    figure, ((when, last), (limited, wrong)) = plt.subplots(2, 2, figsize=(10, 7.5))
    finished(when, [run for run in runs if run["campaigns"] == MANY])
    good = [run for run in runs if not run["failed"] + run["untold"]]
    grown(last, good, ["last_created_s"], "seconds until the last is made, where none was lost")
    last.set_yscale("log")
    grown(limited, runs, ["limited_share"], "% of the bot's calls answered 429", unit=100)
    grown(wrong, runs, ["failed", "untold"], "campaigns that failed, or of which nobody was told")
    wrong.set_yscale("symlog")
    wrong.set_ylim(bottom=-0.5)
    figure.tight_layout(h_pad=2)
    handles, labels = when.get_legend_handles_labels()
    figure.legend(
        handles, labels, loc="upper center", ncol=2, frameon=False, bbox_to_anchor=(0.5, 0)
    )
    _save(figure, "thousand-at-once.svg")
    for run in every:
        if run["setting"].get("priority"):
            figure, axes = plt.subplots(figsize=(5, 3))
            lanes(axes, run)
            _save(figure, "priority.svg")


if __name__ == "__main__":
    main()
