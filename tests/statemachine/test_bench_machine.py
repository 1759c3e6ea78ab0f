"""The benchmark's interpreter does what moto's does: the same states, and the same calls."""

import os
import re
from collections import Counter

import pytest

from bench.thousand_world import Setting, world

SCENARIOS = {
    "created": {},
    "a name that is taken": {"path": r"/guilds/\d+/channels$", "method": "GET"},
    "a channel is refused": {
        "path": "/channels$",
        "method": "POST",
        "body_contains": '"gm-planning"',
        "status": 403,
        "body": {"message": "Missing Permissions", "code": 50013},
    },
    "the role must wait": {
        "path": "/roles$",
        "method": "POST",
        "status": 429,
        "body": {"message": "?", "retry_after": 61.5, "global": False},
    },
    "a channel must wait": {
        "path": "/channels$",
        "method": "POST",
        "body_contains": '"dice-rolls"',
        "status": 429,
        "body": {"message": "?", "retry_after": 61.5, "global": False},
    },
    "an edit must wait": {
        "path": "@original",
        "body_contains": "(4/10)",
        "status": 429,
        "body": {"message": "?", "retry_after": 61.5, "global": False},
    },
    "an edit has no answer": {"path": "@original", "connection": "timeout"},
    "the summary is refused": {
        "path": "@original",
        "body_contains": "Campaign Created",
        "status": 403,
        "body": {"message": "?", "code": 0},
    },
    "the assignment is broken for a while": {"method": "PUT", "status": 500, "times": 3},
    "the category is done without a word": {
        "path": "/channels$",
        "method": "POST",
        "body_contains": '"type": 4',
        "connection": "reset",
        "effect": "after",
    },
    "everything is deleted with trouble": {"method": "POST", "path": "/channels$", "skip": 5},
}
# Of a Map's items and a Parallel's branches: their order among each other is nobody's.
INNER = {
    "Assign Role",
    "Channel Not Created",
    "Create Category",
    "Create Channel",
    "Delete Created",
    "Not Deleted",
}


def upset(discord, name):
    """Let the scenario's thing happen."""
    how = dict(SCENARIOS[name])
    if name == "a name that is taken":
        how |= {"status": 400, "body": {"message": "?", "code": 50035}}
    if name == "everything is deleted with trouble":
        how |= {"status": 400, "body": {"message": "?", "code": 30013}, "times": 5}
        discord.faults.add(method="DELETE", status=500, times=3)
    if how:
        discord.faults.add(**how)


def shape(requests):
    """The calls without their ids: those of which several are made at once only counted."""
    calls = [(one["method"], re.sub(r"\d{8,}", "#", one["path"])) for one in requests]
    at_once = {
        ("POST", "/guilds/#/channels"),
        ("PUT", "/guilds/#/members/#/roles/#"),
        ("DELETE", "/channels/#"),
    }
    return [call for call in calls if call not in at_once], Counter(calls)


def story(states):
    return [state for state in states if state not in INNER], Counter(states)


def as_here():
    return Setting(
        1,
        spread=0.0,
        wave_size=int(os.environ["WAVE_SIZE"]),
        seconds_between_edits=float(os.environ["SECONDS_BETWEEN_EDITS"]),
    )


@pytest.mark.parametrize("name", SCENARIOS)
def test_the_same_states_and_the_same_calls(stage, name):
    upset(stage.discord, name)
    run = stage.run("Campaign 0")
    with world(as_here()) as bench:
        upset(bench.discord, name)
        bench.run()
        [execution] = bench.step_functions.executions.values()
        assert story(execution.states) == story(run.states)
        assert shape(bench.discord.requests) == shape(stage.discord.requests)
        assert (execution.status, execution.error) == (run.status, run.error or "")
