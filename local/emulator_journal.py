"""A journal of the emulator's executions, which the page reads while they run.

ministack's history has nothing of the states inside a Map or a Parallel, except that some task
began and ended. The journal has every visit of a state, with its data, every attempt of a task, and
the log lines of a function. It is a file of JSON lines without tokens (page/masking.py).
"""

import itertools
import json
import threading
import time
from collections.abc import Callable
from contextvars import ContextVar
from pathlib import Path
from typing import Any

from local.page.masking import masked

Json = dict[str, Any]


class Journal:
    """The open file; each line is an event of a `kind`, `at` a time in Unix seconds."""

    def __init__(self, path: Path) -> None:
        """Begin an empty file."""
        self._file = path.open("w", encoding="utf-8")
        self._lock = threading.Lock()
        self._ids = itertools.count(1)
        self._visit: ContextVar[int | None] = ContextVar("visit", default=None)
        self._attempt: ContextVar[int | None] = ContextVar("attempt", default=None)

    def write(self, kind: str, **fields: Any) -> None:
        """Add a line."""
        line = json.dumps(masked({"kind": kind, "at": time.time(), **fields}))
        with self._lock:
            self._file.write(f"{line}\n")
            self._file.flush()

    def status(self, execution: Json) -> None:
        """Note an execution's status."""
        fields = ("status", "name", "error", "cause")
        self.write(
            "execution",
            execution=execution["executionArn"],
            machine=execution["stateMachineArn"].rpartition(":")[2],
            input=parsed(execution["input"]),
            output=parsed(execution.get("output")),
            **{name: execution.get(name) for name in fields},
        )

    def visited(self, run: Callable[..., Any]) -> Callable[..., Any]:
        """Return a function that runs a state and notes its visit; the context comes last."""

        def run_noted(state: Json, given: Any, *others: Any) -> Any:
            visit, caught = next(self._ids), {one["Next"] for one in state.get("Catch", [])}
            self._entered(visit, state, given, others[-1])
            before = self._visit.set(visit)
            try:
                output, following = run(state, given, *others)
            except Exception as error:
                self.write("left", visit=visit, **failure(error))
                raise
            finally:
                self._visit.reset(before)
            after_failure = following in caught and following != state.get("Next")
            self.write("left", visit=visit, output=output, next=following, caught=after_failure)
            return output, following

        return run_noted

    def ending(self, describe: Callable[..., Any]) -> Callable[..., Any]:
        """Return a function that describes a Fail state's error and notes its visit."""

        def describe_noted(state: Json, given: Any, context: Any = None) -> Any:
            error, cause = describe(state, given, context)
            visit = next(self._ids)
            self._entered(visit, state, given, context)
            self.write("left", visit=visit, error=error, cause=cause)
            return error, cause

        return describe_noted

    def succeeding(self, apply: Callable[..., Any]) -> Callable[..., Any]:
        """Return a function that applies an OutputPath and notes the visit of a Succeed state."""

        def apply_noted(state: Json, given: Any, context: Any = None) -> Any:
            output = apply(state, given, context)
            if state.get("Type") == "Succeed":
                visit = next(self._ids)
                self._entered(visit, state, given, context)
                self.write("left", visit=visit, output=output)
            return output

        return apply_noted

    def attempted(self, invoke: Callable[..., Any]) -> Callable[..., Any]:
        """Return a function that invokes a task's resource and notes the attempt."""

        def invoke_noted(resource: str, given: Any) -> Any:
            attempt, visit = next(self._ids), self._visit.get()
            self.write("attempt", attempt=attempt, visit=visit, resource=resource, input=given)
            before = self._attempt.set(attempt)
            try:
                output = invoke(resource, given)
            except Exception as error:
                self.write("ended", attempt=attempt, **failure(error))
                raise
            finally:
                self._attempt.reset(before)
            self.write("ended", attempt=attempt, output=output)
            return output

        return invoke_noted

    def logged(self, execute: Callable[..., Any]) -> Callable[..., Any]:
        """Return a function that executes a Lambda and notes the log lines of a task's attempt."""

        def execute_noted(function: Json, event: Any) -> Any:
            result = execute(function, event)
            if (attempt := self._attempt.get()) and isinstance(result, dict):
                lines = [parsed(line) for line in (result.get("log") or "").splitlines()]
                self.write("log", attempt=attempt, lines=lines)
            return result

        return execute_noted

    def _entered(self, visit: int, state: Json, given: Any, context: Json) -> None:
        self.write(
            "entered",
            visit=visit,
            execution=context["Execution"]["Id"],
            state=context["State"]["Name"],
            type=state["Type"],
            item=context.get("Map", {}).get("Item", {}).get("Index"),
            input=given,
        )


def parsed(text: str | None) -> Any:
    """Return the JSON in a text, so that its fields are masked, too; or the text."""
    try:
        return json.loads(text) if text else text
    except ValueError:
        return text


def failure(error: Exception) -> Json:
    """Return an error's name and cause, as Step Functions passes them on."""
    name = getattr(error, "error", type(error).__name__)
    return {"error": name, "cause": parsed(getattr(error, "cause", str(error)))}


def keep_journal(stepfunctions: Any, lambdas: Any, path: Path) -> None:
    """Write the journal of the emulator's executions to `path`."""
    journal = Journal(path)
    for kind in ("task", "parallel", "map", "pass", "choice", "wait"):
        name = f"_execute_{kind}"
        setattr(stepfunctions, name, journal.visited(getattr(stepfunctions, name)))
    stepfunctions._fail_state_error = journal.ending(stepfunctions._fail_state_error)
    stepfunctions._apply_output_path = journal.succeeding(stepfunctions._apply_output_path)
    stepfunctions._invoke_resource = journal.attempted(stepfunctions._invoke_resource)
    lambdas._execute_function = journal.logged(lambdas._execute_function)
    emit = stepfunctions._emit_execution_status_event

    def emit_noted(execution: Json) -> None:
        journal.status(execution)
        emit(execution)

    stepfunctions._emit_execution_status_event = emit_noted
