"""The ACK of a cold start: from the start of the process to the first answer."""

import random
from dataclasses import dataclass
from typing import Any

from bench import builds
from bench.ack_environment import AUTOCOMPLETE, COMMAND, environment
from bench.report import Row, Spread

TITLE = "The ACK, cold: from process start to the first answer, over TLS"
BEFORE = "bd9beb2"  # the last one without records of campaigns

PACKAGE, SOURCE, EARLIER = "package", "package as source", "earlier package"
RUNTIME, RUNTIME_SOURCE = "runtime", "runtime as source"


@dataclass(frozen=True)
class Case:
    """A handler, its importable packages, and the `kind` of interaction that it answers.

    With `one_ca`, it reads a bundle of one CA only.
    """

    module: str
    paths: tuple[str, ...]
    one_ca: bool = False
    kind: str = COMMAND


FLOOR, OURS = "floor: PyNaCl, one POST", "interaction Lambda"
CHOICES = f"{OURS}, autocomplete"
CASES = {
    FLOOR: Case("floor", ("references", PACKAGE)),
    OURS: Case("interaction", (PACKAGE, RUNTIME)),
    CHOICES: Case("interaction", (PACKAGE, RUNTIME), kind=AUTOCOMPLETE),
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
# Discord waits as long for choices as for an ACK.
GOAL_OF_CHOICES = 1.5


def rows(*, quick: bool, revision: str = BEFORE) -> list[Row]:
    """Start every case, and an earlier build, repeatedly, in a new order each time."""
    earlier = builds.of(revision)
    cases = CASES | {f"{OURS} of {earlier.name}": Case("interaction", (EARLIER, RUNTIME))}
    measured: dict[str, list[dict[str, Any]]] = {name: [] for name in cases}
    with environment() as made:
        made.add_package(EARLIER, earlier)
        size = made.package_megabytes()
        for _ in range(1 if quick else 41):
            for name in random.sample(list(cases), len(cases)):
                case = cases[name]
                run = made.start(
                    case.module, case.paths, events=1, one_ca=case.one_ca, kind=case.kind
                )
                measured[name].append(run)
    floor, cpu = (_spread(measured[FLOOR], key).median for key in ("wall", "cpu"))
    table = {name: _row(name, runs, floor, cpu) for name, runs in measured.items()}
    _judge(table, size)
    return [*table.values()]


def _judge(table: dict[str, Row], size: float) -> None:
    """Add the package's size and the goals."""
    ours, choices = table[OURS], table[CHOICES]
    met = ours["× floor"] <= GOAL and size < GOAL_MEGABYTES
    ours["package MB"] = size
    ours["goal"] = f"≤ {GOAL} × floor, < {GOAL_MEGABYTES:g} MB: {_said(met)}"
    times = choices["× floor"] / ours["× floor"]
    choices["goal"] = (
        f"≤ {GOAL_OF_CHOICES} × the ACK ({times:.2f}): {_said(times <= GOAL_OF_CHOICES)}"
    )


def _said(met: bool) -> str:
    return "met" if met else "missed"


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
