"""The Discord simulator as a child process, and its control API."""

import json
import os
from pathlib import Path
from typing import Any, ClassVar, cast

import requests

from local.child import Child, minimal_environment
from local.polling import wait_until
from local.simulator.contract import DOCUMENT

Json = dict[str, Any]


class SimulatedDiscord:
    """A running simulator. `info` names its application, bot, guild, channel and people."""

    info: dict[str, str]
    # Those of this process that have not been stopped, and what nobody took from those that have.
    _alive: ClassVar[list["SimulatedDiscord"]] = []
    _left: ClassVar[list[str]] = []

    def __init__(self, folder: Path) -> None:
        """Start it with its log in `folder`, and return when it answers.

        Raises ChildError if it ends, TimeoutError if it does not answer.
        """
        arguments = ["local.simulator", "--port", "0"]
        log = folder / "discord.log"
        environment = minimal_environment(folder)
        if document := os.environ.get(DOCUMENT):
            environment[DOCUMENT] = str(Path(document).resolve())
        self.child = Child("The Discord simulator", arguments, environment, log)
        self.session = requests.Session()
        self.session.trust_env = False  # No proxy between two processes of one machine.

        def announcement() -> dict[str, str]:
            self.child.check()
            complete = [line for line in log.read_text().splitlines(True) if line.endswith("}\n")]
            return json.loads(complete[0]) if complete else {}

        try:
            told = wait_until(announcement, "The Discord simulator answers")
            self.origin = told["base_url"]
            self.info = self.control("GET", "info")
        except BaseException:
            self.child.stop()
            raise
        self._alive.append(self)

    def stop(self) -> None:
        """Stop it; what did not fit Discord's document is kept for `take_all_violations`."""
        if self in self._alive:
            self._alive.remove(self)
            self._left.extend(self._last_violations())
        self.session.close()
        self.child.stop()

    def _last_violations(self) -> list[str]:
        """Return what nobody took. One that does not answer must not keep us from stopping it."""
        try:
            answer = self.session.get(f"{self.origin}/_simulator/violations", timeout=5)
            answer.raise_for_status()
            return cast(list[str], answer.json())
        except requests.RequestException as error:
            return [f"a simulator could not be asked at its end ({type(error).__name__})"]

    def control(self, method: str, path: str, body: Json | None = None) -> Any:
        """Call the control API at `/_simulator/PATH` and return its answer.

        Raises requests.HTTPError if it refuses.
        """
        url = f"{self.origin}/_simulator/{path}"
        response = self.session.request(method, url, json=body, timeout=60)
        response.raise_for_status()
        return response.json() if response.content else None

    def command(self, name: str, options: Json, **where: str) -> Json:
        """Send a registered slash command to the application's endpoint, signed, as Discord does.

        The game master sends it, unless `where` says otherwise (guild_id, channel_id, user_id).
        Raises requests.HTTPError if it is not registered, or the application has no endpoint.
        """
        interaction = {"command": name, "options": options} | where
        return cast(Json, self.control("POST", "interactions", interaction))

    def versions(self, interaction_id: str) -> list[Json]:
        """Return every version, oldest first, that the answer to an interaction has had."""
        interaction = self.control("GET", f"interactions/{interaction_id}")
        return cast(list[Json], interaction["versions"])

    def take_violations(self) -> list[str]:
        """Return, and forget, what did not fit Discord's document; nothing if none is named."""
        violations = cast(list[str], self.control("GET", "violations"))
        if violations:  # Else one could be forgotten that was noted between the two calls.
            self.control("DELETE", "violations")
        return violations

    @classmethod
    def take_all_violations(cls) -> list[str]:
        """Return, and forget, those of all simulators of this process, stopped ones too."""
        violations = [*cls._left, *(one for each in cls._alive for one in each.take_violations())]
        cls._left.clear()
        return violations

    def new_guild(self) -> str:
        """Add a server, with the game master, the bot and a player in it; return its id."""
        return str(self.control("POST", "guilds", {})["guild_id"])

    def guild(self, guild_id: str = "") -> Json:
        """Return a guild's roles, channels (each with `visible_to`) and audit log."""
        return cast(Json, self.control("GET", f"guilds/{guild_id or self.info['guild_id']}"))

    def refuse(self, body_contains: str, times: int | None = None) -> None:
        """Answer a create whose body contains a text as if the bot lacked the permission."""
        fault = {
            "method": "POST",
            "path": r"/guilds/\d+/channels",
            "body_contains": body_contains,
            "times": times,
            "status": 403,
            "body": {"message": "Missing Permissions", "code": 50013},
        }
        self.control("POST", "faults", fault)

    def forgive(self) -> None:
        """Remove every fault."""
        self.control("DELETE", "faults")
