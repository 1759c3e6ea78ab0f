"""The page of a running stack."""

from collections.abc import Callable
from functools import partial
from typing import Any

from local.page.actions import People, stop
from local.page.drawings import Drawings
from local.page.executions import Execution, Executions
from local.page.feed import Feed
from local.page.masking import masked
from local.page.server import Action, Server
from local.page.trouble import Trouble
from local.page.watch import Watch
from local.stack import Stack

Json = dict[str, Any]


class Page:
    """A page from its creation until `close`; `url` is its address, with a secret."""

    def __init__(self, stack: Stack) -> None:
        """Serve the page of a stack that was started with a journal."""
        assert stack.journal
        self._stack = stack
        self.feed = Feed()
        self._executions = Executions()
        drawings = Drawings(stack.client("stepfunctions"))
        known = facts(stack, drawings)
        self.feed.put({"stack": known})
        actions, then = self._actions(known["functions"])
        self._watch = Watch(self.feed, self._executions, stack.journal, stack.simulator, then)
        self._server = Server(self.feed, actions, drawings.picture, self._visits)
        self.url = self._server.url

    def close(self) -> None:
        """Stop serving."""
        self._server.close()
        self._watch.close()

    def __enter__(self) -> "Page":
        """Return the page."""
        return self

    def __exit__(self, *_: object) -> None:
        """Stop serving."""
        self.close()

    def _actions(
        self, functions: list[str]
    ) -> tuple[dict[str, Action], Callable[[list[Execution]], None]]:
        """Return the actions, and what is to be done when executions have changed."""
        operating: dict[str, Action] = {"stop": partial(stop, self._stack.client("stepfunctions"))}
        if not self._stack.simulator:
            return operating, lambda _: None
        people = People(self._stack.simulator)
        trouble = Trouble(people, self._stack.folder, self.feed, functions)
        return operating | people.actions() | trouble.actions(), trouble.look

    def _visits(self, arn: str, state: str) -> list[Json]:
        """Return the visits of an execution's state, with their data and log lines."""
        with self._watch.lock:
            execution = self._executions.find(arn)
            found = [visit.as_json() for visit in execution.of(state)] if execution else []
        known = [self._stack.simulator.info["bot_token"]] if self._stack.simulator else []
        told: list[Json] = masked(found, *known)
        return told


def facts(stack: Stack, drawings: Drawings) -> Json:
    """Return what does not change about a stack."""
    return {
        "machines": sorted(drawings.machines()),
        "functions": drawings.functions(),
        "simulated": stack.simulator is not None,
    }
