"""Breaches that no bot could avoid. Each use of an excuse is counted.

Each excuse is named after its paragraph in docs/reliability.md, "What cannot be promised".
"""

from collections import Counter
from typing import Literal

Excuse = Literal[
    "A rename before we learn",
    "A category deleted before we learn",
    "Hidden before we learn",
    "Hidden while deletions are not answered",
    "Hidden, and said to be gone",
    "A channel or category like ours",
    "The removal of a stopped execution does not know waits",
    "A branch that is stopped",
    "A starter does not know waits",
    "An answer without a bucket",
    "Gone after a refusal",
    "An assignment beside a category that failed",
    "A role that is given at the end",
    "A last channel that stays",
    "Two presses",
    "Overwrites that change meanwhile",
    "A limit that outlasts an archiving",
]

# Uses of each excuse since `forget`.
counted: Counter[str] = Counter()


def excused(excuse: Excuse, holds: bool) -> bool:
    """Return `holds`, and count the excuse if it does; call this only for a breach."""
    if holds:
        counted[excuse] += 1
    return holds


def forget() -> None:
    counted.clear()
