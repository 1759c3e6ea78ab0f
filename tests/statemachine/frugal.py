"""What moto does with the same JSON again and again, so that it costs less and gives the same."""

import copy
import functools
import marshal
import pickle
import re
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from moto.stepfunctions.parser.asl.component.common.path import result_path
from moto.stepfunctions.parser.asl.component.common.string import string_expression
from moto.stepfunctions.parser.asl.component.state.exec import execute_state
from moto.stepfunctions.parser.asl.component.state.exec.state_map import state_map
from moto.stepfunctions.parser.asl.component.state.exec.state_map.iteration import job
from moto.stepfunctions.parser.asl.eval import environment, states
from moto.stepfunctions.parser.asl.eval.event import event_manager
from moto.stepfunctions.parser.asl.utils import encoding, json_path

# moto's modules that copy data, and those of them that copy what has no depth.
COPYING = (execute_state, job, result_path, state_map, states, string_expression)
COPYING_FLAT = (environment, event_manager)
UNCHANGING = {str, int, float, bool, type(None)}
MOST_TEXTS = 256


def use(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in COPYING:
        monkeypatch.setattr(module, "copy", SimpleNamespace(deepcopy=copied))
    for module in COPYING_FLAT:
        monkeypatch.setattr(module, "copy", SimpleNamespace(deepcopy=copy.copy))
    monkeypatch.setattr(json_path, "parse", _parse_json_path)
    monkeypatch.setattr(result_path, "parse", _parse_result_path)
    monkeypatch.setattr(encoding, "json", SimpleNamespace(dumps=Texts(encoding.json.dumps)))


def copied(data: Any) -> Any:
    """Copy JSON as `copy.deepcopy` does, which takes most of an execution's time."""
    if type(data) in UNCHANGING:
        return data
    try:
        return marshal.loads(marshal.dumps(data))
    except ValueError:  # what a Map's jobs return
        return pickle.loads(pickle.dumps(data))


class Texts:
    """Writes JSON; what has just been written is known: moto writes each state's data thrice."""

    def __init__(self, write: Callable[..., str]):
        self._write = write
        self._known: dict[tuple[Any, bytes], str] = {}

    def __call__(self, data: Any, *, separators: Any, **how: Any) -> str:
        try:
            # Version 2 says nothing of which objects are the same, only what they are.
            key = (separators, marshal.dumps(data, 2))
        except ValueError:
            return self._write(data, separators=separators, **how)
        text = self._known.get(key)
        if text is None:
            if len(self._known) >= MOST_TEXTS:
                self._known.clear()
            text = self._known[key] = self._write(data, separators=separators, **how)
        return text


class Fields:
    """A path of fields alone, which jsonpath_ng goes through with an object for every step."""

    def __init__(self, path: str):
        self._names = path.split(".")[1:]

    def find(self, data: Any) -> list[Any]:
        for name in self._names:
            if not isinstance(data, dict) or name not in data:
                return []
            data = data[name]
        return [SimpleNamespace(value=data, path=None, context=None)]

    def update_or_create(self, data: Any, value: Any) -> Any:
        inner = data
        for name in self._names[:-1]:
            inner = inner.setdefault(name, {})
        inner[self._names[-1]] = value
        return data


def _parse(path: str, otherwise: Callable[[str], Any]) -> Any:
    return Fields(path) if re.fullmatch(r"\$(\.\w+)+", path) else otherwise(path)


# What is parsed keeps nothing of an execution, and its parsing takes longer than one.
_parse_json_path = functools.cache(functools.partial(_parse, otherwise=json_path.parse))
_parse_result_path = functools.cache(functools.partial(_parse, otherwise=result_path.parse))
