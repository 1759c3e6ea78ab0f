"""Makes moto's repeated work on the same JSON cheaper, with the same results.

Nothing changes an execution's data in place: a state adds to a copy (`Fields`). So any code may
hold the same object for any time. A history becomes text only when somebody reads it.
"""

import copy
import functools
import json
import marshal
import re
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from moto.stepfunctions.parser import quotas
from moto.stepfunctions.parser.asl.component.common.path import result_path
from moto.stepfunctions.parser.asl.component.common.string import string_expression
from moto.stepfunctions.parser.asl.component.common.string.string_expression import StringJsonPath
from moto.stepfunctions.parser.asl.component.eval_component import EvalComponent
from moto.stepfunctions.parser.asl.component.program import program
from moto.stepfunctions.parser.asl.component.state import state
from moto.stepfunctions.parser.asl.component.state.exec import execute_state
from moto.stepfunctions.parser.asl.component.state.exec.state_map import state_map
from moto.stepfunctions.parser.asl.component.state.exec.state_map.iteration import job
from moto.stepfunctions.parser.asl.component.state.exec.state_parallel import state_parallel
from moto.stepfunctions.parser.asl.component.state.exec.state_task import (
    state_task_lambda,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service import (
    state_task_service,
)
from moto.stepfunctions.parser.asl.eval import environment, states
from moto.stepfunctions.parser.asl.eval.environment import Environment
from moto.stepfunctions.parser.asl.eval.event import event_manager
from moto.stepfunctions.parser.asl.eval.event.event_manager import EventManager
from moto.stepfunctions.parser.asl.eval.program_state import ProgramRunning
from moto.stepfunctions.parser.asl.utils import encoding, json_path
from moto.stepfunctions.parser.backend import execution_worker

# moto's modules whose copies can share the data, and those for which a shallow copy is enough,
# because the parts do not change.
SHARING = (result_path, state_parallel, states)
COPYING_FLAT = (environment, event_manager, execute_state, job, state_map)
# Modules that write data only for the history.
WRITING = (execution_worker, program, state, state_task_lambda)
MEASURING = (state, state_task_lambda, state_task_service)
# One byte of marshal's output is at most so many bytes of JSON: for False, its name and a comma.
MOST_BYTES_OF_JSON = 8
MOST_REMEMBERED = 64

_measure = quotas.is_within_size_quota


def use(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in SHARING:
        monkeypatch.setattr(module, "copy", SimpleNamespace(deepcopy=lambda data: data))
    for module in COPYING_FLAT:
        monkeypatch.setattr(module, "copy", SimpleNamespace(deepcopy=copied_flat))
    # The context object changes, so data taken from it is copied.
    monkeypatch.setattr(string_expression, "copy", SimpleNamespace(deepcopy=copied))
    for module in WRITING:
        monkeypatch.setattr(module, "to_json_str", Text)
    for module in MEASURING:
        monkeypatch.setattr(module, "is_within_size_quota", is_within_size_quota)
    monkeypatch.setattr(StringJsonPath, "_eval_body", find)
    monkeypatch.setattr(EvalComponent, "eval", evaluate)
    monkeypatch.setattr(Environment, "program_state", lambda self: self._program_state)
    monkeypatch.setattr(EventManager, "get_event_history", history)
    write_time = functools.lru_cache(event_manager.iso_8601_datetime_with_milliseconds)
    monkeypatch.setattr(event_manager, "iso_8601_datetime_with_milliseconds", write_time)
    monkeypatch.setattr(json_path, "parse", _parse_json_path)
    monkeypatch.setattr(result_path, "parse", _parse_result_path)
    monkeypatch.setattr(encoding, "json", SimpleNamespace(dumps=_write))


def copied(data: Any) -> Any:
    """Copy JSON data as `copy.deepcopy` does, which takes several times as long."""
    return data if type(data) is str else marshal.loads(marshal.dumps(data))


def copied_flat(data: Any) -> Any:
    if type(data) is ProgramRunning:
        made = ProgramRunning()
        made.__dict__.update(data.__dict__)
        return made
    return copy.copy(data)


def find(self: StringJsonPath, env: Environment) -> None:
    """Find a part of the data without copying it."""
    data = env.stack[-1]
    if self.json_path != "$":
        data = json_path.extract_json(self.json_path, data)
    env.stack.append(data)


def evaluate(self: EvalComponent, env: Environment) -> None:
    """Evaluate a component without writing all of it into the log."""
    if not env.is_running():
        return
    if (name := self._field_name()) is not None:
        if type(env._program_state) is ProgramRunning:
            env._program_state._next_field_name = name
        else:
            env.next_field_name = name
    self._eval_body(env)


# ---- The size of data ----

_remembered: dict[int, Any] = {}


def is_within_size_quota(value: Any) -> bool:
    """Tell whether data is within the quota; only large data is measured as JSON."""
    if _remembered.get(id(value)) is value:
        return True
    try:
        most = len(marshal.dumps(value, 2)) * MOST_BYTES_OF_JSON
    except ValueError:  # it has more than JSON
        return _measure(value)
    if most >= quotas.MAX_STATE_SIZE_UTF8_BYTES:
        return _measure(value)
    if len(_remembered) >= MOST_REMEMBERED:
        _remembered.clear()
    _remembered[id(value)] = value
    return True


# ---- Texts ----


class Text:
    """Data in a history, written as text when somebody reads it."""

    __slots__ = ("_data", "_separators", "_text")

    def __init__(self, data: Any, separators: tuple[str, str] | None = None):
        self._data, self._separators = data, separators
        self._text: str | None = None

    def __str__(self) -> str:
        if self._text is None:
            self._text = encoding.to_json_str(self._data, self._separators)
        return self._text


def history(self: EventManager) -> list[dict[str, Any]]:
    return written(self._history_event_list)


def written(events: list[Any]) -> list[dict[str, Any]]:
    """Return a history with all its data as text."""
    return [{name: _written(value) for name, value in event.items()} for event in events]


def _written(value: Any) -> Any:
    if type(value) is dict:
        return {name: str(inner) if type(inner) is Text else inner for name, inner in value.items()}
    return value


@functools.cache
def _writer(writer: type[json.JSONEncoder], separators: tuple[str, str] | None) -> json.JSONEncoder:
    return writer(separators=separators)


def _write(data: Any, cls: type[json.JSONEncoder], separators: tuple[str, str] | None) -> str:
    return _writer(cls, separators).encode(data)


# ---- Paths ----


class Fields:
    """A path of fields alone, for which jsonpath_ng would create an object at every step."""

    def __init__(self, path: str):
        self._names = path.split(".")[1:]

    def find(self, data: Any) -> list[Any]:
        for name in self._names:
            if not isinstance(data, dict) or name not in data:
                return []
            data = data[name]
        return [SimpleNamespace(value=data, path=None, context=None)]

    def update_or_create(self, data: Any, value: Any) -> Any:
        """Return the data with another value at the path; other parts are shared, not copied."""
        return _with(data, self._names, value)


def _with(data: Any, names: list[str], value: Any) -> Any:
    if not names:
        return value
    name, *others = names
    return {**data, name: _with(data.get(name, {}), others, value)}


class Unshared:
    """Any other path: it changes its data in place, so it gets a copy."""

    def __init__(self, path: Any):
        self._path = path

    def update_or_create(self, data: Any, value: Any) -> Any:
        return self._path.update_or_create(copy.deepcopy(data), value)


def _parse(path: str, otherwise: Callable[[str], Any]) -> Any:
    return Fields(path) if re.fullmatch(r"\$(\.\w+)*", path) else otherwise(path)


def _parse_unshared(path: str) -> Any:
    return Unshared(_parse_by_library(path))


_parse_by_library = result_path.parse
# A parsed path keeps nothing of an execution, and parsing takes longer than an execution.
_parse_json_path = functools.cache(functools.partial(_parse, otherwise=json_path.parse))
_parse_result_path = functools.cache(functools.partial(_parse, otherwise=_parse_unshared))
