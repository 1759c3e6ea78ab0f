"""The ACK of a cold start: from the start of the process to the first answer of type 5."""

import random
from dataclasses import dataclass
from typing import Any

from bench.ack_environment import environment
from bench.report import Row, Spread

TITLE = "The ACK, cold: from process start to the first type-5 answer, over TLS"

PACKAGE, SOURCE = "package", "package as source"
RUNTIME, RUNTIME_SOURCE = "runtime", "runtime as source"


@dataclass(frozen=True)
class Case:
    """A handler and its importable packages; with `one_ca`, it reads a bundle of one CA only."""

    module: str
    paths: tuple[str, ...]
    one_ca: bool = False


OURS = "interaction Lambda"
CASES = {
    "floor: PyNaCl, one POST": Case("floor", ("references", PACKAGE)),
    OURS: Case("interaction", (PACKAGE, RUNTIME)),
    "boto3 client": Case("with_boto3", ("references", PACKAGE, RUNTIME)),
    "botocore client": Case("with_botocore", ("references", PACKAGE, RUNTIME)),
    "botocore signs, http.client sends": Case("with_signer", ("references", PACKAGE, RUNTIME)),
    f"{OURS}, no bytecode shipped": Case("interaction", (SOURCE, RUNTIME)),
    "boto3 client, no bytecode anywhere": Case(
        "with_boto3", ("references", SOURCE, RUNTIME_SOURCE)
    ),
    f"{OURS}, a bundle of one CA": Case("interaction", (PACKAGE, RUNTIME), one_ca=True),
}
GOAL, GOAL_MEGABYTES = 1.5, 5.0


def rows(*, quick: bool) -> list[Row]:
    """Start every case repeatedly, in a new order each time."""
    measured: dict[str, list[dict[str, Any]]] = {name: [] for name in CASES}
    with environment() as made:
        size = made.package_megabytes()
        for _ in range(1 if quick else 41):
            for name in random.sample(list(CASES), len(CASES)):
                case = CASES[name]
                measured[name].append(
                    made.start(case.module, case.paths, events=1, one_ca=case.one_ca)
                )
    floor = _spread(measured["floor: PyNaCl, one POST"], "wall").median
    cpu = _spread(measured["floor: PyNaCl, one POST"], "cpu").median
    table = [_row(name, runs, floor, cpu) for name, runs in measured.items()]
    for row in table:
        if row["case"] == OURS:
            met = row["× floor"] <= GOAL and size < GOAL_MEGABYTES
            row["package MB"] = size
            row["goal"] = f"≤ {GOAL} × floor, < {GOAL_MEGABYTES:g} MB: {'met' if met else 'missed'}"
    return table


def _row(name: str, runs: list[dict[str, Any]], floor: float, cpu: float) -> Row:
    wall, used = _spread(runs, "wall"), _spread(runs, "cpu")
    return {
        "case": name,
        "wall ms": wall,
        "× floor": wall.median / floor,
        "CPU ms": used,
        "CPU × floor": used.median / cpu,
        "import ms": _spread(runs, "import"),
        "peak memory MB": _spread(runs, "memory").median,
    }


def _spread(runs: list[dict[str, Any]], key: str) -> Spread:
    return Spread.of(run[key] for run in runs)
