"""Caches for results of the simulator that depend on the arguments alone."""

import functools
import marshal
import pickle
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from local.simulator import api, consistency, contract
from local.simulator.openapi import Document

MOST = 4096

_errors = contract.errors


def use(patch: pytest.MonkeyPatch) -> None:
    """Use the caches for as long as the patch lasts."""
    find_route = functools.lru_cache(MOST)(api.find_route)
    patch.setattr(api, "find_route", lambda method, path: _own(find_route(method, path)))
    patch.setattr(Document, "find", functools.lru_cache(MOST)(Document.find))
    patch.setattr(contract, "errors", Errors())
    patch.setattr(contract, "read_json", functools.lru_cache(MOST)(contract.read_json))
    readings = contract.readings
    patch.setattr(contract, "readings", functools.lru_cache(MOST)(lambda text: [*readings(text)]))
    # A guild's snapshot is plain data: pickle copies it in a third of the time.
    patch.setattr(consistency, "copy", SimpleNamespace(deepcopy=_copied))


def _own(found: tuple[Any, dict[str, str]]) -> tuple[Any, dict[str, str]]:
    return found[0], dict(found[1])


def _copied(data: Any) -> Any:
    return pickle.loads(pickle.dumps(data, pickle.HIGHEST_PROTOCOL))


class Errors:
    """Stands for `contract.errors`, with a cache: the same content has the same errors."""

    def __init__(self) -> None:
        self._known: dict[tuple[Any, bytes], list[str]] = {}

    def __call__(self, validator: Any, content: Any) -> Iterator[str]:
        key = validator, marshal.dumps(content, 2)
        if key not in self._known:
            if len(self._known) >= MOST:
                self._known.clear()
            self._known[key] = [*_errors(validator, content)]
        yield from self._known[key]
