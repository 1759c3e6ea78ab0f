"""A thousand campaigns at once: `python -m bench.thousand [--campaigns 1 10 100] [--only turn]`.

Prints a table and writes each run's figures as JSON; bench.thousand_curves draws them. `make bench`
runs all of it: every alternative (`thousand`), and other circumstances (`otherwise`).
"""

import argparse
import functools
import json
import logging
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from bench.thousand_alternatives import ALTERNATIVES, CHOSEN, Alternative, stage
from bench.thousand_result import figures, quickest
from bench.thousand_world import Setting
from local.background import FOLDER
from local.private import private

Json = Any
TITLE = "Many campaigns asked for in the same minute"
CAMPAIGNS = (1, 10, 100, 1000, 3000)
QUICK = [1, 10]
RESULTS = FOLDER / "bench" / "thousand.json"
OTHERWISE_TITLE = "Many campaigns at once, when something else is different"
OTHERWISE_RESULTS = RESULTS.with_name("otherwise.json")
# In addition to a rush: five a second with priority, more than there is room for, and later ones.
PRIORITY_NEVER_ENDS = ((3000, 20.0, 600.0, True), (600, 60.0, 900.0, False))
ANOTHER = ((1, 60.0, 60.0, False),)  # a minute later
# Each circumstance: the number of campaigns, and the fields of Setting.
OTHERWISE: dict[str, tuple[int, Json]] = {
    "a tenth with priority": (1000, {"priority": 0.1}),
    "Discord counts a sliding second": (1000, {"limits": (("global", {"fixed": False}),)}),
    "latency spreads widely (sigma 0.8)": (1000, {"spread": 0.8}),
    "a call takes 1 s": (1000, {"latency_s": 1.0}),
    "priority never ends": (1200, {"also": PRIORITY_NEVER_ENDS}),
    "the table is down": (1000, {"table_fails_after_s": 0.0}),
    "the table is down, 3,000 campaigns": (3000, {"table_fails_after_s": 0.0}),
    "the table fails after 100 s": (1000, {"table_fails_after_s": 100.0}),
    "10 Lambdas at once": (200, {"concurrency": 10}),
    "10 Lambdas at once, CampaignsPerMinute=40": (
        200,
        {"concurrency": 10, "campaigns_per_minute": 40},
    ),
}
COLUMNS = (
    ("campaigns", "campaigns", "{}"),
    ("created", "created", "{}"),
    ("refused", "refused", "{}"),
    ("failed", "failed", "{}"),
    ("untold", "untold", "{}"),
    ("last s", "last_created_s", "{:.0f}"),
    ("perfect s", "perfect_s", "{:.0f}"),
    ("ratio", "ratio", "{:.2f}"),
    ("of the limit", "throughput", "{:.1%}"),
    ("429s", "limited", "{}"),
    ("of calls", "limited_share", "{:.2%}"),
    ("banned", "banned", "{}"),
    ("beaten", "beaten", "{}"),
    ("transitions", "transitions_a_campaign", "{:.1f}"),
    ("Lambda s", "lambda_seconds_a_campaign", "{:.1f}"),
)
LANES = (
    ("created with priority", "created_first", "{}"),
    ("created of the others", "created_others", "{}"),
    ("longest s without one of the others", "others_still_s", "{:.0f}"),
)


def measure(
    campaigns: Sequence[int] = CAMPAIGNS,
    alternatives: Iterable[Alternative] = ALTERNATIVES,
    **setting: Any,
) -> list[Json]:
    """Run every alternative with every number of campaigns; return each run's figures.

    `setting` holds fields of Setting.
    """
    runs = []
    for alternative in alternatives:
        for number in campaigns:
            began = time.perf_counter()
            run_at = Setting(number, **setting)
            with stage(alternative, run_at) as world:
                world.run()
                run = figures(world)
            run |= {"name": alternative.name, "setting": setting}
            run["simulated_in_s"] = round(time.perf_counter() - began, 1)
            runs.append(run | _perfect(run, making_s(run_at.latency_s)))
    return runs


@functools.cache
def making_s(latency_s: float) -> float:
    """Return how many seconds a campaign takes if it is alone and every Lambda is warm.

    It starts a minute after another one, which has warmed the Lambdas and no longer counts.
    """
    with stage(CHOSEN, Setting(1, latency_s=latency_s, spread=0.0, also=ANOTHER)) as world:
        world.run()
        return quickest(world)


def _perfect(run: Json, making: float) -> Json:
    """Return when a perfect scheduler would have created the last of the same campaigns.

    It always spends the whole limit, from the first command on, unless no request is left; then it
    creates the last campaign as fast as if that were alone.
    """
    perfect = max(run["floor_s"], run["last_asked_s"]) + making
    last = run["last_created_s"]
    return {"perfect_s": perfect, "ratio": last / perfect if last else None}


def rows(*, quick: bool = False) -> list[Json]:
    """Measure for `make bench`, and save the figures for the curves; return a row for each run."""
    logging.disable(logging.CRITICAL)
    runs = measure(QUICK if quick else CAMPAIGNS, [CHOSEN] if quick else ALTERNATIVES)
    keep(runs, RESULTS)
    return [row(run) for run in runs]


def otherwise(*, quick: bool = False) -> list[Json]:
    """Measure the chosen design for `make bench` in other circumstances."""
    logging.disable(logging.CRITICAL)
    runs = []
    for words, (campaigns, setting) in OTHERWISE.items():
        few = {**setting, "also": ()}
        [run] = (
            measure([20], [CHOSEN], **few) if quick else measure([campaigns], [CHOSEN], **setting)
        )
        runs.append(run | {"name": words})
    keep(runs, OTHERWISE_RESULTS)
    return [row(run, COLUMNS + LANES) for run in runs]


def row(run: Json, columns: Sequence[tuple[str, str, str]] = COLUMNS) -> Json:
    """Return a run's figures as a table row."""
    cells = {
        title: None if run[key] is None else form.format(run[key]) for title, key, form in columns
    }
    return {"": run["name"], **cells}


def table(runs: Iterable[Json]) -> str:
    """Return the runs as a Markdown table."""
    found = [row(run) for run in runs]
    lines = [list(found[0]), ["---"] * len(found[0])]
    lines += [["-" if cell is None else cell for cell in one.values()] for one in found]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def keep(runs: Sequence[Json], file: Path) -> None:
    """Write the figures of all runs to `file`."""
    with private(FOLDER):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps({"runs": runs}), encoding="utf-8")


def main() -> None:
    """Measure, print the table, write the JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--campaigns", type=int, nargs="+", default=CAMPAIGNS)
    parser.add_argument("--only", default="", help="only alternatives whose name contains this")
    parser.add_argument("--set", default=[], nargs="*", help="fields of Setting: latency_s=0.5")
    parser.add_argument("--json", type=Path, default=RESULTS)
    arguments = parser.parse_args()
    logging.disable(logging.CRITICAL)
    chosen = [one for one in ALTERNATIVES if arguments.only in one.name]
    setting = {key: json.loads(value) for key, value in (one.split("=") for one in arguments.set)}
    runs = []
    for number in arguments.campaigns:
        runs += measure([number], chosen, **setting)
        print(table(runs[-len(chosen) :]), flush=True)
    keep(runs, arguments.json)


if __name__ == "__main__":
    main()
