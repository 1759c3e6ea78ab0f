"""The Discord simulator as a child process, and its control API."""

import json
import os
from pathlib import Path
from typing import Any, ClassVar, cast

import requests

from local.child import Child, minimal_environment
from local.polling import wait_until
from local.simulator.contract import DOCUMENT
from local.simulator.interactions import AUTOCOMPLETE

Json = dict[str, Any]


class SimulatedDiscord:
    """A running simulator. `info` names its application, bot, guild, channel and people."""

    info: dict[str, str]
    # This process's running simulators, and the stopped ones' violations that nobody has taken.
    _alive: ClassVar[list["SimulatedDiscord"]] = []
    _left: ClassVar[list[str]] = []

    def __init__(self, folder: Path) -> None:
        """Start the simulator with its log in `folder`, and wait until it answers.

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
        """Stop the simulator; keep its violations of Discord's document for later."""
        if self in self._alive:
            self._alive.remove(self)
            self._left.extend(self._last_violations())
        self.session.close()
        self.child.stop()

    def _last_violations(self) -> list[str]:
        """Return the violations that nobody took; an unresponsive simulator must not block us."""
        try:
            answer = self.session.get(f"{self.origin}/_simulator/violations", timeout=5)
            answer.raise_for_status()
            return cast(list[str], answer.json())
        except requests.RequestException as error:
            return [f"a simulator did not report its last violations ({type(error).__name__})"]

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

        Options that Discord's own client would refuse are sent, too: the bot answers them.
        The game master sends it, unless `where` (guild_id, channel_id, user_id) says otherwise.
        Raises requests.HTTPError if the command or the endpoint is not registered.
        """
        interaction = {"command": name, "options": options, "hostile": True, **where}
        return cast(Json, self.control("POST", "interactions", interaction))

    def complete(self, command: str, option: str, typed: str = "", **where: str) -> str:
        """Type the beginning of an option, and return the value of the first choice.

        Raises requests.HTTPError if the command is not registered, IndexError without a choice.
        """
        typing = {"command": command, "options": {option: typed}, "type": AUTOCOMPLETE, **where}
        answer = self.control("POST", "interactions", typing)["response"]
        return str(answer["data"]["choices"][0]["value"])

    def press(self, id_: str, custom_id: str, values: list[str] | None = None) -> Json:
        """Press a button of a message, or choose `values` in a menu; return the delivery.

        `id_` is the message's, or that of the interaction that it answers.

        Raises requests.HTTPError if the message has no such control.
        """
        body = {"custom_id": custom_id} | ({"values": values} if values else {})
        return cast(Json, self.control("POST", f"messages/{id_}/press", body))

    def versions(self, interaction_id: str) -> list[Json]:
        """Return all versions of the answer to an interaction, oldest first."""
        interaction = self.control("GET", f"interactions/{interaction_id}")
        return cast(list[Json], interaction["versions"])

    def take_violations(self) -> list[str]:
        """Return and clear the violations of Discord's document; none if no document is set."""
        violations = cast(list[str], self.control("GET", "violations"))
        if violations:  # Otherwise, a violation between the two calls could be lost.
            self.control("DELETE", "violations")
        return violations

    @classmethod
    def take_all_violations(cls) -> list[str]:
        """Return and clear the violations of all simulators of this process, even stopped ones."""
        violations = [*cls._left, *(one for each in cls._alive for one in each.take_violations())]
        cls._left.clear()
        return violations

    def new_guild(self) -> str:
        """Add a server, with the game master, the bot and two players in it; return its id."""
        people = {"players": ["player", "another-player"]}
        return str(self.control("POST", "guilds", people)["guild_id"])

    def guild(self, guild_id: str = "") -> Json:
        """Return a guild's roles, channels (each with `visible_to`) and audit log."""
        return cast(Json, self.control("GET", f"guilds/{guild_id or self.info['guild_id']}"))

    def refuse(self, body_contains: str, times: int | None = None) -> None:
        """Refuse each create whose body contains a text, as if the bot lacked the permission."""
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
