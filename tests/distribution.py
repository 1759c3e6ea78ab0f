"""Distributes the tests of `make test`: to which worker, and in which order."""

import gc
import os
import re
from typing import Any

import pytest
from xdist.scheduler import LoadFileScheduling

INTEGRATION = re.compile(r"tests/integration/")
# These tests start the processes that they need. The others share a deployed stack, which takes as
# long to start as most of them take to run; the removals wait so much that they have their own.
WITHOUT_THE_STACK = r"test_(artifact|commands|emulator(_\w+)?|stacks|up|upgrade|violations)\.py"
ON_THE_STACK = re.compile(rf"tests/integration/(?!{WITHOUT_THE_STACK})")
REMOVALS = re.compile(r"tests/integration/test_removal\.py")
# So do the tests of the page: they wait for a browser.
PAGE = re.compile(r"tests/integration/test_page")
# Each of these tests is long, and takes as long as the others.
SCHEDULES = re.compile(r"tests/reliability/test_schedules")
# These tests do not wait: they run while the stack is starting.
WITHOUT_WAITS = re.compile(r"tests/reliability/")


class ByStackOrFile(LoadFileScheduling):  # type: ignore[misc]
    """Gives a worker the tests on the shared stack, of one file, or one part of the schedules."""

    def _split_scope(self, nodeid: str) -> str:
        if SCHEDULES.match(nodeid):
            return nodeid
        if PAGE.match(nodeid):
            return "the page"
        is_shared = ON_THE_STACK.match(nodeid) and not REMOVALS.match(nodeid)
        return "the stack" if is_shared else str(super()._split_scope(nodeid))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByStackOrFile:
    return ByStackOrFile(config, log)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Use three workers more than there are processors, if some tests mostly wait for a stack."""
    processors = os.cpu_count() or 1
    return processors if all(map(WITHOUT_WAITS.match, config.args)) else processors + 3


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the longest tests, so that no worker has them alone at the end."""
    items.sort(key=lambda item: _turn(item.nodeid))


def _turn(nodeid: str) -> int:
    if INTEGRATION.match(nodeid):
        return 0
    return 1 if WITHOUT_WAITS.match(nodeid) else 2


def pytest_collection_finish() -> None:
    """Spare the garbage collector the thousands of tests and modules that stay to the end."""
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)
