"""Trouble on purpose: Discord fails, moderators interfere, Lambdas die."""

import os
import signal
import time
from collections.abc import Container, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from local.deployment import STACK_NAME
from local.emulator_forks import PID
from local.page.actions import People
from local.page.executions import Attempt, Execution
from local.page.feed import Feed
from local.page.server import Action

OUTAGE_S = 10
LONGEST_MS = 60_000  # per call
# Discord's edge (Cloudflare) answers with a page, and without Discord's headers.
FAILURES: dict[str, dict[str, Any]] = {
    "discord": {"status": 503},
    "edge": {"status": 502, "body": "<html><title>502 Bad Gateway</title></html>"},
}

Json = dict[str, Any]


class Trouble:
    """Troubles of a stack whose files are in `folder`."""

    def __init__(self, people: People, folder: Path, feed: Feed, functions: Container[str]) -> None:
        """Make no trouble yet; `functions` are those that can be killed."""
        self._people = people
        self._functions = functions
        self._folder = folder
        self._feed = feed
        # The functions to kill, each with the attempt that was hit, if there was one.
        self._armed: dict[str, Attempt | None] = {}

    def actions(self) -> dict[str, Action]:
        """Return what the page can do."""
        return {
            "refuse": self.refuse,
            "fail": self.fail,
            "slow": self.slow,
            "calm": self.calm,
            "delete-channel": self.delete_channel,
            "move-channel": self.move_channel,
            "kill": self.kill,
        }

    def refuse(self, said: Json) -> None:
        """Let Discord refuse every channel of a `name`; raises ValueError if it is empty."""
        name = str(said["name"]).strip()
        if not name:
            raise ValueError("name the channel that Discord refuses")
        self._people.refuse(name)

    def fail(self, said: Json) -> None:
        """Let Discord (`who`: "discord") or its edge ("edge") fail for ten seconds from now."""
        outage = {"seconds": OUTAGE_S, "since": time.time()}
        self._people.control("faults", FAILURES[said["who"]] | outage)

    def slow(self, said: Json) -> None:
        """Let every call take so many milliseconds (`ms`); raises ValueError beyond a minute."""
        latency = int(said["ms"])
        if not 0 <= latency <= LONGEST_MS:
            raise ValueError(f"a call can take from 0 to {LONGEST_MS} ms")
        self._people.control("settings", {"latency_ms": latency}, "PUT")

    def calm(self, _: Json) -> None:
        """End every trouble."""
        self._people.control("faults", {}, "DELETE")
        self.slow({"ms": 0})
        self._arm({})

    def delete_channel(self, said: Json) -> None:
        """Let a moderator delete a channel."""
        self._people.control(f"{_channel(said)}/delete", {})

    def move_channel(self, said: Json) -> None:
        """Let a moderator move a channel to a category (`parent_id`), or out of its own."""
        self._people.control(f"{_channel(said)}/move", {"parent_id": said["parent_id"] or None})

    def kill(self, said: Json) -> None:
        """Kill the processes of a `function` while a state next runs it.

        Raises ValueError if no state runs such a function.
        """
        function = str(said["function"])
        if function not in self._functions:
            raise ValueError(f"no state runs a function {function}")
        self._arm({**self._armed, function: None})

    def look(self, changed: Iterable[Execution]) -> None:
        """Kill what is to be killed, now that these executions have changed."""
        for function, hit in list(self._armed.items()):
            if hit and hit.error:
                self._arm({name: one for name, one in self._armed.items() if name != function})
            elif hit is None or hit.ended:  # none yet, or it ended before it was killed
                self._armed[function] = self._hit(function, changed)

    def _hit(self, function: str, changed: Iterable[Execution]) -> Attempt | None:
        running = [
            attempt
            for execution in changed
            for visit in execution.visits
            for attempt in visit.attempts[-1:]
            if attempt.ended is None and function_of(attempt.resource) == function
        ]
        processes = list(self._processes(function)) if running else []
        for process in processes:
            with suppress(ProcessLookupError):  # it has just ended
                os.kill(process, signal.SIGKILL)
        return running[0] if processes else None

    def _processes(self, function: str) -> Iterator[int]:
        """Yield the ids of a function's processes (emulator_forks.py)."""
        for folder in (self._folder / "tmp").glob(f"ministack-lambda-{STACK_NAME}-{function}-*"):
            with suppress(OSError):  # the process has just begun or ended
                id_ = int((folder / PID).readlink().name)
                os.kill(id_, 0)
                yield id_

    def _arm(self, armed: dict[str, Attempt | None]) -> None:
        self._armed = armed
        self._feed.put({"armed": sorted(armed)})


def function_of(resource: str) -> str | None:
    """Return the name of the function that a task's resource is, without the stack's; or None."""
    if ":function:" not in resource:
        return None
    return resource.partition(":function:")[2].partition(":")[0].removeprefix(f"{STACK_NAME}-")


def _channel(said: Json) -> str:
    return f"guilds/{int(said['guild_id'])}/channels/{int(said['channel_id'])}"
