"""A tester of the simulator, who calls its control API."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import requests

from local.simulator import Simulator
from local.simulator.bot_client import BotClient
from local.simulator.server import SimulatorServer

NAME = {
    "type": 3,
    "name": "name",
    "description": "Its name",
    "required": True,
    "autocomplete": True,
}
COMMANDS = [
    {"name": "campaign", "description": "Make one", "options": [NAME]},
    {"name": "c", "description": "Do something"},
]


class Control(requests.Session):
    """A tester."""

    def __init__(self, server: SimulatorServer) -> None:
        super().__init__()
        self.server = server

    def call(self, method: str, path: str, body: Any = None, status: int = 200) -> Any:
        url = f"{self.server.base_url}/_simulator{path}"
        answer = self.request(method, url, json=body)
        assert answer.status_code == status, answer.text
        return answer.json() if answer.content else None


@contextmanager
def reached_at(simulator: Simulator, url: str) -> Iterator[str]:
    """Let the application have an endpoint and two commands."""
    simulator.world.application.fields["interactions_endpoint_url"] = url
    with BotClient(simulator) as bot:
        path = f"/applications/{simulator.info['application_id']}/commands"
        try:
            bot.call("PUT", path, COMMANDS).raise_for_status()
            yield url
        finally:
            bot.call("PUT", path, [])
            del simulator.world.application.fields["interactions_endpoint_url"]
