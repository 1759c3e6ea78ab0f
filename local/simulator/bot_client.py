"""Calls the simulator's API as a bot does, without a socket; for tests and demos."""

from types import TracebackType
from typing import Any, Self
from urllib.parse import quote

import requests

from local.simulator.in_process import InProcessAdapter
from local.simulator.simulator import Simulator

USER_AGENT = "DiscordBot (https://example.com/channelwright, 0)"


class BotClient:
    """A client with the bot's token, for a simulator in the same process."""

    def __init__(self, simulator: Simulator) -> None:
        self.simulator = simulator
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.mount(simulator.base_url, InProcessAdapter(simulator))
        token = simulator.info["bot_token"]
        self.session.headers.update({"User-Agent": USER_AGENT, "Authorization": f"Bot {token}"})

    def call(
        self, method: str, path: str, body: Any = None, *, reason: str | None = None, **kwargs: Any
    ) -> requests.Response:
        """Call the API.

        ``path`` is the part after /api/v10, ``body`` is sent as JSON, ``reason`` goes into the
        audit log, and ``kwargs`` go to ``requests``.
        """
        headers = {} if reason is None else {"X-Audit-Log-Reason": quote(reason)}
        url = f"{self.simulator.base_url}/api/v10{path}"
        return self.session.request(method, url, json=body, headers=headers, **kwargs)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.session.close()
