"""The receiver of webhooks as a child process (receiver.py), and its secret."""

import base64
import os
from pathlib import Path
from typing import Any, cast

import requests

from local.child import Child, minimal_environment
from local.emulator import answers, free_port
from local.polling import wait_until
from local.receiver import PORT, SECRET

Json = dict[str, Any]


class WebhookReceiver:
    """A running receiver: webhooks to its `url` have to be signed with its `secret`."""

    def __init__(self, folder: Path) -> None:
        """Start it with its log in `folder`, and wait until it answers.

        Raises ChildError if it ends, TimeoutError if it does not answer.
        """
        port = free_port()
        self.origin = f"http://127.0.0.1:{port}"
        self.url = f"{self.origin}/webhooks"
        self.secret = f"whsec_{base64.b64encode(os.urandom(32)).decode()}"
        environment = minimal_environment(folder) | {PORT: str(port), SECRET: self.secret}
        log = folder / "receiver.log"
        self.child = Child("The receiver of webhooks", ["local.receiver"], environment, log)
        self.session = requests.Session()
        self.session.trust_env = False  # No proxy between two processes of one machine.

        def ready() -> bool:
            self.child.check()
            return answers(port)

        try:
            wait_until(ready, "The receiver of webhooks answers")
        except BaseException:
            self.stop()
            raise

    def received(self) -> list[Json]:
        """Return the webhooks that came, the newest first (receiver.py)."""
        return cast(list[Json], self._ask("GET", "/").json())

    def answer_next(self, *answers: dict[str, int]) -> None:
        """Set the answers to the next webhooks: each a `status`, perhaps with `retry_after`."""
        self._ask("PUT", "/answers", list(answers))

    def stop(self) -> None:
        """Stop the receiver."""
        self.session.close()
        self.child.stop()

    def _ask(self, method: str, path: str, content: Any = None) -> requests.Response:
        answer = self.session.request(method, self.origin + path, json=content, timeout=10)
        answer.raise_for_status()
        return answer
