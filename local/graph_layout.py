"""The positions of the boxes and arrows in a state machine's drawing, computed by graphlay."""

from dataclasses import dataclass

import graphlay

from local.graph_lines import Point, joined, straightened
from local.graph_plan import Plan, Route, Taste, planned
from local.graph_states import Machine, State
from local.graph_text import tip


@dataclass(frozen=True)
class Box:
    """A state: a box, or the frame around the states within it."""

    name: str
    state: State
    left: float
    top: float
    width: float
    height: float
    happy: bool
    frame: str | None


@dataclass(frozen=True)
class Arrow:
    """A transition. All arrows on a trunk, except the longest, start or end on it."""

    source: str
    target: str
    kind: str  # happy, move or catch
    points: list[Point]
    reaches: bool = True  # False if it ends on another arrow
    trunk: tuple[str, str] | None = None


@dataclass(frozen=True)
class Drawing:
    """All boxes, with each frame before its content, and all arrows."""

    boxes: list[Box]
    arrows: list[Arrow]
    width: float
    height: float


def lay_out(machine: Machine, taste: Taste) -> Drawing:
    """Return a drawing of a machine."""
    plan = planned(machine, taste)
    layout = graphlay.layout(plan.graph, preset="process_map", options=taste.options())
    return _read(plan, layout)


def _read(plan: Plan, layout: graphlay.Layout) -> Drawing:
    bounds = layout.bounds
    left, top = bounds["min"]["x"], bounds["min"]["y"]
    ways = [
        [(round(point["x"] - left, 1), round(point["y"] - top, 1)) for point in edge["points"]]
        for edge in layout.edges
    ]
    places = dict(zip(layout.ids, layout.nodes, strict=True))
    boxes = []
    for name, state in plan.states.items():
        center, size = places[name]["center"], places[name]["size"]
        width, height = size["width"] + 2 * tip(state), size["height"]
        corner = center["x"] - left - width / 2, center["y"] - top - height / 2
        box = Box(name, state, *corner, width, height, name in plan.happy, plan.frames[name])
        boxes.append(box)
    return Drawing(boxes, _arrows(plan, ways), bounds["max"]["x"] - left, bounds["max"]["y"] - top)


def _arrows(plan: Plan, ways: list[list[Point]]) -> list[Arrow]:
    lines = [_line(route, ways) for route in plan.routes]
    whole = list(lines)
    for trunk in sorted({route.trunk for route in plan.routes if route.trunk}):
        members = [i for i, route in enumerate(plan.routes) if route.trunk == trunk]
        shared = joined([lines[i] for i in members], from_start=trunk[0] == "from")
        for i, line in zip(members, shared, strict=True):
            lines[i] = line
    return [
        Arrow(
            route.source,
            route.target,
            route.kind,
            lines[i],
            reaches=lines[i][-1] == whole[i][-1],
            trunk=route.trunk,
        )
        for i, route in enumerate(plan.routes)
    ]


def _line(route: Route, ways: list[list[Point]]) -> list[Point]:
    """Return a transition's line, straightened so that shared parts stay the same in each line."""
    line = [point for edge in route.edges for point in ways[edge]]
    if route.trunk and route.trunk[0] == "to":
        return straightened(line[::-1])[::-1]
    return straightened(line)
