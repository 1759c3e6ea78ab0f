"""The rank of each state in a drawing; the first is at the top.

The happy path goes straight down, one state per rank. Every other state is below the states that
lead to it. Failures therefore flow down, too, and only loops and retries go up.
"""

from local.graph_states import Machine, State, catches, happy_path, leads_to


def ranks(machine: Machine) -> dict[str, int]:
    """Return the rank of every state; neighbours, and happy states, never share a rank."""
    states: dict[str, State] = machine["States"]
    happy = happy_path(machine)
    found: dict[str, int] = {}
    lowest_happy = -1
    for name in _downwards(machine, happy):
        rank = 1 + max((found[one] for one in _sources(name, states) if one in found), default=-1)
        if name in happy:
            rank = max(rank, lowest_happy + 1)
        while rank in {found.get(one) for one in leads_to(states[name])}:
            rank += 1
        if name in happy:
            lowest_happy = rank
        found[name] = rank
    return found


def _sources(name: str, states: dict[str, State]) -> list[str]:
    return [source for source, state in states.items() if name in leads_to(state)]


def _downwards(machine: Machine, happy: list[str]) -> list[str]:
    """Return all states in an order with few backward transitions."""
    states: dict[str, State] = machine["States"]
    order = list(happy)
    for name in _others(states, happy):
        before = [order.index(source) for source in _sources(name, states) if source in order]
        place = 1 + max(before, default=-1)
        while place < len(order) and order[place] not in happy:
            place += 1
        order.insert(place, name)
    return order


def _others(states: dict[str, State], happy: list[str]) -> list[str]:
    """Return the states that are not on the happy path.

    A waiting room, the target of most catches, comes last.
    """
    catchers = {name: sum(name in catches(state) for state in states.values()) for name in states}
    seen = set(happy)
    order: list[str] = []

    def visit(names: list[str]) -> None:
        for name in sorted(names, key=lambda name: catchers[name]):
            if name not in seen:
                seen.add(name)
                visit(leads_to(states[name]))
                order.append(name)

    visit([name for one in happy for name in leads_to(states[one])])
    visit(list(states))
    return order[::-1]
