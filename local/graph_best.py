"""The best of several drawings of a state machine.

graphlay orders the boxes of a rank by heuristics, and a small change of the options may save a
dozen crossings. This module therefore tries a fixed set of options and takes the clearest drawing.
"""

from collections.abc import Iterator
from itertools import combinations, pairwise, product

from local.graph_layout import Arrow, Drawing, lay_out
from local.graph_lines import crosses, length, overlaps
from local.graph_plan import Taste
from local.graph_states import Machine, happy_path, machines

SEEDS = range(6)
HEURISTICS = ("alternate", "median")
WEIGHTS = ({"trunk": 200, "move": 12, "catch": 20}, {"trunk": 600, "move": 60, "catch": 6})

CROSSING = (1, 2, 8)  # the price, by how many of the two arrows are on the happy path
BEND, BEND_AT_TRUNK = 1, 4
HARD_BY, HARD_BY_PRICE = 7.0, 8
OVER_EACH_OTHER = 50


def best(machine: Machine) -> Drawing:
    """Return the clearest drawing of a machine; in a tie, the first."""
    return min((lay_out(machine, taste) for taste in tastes()), key=lambda one: cost(one, machine))


def tastes() -> Iterator[Taste]:
    """Yield all the options to try."""
    for weights, heuristic, seed in product(WEIGHTS, HEURISTICS, SEEDS):
        yield Taste(seed, heuristic, **weights)


def cost(drawing: Drawing, machine: Machine) -> float:
    """Return how hard a drawing is to read."""
    arrows = drawing.arrows
    return (
        sum(_entangled(one, other) for one, other in combinations(arrows, 2))
        + sum(_bends(arrow) for arrow in arrows)
        + sum(length(arrow.points) for arrow in arrows) / 400
        + drawing.width * drawing.height / 100_000
        + 10 * _off_column(drawing, machine)
    )


def _bends(arrow: Arrow) -> float:
    return (len(arrow.points) - 2) * (BEND_AT_TRUNK if arrow.trunk else BEND)


def _entangled(one: Arrow, other: Arrow) -> float:
    """Return the price of each place where two arrows cross, overlap or run close together."""
    crossing = CROSSING[(one.kind, other.kind).count("happy")]
    found = 0.0
    for piece, another in product(pairwise(one.points), pairwise(other.points)):
        if crosses(piece, another):
            found += crossing
        elif (one.trunk is None or one.trunk != other.trunk) and overlaps(piece, another, HARD_BY):
            found += OVER_EACH_OTHER if overlaps(piece, another) else HARD_BY_PRICE
    return found


def _off_column(drawing: Drawing, machine: Machine) -> float:
    """Return how far the happy paths are from straight, in pixels."""
    middles = {box.name: box.left + box.width / 2 for box in drawing.boxes}
    paths = [[middles[name] for name in happy_path(one)] for one in machines(machine)]
    return sum(max(path) - min(path) for path in paths)
