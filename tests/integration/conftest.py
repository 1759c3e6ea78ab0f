"""One stack for the whole session: the real template, built and deployed with sam."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from local.stack import Stack
from tests.integration.table import Table


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with Stack(Path(tmp_path_factory.mktemp("stack")), wait_scale=0.02) as running:
        yield running


@pytest.fixture
def table(stack: Stack) -> Iterator[Table]:
    assert stack.simulator
    yield Table(stack.endpoints, stack.simulator, stack.client("stepfunctions"))
    stack.simulator.forgive()
    assert stack.simulator.take_violations() == []


@pytest.fixture
def http() -> Iterator[requests.Session]:
    with requests.Session() as session:
        session.trust_env = False
        yield session
