"""Write the tables into docs/performance.md: `python -m bench.record BENCH.JSON...`.

Each file holds one run, with its own line about the machine. If several files contain the same
benchmark, the last one counts.
"""

import argparse
import json
from pathlib import Path
from typing import Any

from local.child import PROJECT

DOCUMENT = PROJECT / "docs" / "performance.md"
BEGIN, END = "<!-- make bench -->\n", "<!-- end of make bench -->\n"

Json = dict[str, Any]


def tables(runs: list[Json]) -> str:
    """Return the tables of all runs, each run's below its machine."""
    owner = {name: number for number, run in enumerate(runs) for name in run["results"]}
    parts = []
    for number, run in enumerate(runs):
        mine = [one for name, one in run["results"].items() if owner[name] == number]
        if mine:
            parts += [f"{run['machine']} · {run['at']}\n", *(one["markdown"] for one in mine)]
    return "\n".join(parts)


def main() -> None:
    """Replace the text between the marks."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", type=Path, nargs="+")
    runs = [json.loads(file.read_text("utf-8")) for file in parser.parse_args().files]
    before, _, rest = DOCUMENT.read_text(encoding="utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    DOCUMENT.write_text(before + BEGIN + "\n" + tables(runs) + "\n" + END + after, "utf-8")


if __name__ == "__main__":
    main()
