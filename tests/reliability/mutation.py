"""Mistakes made on purpose, for a moment: the promises' checks must notice them."""

import __future__

import inspect
import json
import sys
import textwrap
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import boto3
import pytest

from tests.reliability.play import Theatre
from tests.reliability.promises import broken
from tests.reliability.schedule import Schedule
from tests.statemachine.interpreter import ADD, definition

Mutation = Callable[[Theatre], Any]


def code(function: Callable[..., Any], old: str, new: str) -> Mutation:
    """Return a mutation that replaces `old`, which a function contains once, with `new`."""

    @contextmanager
    def mutate(_stage: Theatre) -> Iterator[None]:
        source = textwrap.dedent(inspect.getsource(function))
        assert source.count(old) == 1, f"{old!r} is not in {function.__qualname__} any more"
        made: dict[str, Any] = {}
        known = inspect.unwrap(function).__globals__
        # As in the module, annotations stay text: they may name what only a type checker imports.
        mutated = compile(
            source.replace(old, new), "<mutated>", "exec", __future__.annotations.compiler_flag
        )
        exec(mutated, known, made)
        with pytest.MonkeyPatch.context() as patch:
            for holder in _holders(function):
                patch.setattr(holder, function.__name__, made[function.__name__])
            yield

    return mutate


def constant(module: Any, name: str, value: Any) -> Mutation:
    """Return a mutation that gives a constant of a module another value."""

    @contextmanager
    def mutate(_stage: Theatre) -> Iterator[None]:
        assert getattr(module, name) != value
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(module, name, value)
            yield

    return mutate


def _holders(function: Callable[..., Any]) -> list[Any]:
    """Return the function's class, or the modules that contain the function."""
    owner, _, _ = function.__qualname__.rpartition(".")
    if owner:
        return [function.__globals__[owner]]
    name = function.__name__
    return [one for one in sys.modules.values() if vars(one).get(name) is function]


def machine(change: Callable[[dict[str, Any]], Any], name: str = ADD) -> Mutation:
    """Return a mutation that changes the states of a state machine."""

    @contextmanager
    def mutate(stage: Theatre) -> Iterator[None]:
        mutated = json.loads(definition(name))
        change(mutated["States"])
        assert mutated != json.loads(definition(name)), "nothing is changed"
        client = boto3.client("stepfunctions", region_name="us-east-1")
        arn = stage.interpreter.arns[name]
        client.update_state_machine(stateMachineArn=arn, definition=json.dumps(mutated))
        try:
            yield
        finally:
            client.update_state_machine(stateMachineArn=arn, definition=definition(name))

    return mutate


def assert_caught(stage: Theatre, mutation: Mutation, schedule: Schedule, word: str) -> None:
    """Check that a promise breaks under the mutation alone, and that a message has `word`."""
    with mutation(stage):
        caught = broken(stage.play(schedule))
    assert any(word in one for one in caught), caught
    assert broken(stage.play(schedule)) == []
