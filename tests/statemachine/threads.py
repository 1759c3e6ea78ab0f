"""Tasks in place of moto's threads, and in place of the threads of whoever waits for them."""

import threading
from collections import deque
from collections.abc import Callable, Iterable
from types import SimpleNamespace
from typing import Any

import pytest
from moto.stepfunctions.parser.asl.component.program import program
from moto.stepfunctions.parser.asl.component.state.exec import execute_state
from moto.stepfunctions.parser.asl.component.state.exec.state_map.iteration import (
    inline_iteration_component,
    job,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_parallel import (
    branch_worker,
    branches_decl,
)
from moto.stepfunctions.parser.asl.eval import environment
from moto.stepfunctions.parser.asl.eval.environment import Environment
from moto.stepfunctions.parser.asl.eval.program_state import ProgramRunning
from moto.stepfunctions.parser.backend import execution_worker

from tests.statemachine.tasks import Tasks

# moto's modules that keep every thread for ever.
KEEPING = (branch_worker, execute_state, execution_worker, inline_iteration_component, program)
# Those whose threads go on beside the one that starts them, and those whose threads wait for them.
SIDE_BY_SIDE = (branch_worker, inline_iteration_component, job, branches_decl, environment)

_evaluate = program.Program.eval


class InPlace:
    """Stands for a thread that is only started to be waited for."""

    native_id = 0

    def __init__(self, target: Callable[..., None], args: tuple[Any, ...] = (), **_: Any):
        self._target, self._args = target, args

    def start(self) -> None:
        self._target(*self._args)

    def join(self, timeout: float | None = None) -> None:
        """Do nothing: it has ended."""

    def is_alive(self) -> bool:
        return False


class PoolInPlace:
    """Stands for a pool of threads on a fake clock: one thing after another, in their order."""

    def __init__(self, _threads: int) -> None:
        """Have no threads."""

    def __enter__(self) -> "PoolInPlace":
        return self

    def __exit__(self, *_: object) -> None:
        """Wait for nobody."""

    def map(self, work: Callable[..., Any], *items: Iterable[Any]) -> list[Any]:
        return list(map(work, *items))


def use(tasks: Tasks, monkeypatch: pytest.MonkeyPatch) -> None:
    side_by_side = SimpleNamespace(
        Thread=tasks.thread, Event=tasks.event, Lock=threading.Lock, RLock=threading.RLock
    )
    for module in SIDE_BY_SIDE:
        monkeypatch.setattr(module, "threading", side_by_side)
    monkeypatch.setattr(execution_worker, "Thread", tasks.thread)
    in_place = SimpleNamespace(Thread=InPlace, Event=tasks.event)
    monkeypatch.setattr(program, "threading", in_place)
    monkeypatch.setattr(execute_state, "threading", in_place)
    monkeypatch.setattr(execute_state, "Thread", InPlace)
    monkeypatch.setattr(program.Program, "eval", evaluate)
    for module in KEEPING:
        monkeypatch.setattr(module, "TMP_THREADS", deque(maxlen=0))


def evaluate(self: program.Program, env: Environment) -> None:
    """Begin nothing that was stopped before: moto's thread would die of it, and be waited for."""
    if env._program_state is None or isinstance(env._program_state, ProgramRunning):
        _evaluate(self, env)
