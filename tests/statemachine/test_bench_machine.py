"""The benchmark's interpreter runs the same states and makes the same calls as moto's."""

import importlib
import itertools
import os
import re
from collections import Counter

import pytest

from bench.thousand_world import Setting, world
from channelwright.aws.executions import REMOVAL_SUFFIX

LIMITED = {
    "status": 429,
    "body": {"message": "?", "retry_after": 61.5, "global": False},
}
REFUSED = {"status": 403, "body": {"message": "Missing Permissions", "code": 50013}}
LAST_CHANNEL = {"path": "/channels$", "method": "POST", "body_contains": '"gm-planning"'}
# Faults of Discord in each scenario.
SCENARIOS = {
    "created": [],
    "a name that is taken": [
        {
            "path": r"/guilds/\d+/channels$",
            "method": "GET",
            "status": 400,
            "body": {"message": "?", "code": 50035},
        }
    ],
    "a channel is refused": [LAST_CHANNEL | REFUSED],
    "a channel is broken for good": [LAST_CHANNEL | {"status": 500, "times": None}],
    "the plan must wait": [{"path": r"/guilds/\d+$", "method": "GET"} | LIMITED],
    "the role must wait": [{"path": "/roles$", "method": "POST"} | LIMITED],
    "the role is refused": [{"path": "/roles$", "method": "POST"} | REFUSED],
    "the category must wait": [
        {"path": "/channels$", "method": "POST", "body_contains": '"type": 4'} | LIMITED
    ],
    "a channel must wait": [
        {"path": "/channels$", "method": "POST", "body_contains": '"dice-rolls"'} | LIMITED
    ],
    "the assignment must wait": [{"method": "PUT"} | LIMITED],
    "an edit must wait": [{"path": "@original", "body_contains": "(4/10)"} | LIMITED],
    "the first edit has no answer": [{"path": "@original", "connection": "timeout"}],
    "an edit has no answer": [
        {"path": "@original", "body_contains": "(8/10)", "connection": "timeout"}
    ],
    "the summary must wait": [{"path": "@original", "body_contains": "Campaign Created"} | LIMITED],
    "the summary is refused": [
        {"path": "@original", "body_contains": "Campaign Created"} | REFUSED
    ],
    "no last word is taken": [
        {"path": "@original", "body_contains": "Campaign Created"} | REFUSED,
        {"path": "/messages$", "method": "POST", "times": None} | REFUSED,
    ],
    "the assignment is broken for a while": [{"method": "PUT", "status": 500, "times": 3}],
    "the category is done without a word": [
        {
            "path": "/channels$",
            "method": "POST",
            "body_contains": '"type": 4',
            "connection": "reset",
            "effect": "after",
        }
    ],
    "everything is deleted with trouble": [
        {
            "method": "POST",
            "path": "/channels$",
            "skip": 5,
            "status": 400,
            "body": {"message": "?", "code": 30013},
            "times": 5,
        },
        {"method": "DELETE", "status": 500, "times": 3},
        {"method": "DELETE"} | LIMITED,
    ],
    "a removal must wait": [
        LAST_CHANNEL | REFUSED,
        {"path": r"/guilds/\d+/channels$", "method": "GET", "skip": 1} | LIMITED,
    ],
    "a removal cannot look": [
        LAST_CHANNEL | REFUSED,
        {"path": r"/guilds/\d+/channels$", "method": "GET", "skip": 1, "times": None} | REFUSED,
    ],
    "a removal leaves something, and cannot tell": [
        LAST_CHANNEL | REFUSED,
        {"path": "/roles/", "method": "DELETE", "times": None} | REFUSED,
        {"path": "@original", "body_contains": "Could not create", "times": None} | REFUSED,
        {"path": "/messages$", "method": "POST", "times": None} | REFUSED,
    ],
}
# Lambdas that die: the function, and the numbers of its attempts that die.
DEATHS = {
    "the first edit": ("report", {0}),
    "an edit": ("report", {1}),
    "a summary": ("report", {3}),
    "a role": ("create_role", {0}),
    "a category for good": ("create_category", {0, 1, 2}),
    "a channel": ("create_channel", {2}),
}
# States in a Map's items or a Parallel's branches: their order is not fixed.
INNER = {
    "Channel Not Created",
    "Create Channel",
    "Create Role",
    "Delete Created",
    "Not Deleted",
    "Progress Not Shown",
    "Read Channel's Rate Limit",
    "Report Progress at Start",
    "Wait to Create Channel",
}


class DiedError(Exception):
    """A Lambda died before its work."""


def upset(discord, name):
    """Add the scenario's faults.

    Only the benchmark's calls take time, in which the bucket would gain room for another edit.
    """
    discord.configure(limits={"webhook_edit": [50, 3600]})
    for fault in SCENARIOS[name]:
        discord.faults.add(**fault)


def dying(name, attempts):
    """Return a handler that dies before its work in some attempts."""
    numbers = itertools.count()

    def handler(event, context):
        if next(numbers) in attempts:
            raise DiedError
        return importlib.import_module(name).handler(event, context)

    return handler


def shape(requests):
    """Return the calls without ids, and their counts; concurrent calls are only counted."""
    at_once = {
        ("POST", "/guilds/#/channels"),
        ("POST", "/guilds/#/roles"),
        ("DELETE", "/channels/#"),
        ("first edit", ""),
    }
    calls = [
        ("first edit", "")
        if "(0/10)" in str(one["body"])
        else (one["method"], re.sub(r"\d{8,}", "#", one["path"]))
        for one in requests
    ]
    return [call for call in calls if call not in at_once], Counter(calls)


def story(states):
    return [state for state in states if state not in INNER], Counter(states)


def as_here():
    return Setting(1, spread=0.0, wave_size=int(os.environ["WAVE_SIZE"]))


def assert_same(bench, stage, run):
    """Compare the executions of campaign and removal, and their calls to Discord."""
    runs = {"": run}
    if run.error == "CampaignFailed":
        runs[REMOVAL_SUFFIX] = run.removal
    executions = bench.step_functions.executions
    (id_,) = {name.partition("-")[0] for name in executions}
    assert executions.keys() == {id_ + suffix for suffix in runs}
    for suffix, each in runs.items():
        execution = executions[id_ + suffix]
        assert story(execution.states) == story(each.states)
        assert (execution.status, execution.error) == (each.status, each.error or "")
    assert shape(bench.discord.requests) == shape(stage.discord.requests)
    assert bench.discord.messages(id_)[-1]["content"][:1] == stage.messages[-1][:1]


@pytest.mark.parametrize("name", SCENARIOS)
def test_the_same_states_and_the_same_calls(stage, name):
    upset(stage.discord, name)
    run = stage.run("Campaign 0")
    with world(as_here()) as bench:
        upset(bench.discord, name)
        bench.run()
        assert_same(bench, stage, run)


@pytest.mark.parametrize("name", DEATHS)
def test_the_same_when_lambdas_die(stage, name):
    function, attempts = DEATHS[name]
    stage.lambdas.deaths[function] = [
        ("before", "DiedError") if number in attempts else None
        for number in range(max(attempts) + 1)
    ]
    run = stage.run("Campaign 0")
    with world(as_here()) as bench:
        bench.lambdas.handlers[function] = dying(function, attempts)
        bench.run()
        assert_same(bench, stage, run)
