"""Tasks in place of moto's threads, and of the threads that wait for them."""

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
# moto's modules whose threads run beside their starter, and modules that wait for such threads.
SIDE_BY_SIDE = (branch_worker, inline_iteration_component, job, branches_decl, environment)

_evaluate = program.Program.eval


class InPlace:
    """Stands for a thread whose starter only waits for it."""

    native_id = 0

    def __init__(self, target: Callable[..., None], args: tuple[Any, ...] = (), **_: Any):
        self._target, self._args = target, args

    def start(self) -> None:
        self._target(*self._args)

    def join(self, timeout: float | None = None) -> None:
        """Do nothing: the thread has ended."""

    def is_alive(self) -> bool:
        return False


class PoolInPlace:
    """Stands for a pool of threads on a fake clock: it does one thing after another, in order."""

    def __init__(self, _threads: int) -> None:
        """Create no threads."""

    def __enter__(self) -> "PoolInPlace":
        return self

    def __exit__(self, *_: object) -> None:
        """Do not wait: nothing is running."""

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
    """Do not begin a stopped program: moto's thread would die, and others would wait for it."""
    if env._program_state is None or isinstance(env._program_state, ProgramRunning):
        _evaluate(self, env)
