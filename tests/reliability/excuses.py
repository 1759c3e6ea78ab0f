"""Breaches that no bot could avoid. Each use of an excuse is counted.

An excuse is named as its paragraph in docs/reliability.md, "What cannot be promised".
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
]

# How often each excused a breach since `forget`.
counted: Counter[str] = Counter()


def excused(excuse: Excuse, holds: bool) -> bool:
    """Tell whether a breach is excused; only where there is one may this be asked."""
    if holds:
        counted[excuse] += 1
    return holds


def forget() -> None:
    counted.clear()
