"""A benchmark's results, and the report on them in Markdown and JSON."""

import json
import os
import platform
import statistics
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

# A figure is a number, a Spread of numbers, or text; its column names the unit.
Row = dict[str, Any]


@dataclass(frozen=True)
class Spread:
    """Repeated measurements of one thing: their median, quartiles and count."""

    median: float
    low: float
    high: float
    count: int

    @classmethod
    def of(cls, values: Iterable[float]) -> "Spread":
        """Summarize at least one measurement."""
        ordered = sorted(values)
        if len(ordered) == 1:
            return cls(ordered[0], ordered[0], ordered[0], 1)
        low, median, high = statistics.quantiles(ordered, n=4, method="inclusive")
        return cls(median, low, high, len(ordered))

    def __str__(self) -> str:
        """Return the median, and the quartiles if they differ from it."""
        median, low, high = (number(value) for value in (self.median, self.low, self.high))
        return median if low == high else f"{median} ({low}-{high})"


def number(value: float) -> str:
    """Format a number with three significant digits, or as an integer."""
    if isinstance(value, int) or value == 0:
        return str(int(value))
    digits = max(0, 2 - len(str(int(abs(value)))) + (1 if abs(value) >= 1 else 0))
    return f"{value:.{max(digits, 2) if abs(value) < 1 else digits}f}"


def machine() -> str:
    """Describe the machine in one line: processor, cores, memory, Python, system, load."""
    load = os.getloadavg()[0]
    return (
        f"{_processor()} · {os.cpu_count()} cores · {_memory()} · "
        f"Python {platform.python_version()} · {platform.system()} {platform.machine()} · "
        f"load {load:.1f} when it began"
    )


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        lines = []
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.processor() or "unknown processor")


def _memory() -> str:
    size = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return f"{size / 2**30:.1f} GiB of memory"


def markdown(title: str, rows: Sequence[Row]) -> str:
    """Format one benchmark's rows as a table; the columns are the rows' keys, in their order."""
    columns = list(dict.fromkeys(key for row in rows for key in row))
    lines = [columns, ["---"] * len(columns)]
    lines += [[_cell(row.get(column)) for column in columns] for row in rows]
    return f"### {title}\n\n" + "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return number(value) if isinstance(value, int | float) else str(value).replace("|", "\\|")


def as_json(value: Any) -> Any:
    """Convert a figure, a row or a list of rows for JSON."""
    if isinstance(value, Spread):
        quartiles = [value.low, value.high]
        return {"median": value.median, "quartiles": quartiles, "count": value.count}
    if isinstance(value, Mapping):
        return {key: as_json(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [as_json(inner) for inner in value]
    return value


def write(folder: Path, began: str, results: Mapping[str, tuple[str, list[Row]]]) -> str:
    """Write `bench.md` and `bench.json` into `folder`; return the markdown.

    `began` is the machine's line; `results` maps a benchmark's name to its title and rows.
    """
    now = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
    parts = [f"{began} · {now}\n", *(markdown(title, rows) for title, rows in results.values())]
    text = "\n".join(parts)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "bench.md").write_text(text, encoding="utf-8")
    document = {
        "machine": began,
        "python": sys.version,
        "at": now,
        "results": {
            name: {"title": title, "rows": as_json(rows), "markdown": markdown(title, rows)}
            for name, (title, rows) in results.items()
        },
    }
    (folder / "bench.json").write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
    return text
