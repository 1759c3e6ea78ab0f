"""The paths through a state machine, including the happy path."""

from collections.abc import Iterator
from typing import Any

State = dict[str, Any]
Machine = dict[str, Any]  # with "StartAt" and "States": a definition, a Map's or a branch


def moves(state: State) -> list[str]:
    """Return the next states if nothing fails: Next, Choices, Default."""
    rules = state.get("Choices", [])
    found = [state.get("Next"), *(rule["Next"] for rule in rules), state.get("Default")]
    return list(dict.fromkeys(name for name in found if name))


def catches(state: State) -> list[str]:
    """Return the next states after a failure."""
    return list(dict.fromkeys(catcher["Next"] for catcher in state.get("Catch", [])))


def leads_to(state: State) -> list[str]:
    """Return every possible next state, each once."""
    return list(dict.fromkeys(moves(state) + catches(state)))


def nested(state: State) -> list[Machine]:
    """Return the machines within a Map (one) or a Parallel (its branches)."""
    inner = state.get("ItemProcessor", state.get("Iterator"))
    return [inner] if inner else list(state.get("Branches", []))


def machines(machine: Machine) -> Iterator[Machine]:
    """Yield a machine and every one within it."""
    yield machine
    for state in machine["States"].values():
        for inner in nested(state):
            yield from machines(inner)


def happy_path(machine: Machine) -> list[str]:
    """Return the states that are visited if nothing goes wrong, in the order to draw them.

    The path never follows a Catch, and so never enters a waiting room. It omits Fail states and
    states that lead only there. At a fork, the branch that loops back comes first.
    """
    goes_on = _happy_moves(machine)
    order: list[str] = []
    seen: set[str] = set()

    def visit(name: str) -> None:
        seen.add(name)
        ways = reversed(goes_on[name])
        # The order is reversed at the end: the last visit comes first.
        for way in sorted(ways, key=lambda way: name in _reached(way, goes_on)):
            if way not in seen:
                visit(way)
        order.append(name)

    visit(machine["StartAt"])
    return order[::-1]


def happy_moves(machine: Machine) -> list[tuple[str, str]]:
    """Return the transitions of the happy path."""
    goes_on = _happy_moves(machine)
    return [(name, way) for name in happy_path(machine) for way in goes_on[name]]


def _happy_moves(machine: Machine) -> dict[str, list[str]]:
    states: dict[str, State] = machine["States"]
    by_catch_alone = _written_by_catch_alone(states)
    ways = {
        name: moves(_without_aftermath(state, by_catch_alone)) for name, state in states.items()
    }
    ends_well = {
        name for name, state in states.items() if not ways[name] and state["Type"] != "Fail"
    }
    good = {name for name in states if _reached(name, ways) & ends_well}
    return {name: [way for way in ways[name] if way in good] for name in states}


def _without_aftermath(state: State, by_catch_alone: set[str]) -> State:
    """Omit the choices that apply only after a Catch."""
    rules = [rule for rule in state.get("Choices", []) if not _is_aftermath(rule, by_catch_alone)]
    return {**state, "Choices": rules}


def _is_aftermath(rule: State, by_catch_alone: set[str]) -> bool:
    tests = [test for test in rule.get("And", [rule]) if test.get("IsPresent") is True]
    return any(
        f"{test['Variable']}.".startswith(f"{path}.") for test in tests for path in by_catch_alone
    )


def _written_by_catch_alone(states: dict[str, State]) -> set[str]:
    catchers = [catcher for state in states.values() for catcher in state.get("Catch", [])]
    caught = {catcher.get("ResultPath") for catcher in catchers}
    written = {state.get("ResultPath") for state in states.values()}
    return {path for path in caught - written if path}


def _reached(start: str, ways: dict[str, list[str]]) -> set[str]:
    """Return the states reachable from a state, including itself."""
    reached = {start}
    waiting = [start]
    while waiting:
        new = set(ways[waiting.pop()]) - reached
        reached |= new
        waiting.extend(new)
    return reached
