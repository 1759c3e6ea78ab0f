"""The emulator's shortened waits outlast the Lambdas that they outlast on AWS."""

import threading
from types import SimpleNamespace
from typing import Any

import pytest

from local.emulator_waits import outlast_lambdas


class Machine:
    """Step Functions and Lambda, with an invocation that works until `let_go` is set."""

    def __init__(self, **config: Any) -> None:
        self.slept: list[float] = []
        self.asleep, self.let_go = threading.Event(), threading.Event()
        self.lambdas = SimpleNamespace(_execute_function=self._execute)
        self.stepfunctions = SimpleNamespace(_SFN_WAIT_SCALE=0.5)
        outlast_lambdas(self.stepfunctions, self.lambdas, sleep=self._sleep)
        self._function = {"config": config}
        self.invoke()

    def invoke(self) -> None:
        """Begin an invocation, and return when its function is at work."""
        self._at_work = threading.Event()
        self._worker = begun(self.lambdas._execute_function, self._function, "event")
        self._at_work.wait()

    def wait(self, seconds: float) -> threading.Thread:
        return begun(self.stepfunctions._scaled_sleep, seconds)

    def end(self) -> None:
        self.let_go.set()
        self._worker.join()

    def _execute(self, _function: Any, event: str) -> str:
        self._at_work.set()
        self.let_go.wait()
        return event

    def _sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.asleep.set()


def begun(target: Any, *arguments: Any) -> threading.Thread:
    thread = threading.Thread(target=target, args=arguments, daemon=True)
    thread.start()
    return thread


@pytest.mark.parametrize(("config", "seconds"), [({"Timeout": 45}, 55), ({"Timeout": 45}, 45)])
def test_as_long_a_wait_as_a_function_may_take_ends_after_it(config, seconds):
    machine = Machine(**config)
    waiting = machine.wait(seconds)
    machine.asleep.wait()
    waiting.join(0.01)
    assert waiting.is_alive()  # only the invocation keeps the wait from ending
    machine.end()
    waiting.join()
    assert machine.slept == [seconds / 2]


@pytest.mark.parametrize("config", [{"Timeout": 45}, {}])
def test_a_shorter_wait_does_not(config):
    machine = Machine(**config)
    machine.wait(config.get("Timeout", 3) - 0.5).join()
    machine.end()


def test_what_begins_meanwhile_is_not_waited_for():
    machine = Machine(Timeout=45)
    machine.end()
    machine.let_go.clear()
    machine.slept = Meanwhile(machine.invoke)
    machine.wait(60).join()
    machine.end()


class Meanwhile(list[float]):
    """Does something while a wait sleeps."""

    def __init__(self, do: Any) -> None:
        self._do = do

    def append(self, _seconds: float) -> None:
        self._do()


def test_what_a_function_answers_is_handed_on():
    machine = Machine(Timeout=45)
    machine.end()
    assert machine.lambdas._execute_function({}, "answer") == "answer"


class Executions(dict[str, dict[str, str]]):
    """The executions that the emulator knows."""

    def all_values(self) -> list[dict[str, str]]:
        return list(self.values())


@pytest.mark.parametrize(
    ("event", "begins"),
    [
        ({"at": {"execution": "stopped"}}, False),
        ({"at": {"execution": "running"}}, True),
        ({"at": {"execution": "another"}}, True),
        ({"detail": {}}, True),
        ("event", True),
    ],
)
def test_what_a_stopped_execution_was_about_to_begin_never_begins(event, begins):
    seen: list[Any] = []
    lambdas = SimpleNamespace(_execute_function=lambda _function, given: seen.append(given))
    executions = Executions(
        a={"name": "stopped", "status": "ABORTED"}, b={"name": "running", "status": "RUNNING"}
    )
    outlast_lambdas(SimpleNamespace(_SFN_WAIT_SCALE=0.5, _executions=executions), lambdas)
    answer = lambdas._execute_function({"config": {}}, event)
    assert (seen == [event]) is begins
    assert begins or answer["error"]
