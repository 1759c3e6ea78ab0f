"""Threads in place of moto's: it starts one for every state, and waits for it at once."""

import functools
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
)
from moto.stepfunctions.parser.asl.component.state.exec.state_parallel import branch_worker
from moto.stepfunctions.parser.backend import execution_worker
from moto.stepfunctions.parser.backend.execution import BaseExecutionWorkerCommunication


class InPlace:
    """Stands for a thread that is only started to be waited for."""

    native_id = 0

    def __init__(self, target: Callable[..., None], args: tuple[Any, ...] = (), **_: Any):
        self._run = functools.partial(target, *args)

    def start(self) -> None:
        self._run()

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


class Executions:
    """The threads of executions, which begin when it is said.

    On a fake clock one could be over before who started it has said that it is in line. moto says
    that one has ended before it says how: who holds `ending` sees both or neither.
    """

    def __init__(self) -> None:
        self.ending = threading.Lock()
        self._held: list[threading.Thread] = []

    def let_begin(self) -> None:
        while self._held:
            self._held.pop(0).start()

    def use(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(execution_worker, "Thread", self._hold)
        terminated = BaseExecutionWorkerCommunication.terminated

        def end(communication: Any) -> None:
            with self.ending:
                terminated(communication)

        monkeypatch.setattr(BaseExecutionWorkerCommunication, "terminated", end)
        monkeypatch.setattr(execute_state, "Thread", InPlace)
        for module in (program, branch_worker):
            monkeypatch.setattr(module, "threading", SimpleNamespace(Thread=InPlace))
        for module in (
            branch_worker,
            execute_state,
            execution_worker,
            inline_iteration_component,
            program,
        ):
            monkeypatch.setattr(module, "TMP_THREADS", deque(maxlen=0))  # moto keeps all for ever

    def _hold(self, target: Callable[[], None], **_: Any) -> SimpleNamespace:
        thread = threading.Thread(target=target, daemon=True)
        return SimpleNamespace(start=lambda: self._held.append(thread))
