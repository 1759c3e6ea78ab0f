"""Keeps the feed up to date with the simulated Discord and the executions' journal."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import requests

from local.page.executions import Execution, Executions
from local.page.feed import Feed
from local.page.masking import masked
from local.simulated_discord import SimulatedDiscord

INTERVAL = 0.1  # seconds between two looks

Json = dict[str, Any]


class Watch:
    """A thread that looks for changes until it is closed."""

    def __init__(
        self,
        feed: Feed,
        executions: Executions,
        journal: Path,
        discord: SimulatedDiscord | None,
        then: Callable[[list[Execution]], None],
    ) -> None:
        """Begin to watch a journal and, if it is simulated, Discord.

        `then` is called with the executions that have changed, at every look.
        """
        self.feed = feed
        self.executions = executions
        self.lock = threading.Lock()  # for the executions, which requests read, too
        self._lines = lines_of(journal)
        self._discord = discord
        self._seen: Json = {}  # Discord's documents at the last look, unmasked
        self._then = then
        self._is_open = True
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def look(self) -> None:
        """Put into the feed what has changed."""
        self._look_at_executions()
        if self._discord and self.feed.readers:
            with suppress(requests.RequestException):  # it is stopping, or very busy
                self._look_at(self._discord.control("GET", "view"))

    def close(self) -> None:
        """End the thread."""
        self._is_open = False
        self._thread.join()

    def _run(self) -> None:
        while self._is_open:
            self.look()
            time.sleep(INTERVAL)

    def _look_at_executions(self) -> None:
        with self.lock:
            changed = self.executions.read(next(self._lines))
            told: Json = {f"execution:{one.arn}": one.summary() for one in changed}
            told |= {f"execution:{arn}": None for arn in self.executions.forget_oldest()}
            self._then(changed)
        self.feed.put(told)

    def _look_at(self, view: Json) -> None:
        seen = {f"guild:{one['id']}": one for one in view["guilds"]}
        seen |= {f"message:{one['id']}": one for one in view["messages"]}
        # Masking takes long, and most documents have not changed.
        new = masked({name: one for name, one in seen.items() if self._seen.get(name) != one})
        gone = dict.fromkeys(self._seen.keys() - seen.keys())
        trouble = {"settings": view["settings"], "faults": view["faults"]}
        self.feed.put(gone | new | {"commands": view["commands"], "trouble": trouble})
        self._seen = seen


def lines_of(path: Path) -> Iterator[list[Json]]:
    """Yield the complete lines, as JSON, that were added to a file since the last time."""
    with path.open(encoding="utf-8") as file:
        rest = ""
        while True:
            *lines, rest = (rest + file.read()).split("\n")
            yield [json.loads(line) for line in lines]
