"""The graph that graphlay lays out for a state machine.

Similar arrows share a trunk, so that the eye follows one line instead of ten. If three or more
states catch into one state, they share a trunk down to it. The Choice of a waiting room has a trunk
up to all states that it resumes. A trunk is a chain of joints: nodes without a size, one per rank.
"""

from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import graphlay

from local.graph_ranks import ranks
from local.graph_states import Machine, State, catches, happy_moves, happy_path, moves, nested
from local.graph_text import HEIGHT, box_size, frame_width

OPTIONS = {
    "cycles": {"strategy": "follow_flow"},
    "routing": {"port_sides": "facing_only"},  # a shape with tips has no straight sides
    # With a header (compound_header), a frame's arrows would end inside it.
    "spacing": {"layer_gap": 50, "node_gap": 36, "dummy_gap": 20, "compound_padding": 30},
}
JOINT = 0.02  # its width and height, which must not be 0
SHARED = 3  # this many similar arrows get a trunk


@dataclass(frozen=True)
class Taste:
    """One set of graphlay's options."""

    seed: int = 0
    heuristic: str = "alternate"
    # Weights: a heavier arrow is drawn shorter and straighter.
    happy: int = 1000
    trunk: int = 200
    move: int = 12
    catch: int = 20

    def options(self) -> dict[str, Any]:
        """Return graphlay's options."""
        return {**OPTIONS, "seed": self.seed, "order": {"heuristic": self.heuristic}}


@dataclass
class Route:
    """A transition, and the graphlay edges it consists of."""

    source: str
    target: str
    kind: str
    edges: list[int]
    trunk: tuple[str, str] | None = None


@dataclass
class Plan:
    """The graph for graphlay, and the states and transitions that it represents."""

    taste: Taste
    graph: graphlay.Graph = field(default_factory=graphlay.Graph)
    frames: dict[str, str | None] = field(default_factory=dict)
    states: dict[str, State] = field(default_factory=dict)
    happy: set[str] = field(default_factory=set)
    routes: list[Route] = field(default_factory=list)


def planned(machine: Machine, taste: Taste) -> Plan:
    """Return the plan of a machine."""
    plan = Plan(taste)
    _Scope(plan, machine, None).add()
    return plan


class _Scope:
    """One machine, outermost or nested: its states and the transitions between them."""

    def __init__(self, plan: Plan, machine: Machine, frame: str | None) -> None:
        self.plan = plan
        self.taste = plan.taste
        self.states: dict[str, State] = machine["States"]
        self.frame = frame
        self.parent = None if frame is None else plan.graph.ids.index(frame)
        self.ranks: dict[Any, int] = dict(ranks(machine))
        self.happy = happy_path(machine)
        self.happy_moves = set(happy_moves(machine))

    def add(self) -> None:
        """Add everything to the plan."""
        for name, state in self.states.items():
            self._add_state(name, state)
        self._add_spine()
        for name, state in self.states.items():
            self._add_moves(name, state)
        for name in self.states:
            self._add_catches(name)

    def _add_state(self, name: str, state: State) -> None:
        plan = self.plan
        plan.states[name] = state
        plan.frames[name] = self.frame
        inner = nested(state)
        width, height = (frame_width(name, state), HEIGHT) if inner else box_size(name, state)
        self._node(name, self.ranks[name], width, height)
        for machine in inner:
            _Scope(plan, machine, name).add()

    def _node(self, key: Any, rank: int, width: float, height: float) -> None:
        self.ranks[key] = rank
        # A trunk may begin above the first state.
        fields: dict[str, Any] = {"rank": {"fixed": rank + 1}, "parent": self.parent}
        self.plan.graph.node(key, width=width, height=height, label="", **fields)

    def _add_spine(self) -> None:
        """Add invisible edges to the happy path where it has no transition."""
        self.plan.happy.update(self.happy)
        for upper, lower in pairwise(self.happy):
            if (upper, lower) not in self.happy_moves:
                self._edge(upper, lower, self.taste.happy)

    def _edge(self, source: Any, target: Any, weight: int) -> int:
        up = self.ranks[source] > self.ranks[target]
        return self.plan.graph.edge(source, target, weight=weight, reverse_for_ranking=up)

    def _add_moves(self, name: str, state: State) -> None:
        targets = moves(state)
        back = [target for target in targets if self.ranks[target] < self.ranks[name]]
        if name not in self.happy and len(back) >= SHARED:
            self._add_trunk_from(name, back)
            targets = [target for target in targets if target not in back]
        for target in targets:
            self._add_route(name, target, "move")

    def _add_catches(self, target: str) -> None:
        sources = [name for name, state in self.states.items() if target in catches(state)]
        above = [name for name in sources if self.ranks[name] < self.ranks[target]]
        if len(above) >= SHARED:
            self._add_trunk_to(target, above)
            sources = [name for name in sources if name not in above]
        for source in sources:
            self._add_route(source, target, "catch")

    def _add_route(self, source: str, target: str, kind: str) -> None:
        weight = self.taste.catch if kind == "catch" else self.taste.move
        if kind == "move" and (source, target) in self.happy_moves:
            kind = "happy"
            if (source, target) in pairwise(self.happy):
                weight = self.taste.happy
        edge = self._edge(source, target, weight)
        self.plan.routes.append(Route(source, target, kind, [edge]))

    def _add_trunk_from(self, source: str, targets: list[str]) -> None:
        """Draw one line up from a state, with a branch to every target."""
        highest = min(self.ranks[target] for target in targets) - 1
        trunk = self._trunk("from", source, range(self.ranks[source] - 1, highest - 1, -1))
        for target in targets:
            stem = trunk[: self.ranks[source] - self.ranks[target] + 1]
            branch = self._edge(("from", source, self.ranks[target] - 1), target, self.taste.move)
            edges = [*stem, branch]
            self.plan.routes.append(Route(source, target, "move", edges, ("from", source)))

    def _add_trunk_to(self, target: str, sources: list[str]) -> None:
        """Draw one line down to a state, with a branch from every source."""
        highest = min(self.ranks[source] for source in sources) + 1
        rows = range(self.ranks[target] - 1, highest - 1, -1)
        trunk = self._trunk("to", target, rows)[::-1]
        for source in sources:
            rank = self.ranks[source] + 1
            joint = target if rank == self.ranks[target] else ("to", target, rank)
            branch = self._edge(source, joint, self.taste.catch)
            edges = [branch, *trunk[rank - highest :]]
            self.plan.routes.append(Route(source, target, "catch", edges, ("to", target)))

    def _trunk(self, way: str, name: str, rows: range) -> list[int]:
        """Add joints beside the states; return the edges between them, starting at the state."""
        edges = []
        last: Any = name
        for rank in rows:
            joint = (way, name, rank)
            self._node(joint, rank, JOINT, JOINT)
            source, end = (last, joint) if way == "from" else (joint, last)
            edges.append(self._edge(source, end, self.taste.trunk))
            last = joint
        return edges
