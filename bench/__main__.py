"""`make bench`: measure, and write one report (ARGS='--quick', ARGS='ack-cold ack-warm')."""

import argparse
import functools
from collections.abc import Callable
from pathlib import Path

from bench import (
    ack_cold,
    ack_warm,
    before,
    campaign,
    campaign_cost,
    connection,
    name_region,
    report,
    thousand,
)
from bench.report import Row
from local.background import FOLDER
from local.emulator import forget_aws_settings
from local.private import private

# Each benchmark's title, and the function that measures its rows.
BENCHMARKS: dict[str, tuple[str, Callable[..., list[Row]]]] = {
    "ack-cold": (ack_cold.TITLE, ack_cold.rows),
    "ack-warm": (ack_warm.TITLE, ack_warm.rows),
    "connection": (connection.TITLE, connection.rows),
    "campaign": ("A campaign, end to end, of ten channels", campaign.end_to_end),
    "waves": ("The wave size, for ten channels at 150 ms a call", campaign.waves),
    "before": ("A campaign of ten channels, beside the build of before", before.created),
    "undo": ("A campaign that is undone, beside the build of before", before.undone),
    "growth": ("Campaigns of 5 to 49 channels, at 150 ms a call", campaign.growth),
    "thousand": (thousand.TITLE, thousand.rows),
    "otherwise": (thousand.OTHERWISE_TITLE, thousand.otherwise),
    "cost": ("What a campaign of ten channels costs in us-east-1", campaign_cost.cost),
}


def main() -> None:
    """Run the named benchmarks, or all."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="BENCHMARK", help=", ".join(BENCHMARKS))
    parser.add_argument("--quick", action="store_true", help="a trial run: measure everything once")
    parser.add_argument("--before", help="the revision to compare with, if not the usual one")
    parser.add_argument("--folder", type=Path, default=FOLDER / "bench", help="the report's folder")
    options = parser.parse_args()
    if unknown := set(options.names) - set(BENCHMARKS):
        parser.error(f"no such benchmark: {', '.join(sorted(unknown))}")
    forget_aws_settings()
    name_region()
    with private(FOLDER):
        began, results = report.machine(), {}
        for name in options.names or BENCHMARKS:
            title, measure = BENCHMARKS[name]
            print(f"… {title}", flush=True)
            if options.before and measure in (ack_cold.rows, before.created, before.undone):
                measure = functools.partial(measure, revision=options.before)
            results[name] = title, measure(quick=options.quick)
        print("\n" + report.write(options.folder, began, results))
    print(f"Written to {options.folder}/bench.md and bench.json")


if __name__ == "__main__":
    main()
