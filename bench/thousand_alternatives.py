"""Alternative ways to keep many campaigns within Discord's limit, measured on the same clock."""

import random
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any
from unittest.mock import patch

from bench.thousand_world import ADD, Json, Setting, World, definitions, world
from channelwright.aws import executions
from channelwright.discord import answers
from channelwright.pace import limiter, outage
from channelwright.pace.schedule import Turn

CREATES = ("create_role", "create_category", "create_channel")
# About as many as are busy when Discord's limit is used up, divided by each one's calls.
SPLIT = {
    "plan_campaign": 3,
    "create_role": 2,
    "create_category": 1,
    "create_channel": 6,
    "complete_campaign": 3,
}
# The bot's calls in each state, for slots that the state machine waits for.
CALLS = {"Plan Campaign": 2, "Create Role": 1, "Create Category": 1, "Complete Campaign": 3}


@dataclass(frozen=True)
class Alternative:
    """A way to stay within the limit; without `turns` and `slots`, only Discord's 429s enforce it.

    With `pace`, the starters slow down if there is no turn. Up to `jitter_s` seconds are added at
    random to each Retry-After. `caps` is the reserved concurrency. `waits_in_machine` adds a wait
    state before each "call" or each "wave", which lasts whole seconds; with `exact`, the Lambda
    sleeps for the rest.
    """

    name: str
    turns: bool = False
    slots: bool = False
    pace: bool = False
    jitter_s: float = 0.0
    caps: Mapping[str, int] = field(default_factory=dict)
    waits_in_machine: str = ""
    exact: bool = False


ALTERNATIVES = (
    Alternative("Retry-After alone"),
    Alternative("Retry-After and 0-20 s of jitter", jitter_s=20.0),
    Alternative("Reserved concurrency: 10 for each create", caps=dict.fromkeys(CREATES, 10)),
    Alternative("Reserved concurrency: 15 for all, split", caps=SPLIT),
    Alternative("Slots for each wave, as states", waits_in_machine="wave"),
    Alternative("Slots for each wave, as states, exact", waits_in_machine="wave", exact=True),
    Alternative("A slot for each call, as states, exact", waits_in_machine="call", exact=True),
    Alternative("A turn for each campaign, no slots", turns=True),
    Alternative("The starters keep a pace, no table", pace=True),
    Alternative(
        "A turn for each campaign, a slot for each call", turns=True, slots=True, pace=True
    ),
)
CHOSEN = ALTERNATIVES[-1]


@contextmanager
def stage(alternative: Alternative, setting: Setting) -> Iterator[World]:
    """Yield the world of a setting, with the bot changed to an alternative."""
    machines = definitions()
    if alternative.caps:
        for machine in machines.values():
            _wait_for_a_lambda(machine)
    if alternative.waits_in_machine:
        _wait_for_slots(machines[ADD], alternative.waits_in_machine)
    with ExitStack() as stack:
        if not alternative.turns:
            stack.enter_context(patch.object(limiter, "reserve_turn", _no_turn))
        if not alternative.pace:
            stack.enter_context(patch.object(limiter, "pace_without_table", lambda *_: None))
        if not alternative.slots:
            stack.enter_context(patch.object(limiter, "seconds_to_slot", lambda: 0.0))
        if alternative.jitter_s:
            stack.enter_context(_jitter(alternative.jitter_s, setting.seed))
        made = stack.enter_context(world(setting, machines, **alternative.caps))
        made.lambdas.handlers["reserve_slots"] = _reserver(made, exact=alternative.exact)
        if alternative.exact:
            for name in SPLIT:
                made.lambdas.handlers[name] = _exact(made, import_module(name).handler)
        yield made


def _no_turn(*_: Any, **__: Any) -> Turn:
    """Return the turn that reserve_turn returns without the table."""
    return limiter._outage.turn()


def _jitter(seconds: float, seed: int) -> Any:
    chance = random.Random(seed)
    said: Callable[[Any], answers.Limit] = answers.limit

    def later(response: Any) -> answers.Limit:
        limit = said(response)
        return limit._replace(seconds=limit.seconds + chance.uniform(0, seconds))

    return patch.object(answers, "limit", later)


def _wait_for_a_lambda(machine: Json) -> None:
    """Retry throttled Lambdas forever, for alternatives that limit the concurrency."""
    for state in _tasks(machine):
        rule = {
            "ErrorEquals": ["Lambda.TooManyRequestsException"],
            "IntervalSeconds": 2,
            "BackoffRate": 1.2,
            "MaxAttempts": 40,
        }
        state["Retry"] = [rule, *state.get("Retry", [])]


def _tasks(machine: Json) -> Iterator[Json]:
    for each in _machines(machine):
        yield from (state for state in each["States"].values() if state["Type"] == "Task")


def _machines(machine: Json) -> Iterator[Json]:
    """Yield a machine and the machines inside it: its Maps' processors and Parallels' branches."""
    yield machine
    for state in [*machine["States"].values()]:
        for inner in [*state.get("Branches", []), state.get("ItemProcessor")]:
            if inner:
                yield from _machines(inner)


def _wait_for_slots(machine: Json, before_each: str) -> None:
    """Insert a Task that reserves slots, and a Wait for them, before states that call Discord."""
    for each in _machines(machine):
        for title in CALLS.keys() & each["States"].keys():
            each["States"][title]["Parameters"]["slot.$"] = "$.slot"
            _insert(each, title, {"calls": CALLS[title]})
    channels = machine["States"]["Create Channels"]
    channels["ItemProcessor"]["States"]["Create Channel"]["Parameters"]["slot.$"] = "$.slot"
    if before_each == "wave":
        channels["ItemSelector"]["slot.$"] = "$.slot"
        _insert(machine, "Create Channels", {"of.$": "$.building.wave"})
    else:
        _insert(channels["ItemProcessor"], "Create Channel", {"calls": 1})


def _insert(machine: Json, title: str, parameters: Json) -> None:
    reserve, wait = f"Reserve for {title}", f"Wait for {title}"
    for state in machine["States"].values():
        _redirect(state, title, reserve)
    if machine["StartAt"] == title:
        machine["StartAt"] = reserve
    machine["States"][reserve] = {
        "Type": "Task",
        "Resource": "reserve_slots",
        "Parameters": parameters,
        "ResultPath": "$.slot",
        "Next": wait,
    }
    machine["States"][wait] = {"Type": "Wait", "TimestampPath": "$.slot.second", "Next": title}


def _redirect(state: Json, title: str, to: str) -> None:
    for place in [state, *state.get("Catch", []), *state.get("Choices", [])]:
        for key in ("Next", "Default"):
            if place.get(key) == title:
                place[key] = to


def _reserver(made: World, *, exact: bool) -> Callable[[Json, object], Json]:
    free_at = [0.0]

    def reserve(event: Json, _context: object) -> Json:
        """Reserve slots together; return the first one's time."""
        made.table.get_item(Key={"id": {"S": "slots"}})
        made.table.writes += 1
        first = max(free_at[0], made.clock.now())
        calls = event.get("calls") or len(event["of"])
        free_at[0] = first + calls / (50 * outage.CALLS_SHARE)
        return {"at": first, "second": executions.utc(first - 1 if exact else first)}

    return reserve


def _exact(made: World, handler: Callable[[Json, object], Json]) -> Callable[[Json, object], Json]:
    def wait(event: Json, context: object) -> Json:
        """Sleep for the rest of the time until the slot."""
        made.clock.sleep(event["slot"]["at"] - made.clock.now())
        return handler(event, context)

    return wait
