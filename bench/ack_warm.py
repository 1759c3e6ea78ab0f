"""The ACK of a warm Lambda, and the shares of signature, JSON and SQS in it."""

import random
import statistics
from typing import Any

from bench.ack_environment import environment
from bench.report import Row

TITLE = "The ACK, warm: signed requests through the handler, over TLS"

REFERENCES = ("references", "package", "runtime")
CASES = {
    "floor: PyNaCl, one POST": ("floor", REFERENCES),
    "interaction Lambda": ("interaction", ("package", "runtime")),
    "boto3 client (keeps its connection)": ("with_boto3", REFERENCES),
    "floor that keeps its connection": ("kept", REFERENCES),
}
PARTS = ("signature", "JSON", "SQS")


def rows(*, quick: bool) -> list[Row]:
    """Answer requests in several processes per case, in a new order each time."""
    measured: dict[str, list[dict[str, float]]] = {name: [] for name in CASES}
    with environment() as made:
        for _ in range(1 if quick else 8):
            for name in random.sample(list(CASES), len(CASES)):
                events = 3 if quick else 501
                run = made.start(*CASES[name], events=events)
                measured[name] += run["warm"]
    floor = statistics.median(one["whole"] for one in next(iter(measured.values())))
    return [_row(name, answers, floor) for name, answers in measured.items()]


def _row(name: str, answers: list[dict[str, float]], floor: float) -> Row:
    whole = [one["whole"] for one in answers]
    p50, p99 = statistics.median(whole), statistics.quantiles(whole, n=100)[98]
    row: dict[str, Any] = {
        "case": name,
        "requests": len(answers),
        "p50 ms": p50,
        "p99 ms": p99,
        "p50 × floor": p50 / floor,
    }
    if any(one["SQS"] for one in answers):
        parts = {part: statistics.median(one[part] for one in answers) for part in PARTS}
        parts["the rest"] = p50 - sum(parts.values())
        row |= {f"{part} %": 100 * value / p50 for part, value in parts.items()}
    return row
