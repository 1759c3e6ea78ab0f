"""Breaches that no bot could avoid. The schedules that an excuse hits are counted.

Each excuse is named after its paragraph in docs/reliability.md, "What cannot be promised".
"""

from collections import Counter
from typing import Literal

Excuse = Literal[
    "A rename before we learn",
    "A category deleted before we learn",
    "Hidden before we learn",
    "Hidden, and said to be gone",
    "A channel or category like ours",
    "A list that is out of date",
    "The removal of a stopped execution does not know waits",
    "A branch that is stopped",
    "A starter does not know waits",
    "An answer without a bucket",
    "Gone after a refusal",
    "An effect after everything",
    "An assignment beside a category that failed",
    "A role that is given at the end",
    "A last channel that stays",
    "A campaign that nobody records",
    "Two presses",
    "An outage that outlasts a press",
    "Overwrites that change meanwhile",
    "A role that opens a hidden channel",
    "An overwrite that the bot may not write",
]

# How many schedules each excuse has hit since `forget`.
counted: Counter[str] = Counter()
_used: set[Excuse] = set()


def excused(excuse: Excuse, holds: bool) -> bool:
    """Return `holds`, and note the excuse if it does; call this only for a breach."""
    if holds:
        _used.add(excuse)
    return holds


def count() -> None:
    """Count the excuses that were used since the last count: one schedule is over."""
    counted.update(_used)
    _used.clear()


def forget() -> None:
    counted.clear()
    _used.clear()
