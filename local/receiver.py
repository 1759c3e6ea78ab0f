"""A receiver of the local stack's webhooks: it verifies each, and shows what came.

`GET /` shows the webhooks as JSON, the newest first. `PUT /answers` sets the answers to the next
ones: a list of objects with a `status` and perhaps a `retry_after` in seconds. Any other is
answered with 204, or with 401 if it is not genuine.
"""

import json
import os
import signal
import threading
from dataclasses import asdict, dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from standardwebhooks import Webhook, WebhookVerificationError
from werkzeug.datastructures import Headers

from local.own_origin import own_hosts, refusal

PORT, SECRET = "RECEIVER_PORT", "RECEIVER_SECRET"
MOST_BYTES = 64 * 1024
MOST_KEPT = 200  # webhooks; the oldest ones are forgotten


@dataclass(frozen=True)
class Received:
    """A webhook that came: its headers, its event, what was `wrong`, and how it was answered."""

    id: str | None
    timestamp: str | None
    signature: str | None
    event: Any
    wrong: str | None
    answered: int


class Receiver(ThreadingHTTPServer):
    """Receives webhooks on 127.0.0.1 that are signed with a secret (`whsec_…`)."""

    daemon_threads = True

    def __init__(self, port: int, secret: str) -> None:
        """Listen on a port; 0 chooses a free one."""
        super().__init__(("127.0.0.1", port), Handler)
        self.hosts = own_hosts(self.server_port)
        self.library = Webhook(secret)
        self.received: list[Received] = []
        self.answers: list[dict[str, int]] = []

    def wrong(self, body: bytes, headers: dict[str, str]) -> str | None:
        """Return why a webhook is not genuine; None if it is."""
        try:
            self.library.verify(body, headers)
        except (WebhookVerificationError, ValueError) as error:
            return str(error)
        return None


class Handler(BaseHTTPRequestHandler):
    """Answers one request; `server` is the receiver."""

    server: Receiver
    timeout = 15

    def do_POST(self) -> None:
        """Take a webhook."""
        if (body := self.body()) is None:
            return
        wrong = self.server.wrong(body, dict(self.headers))
        usual = HTTPStatus.UNAUTHORIZED if wrong else HTTPStatus.NO_CONTENT
        answer = self.server.answers.pop(0) if self.server.answers else {"status": usual}
        names = ("id", "timestamp", "signature")
        signed = {name: self.headers.get(f"webhook-{name}") for name in names}
        event = json.loads(body) if not wrong else None
        took = Received(**signed, event=event, wrong=wrong, answered=answer["status"])
        self.server.received = [took, *self.server.received][:MOST_KEPT]
        self.answer(answer["status"], retry_after=answer.get("retry_after"))

    def do_GET(self) -> None:
        """Show what came."""
        if self.body() is not None:
            self.answer(HTTPStatus.OK, [asdict(one) for one in self.server.received])

    def do_PUT(self) -> None:
        """Set the next answers."""
        if (body := self.body()) is not None:
            self.server.answers = json.loads(body)
            self.answer(HTTPStatus.NO_CONTENT)

    def body(self) -> bytes | None:
        """Return the request's body; None if the request was refused."""
        if reason := refusal(Headers(self.headers.items()), self.server.hosts):
            self.answer(HTTPStatus.FORBIDDEN, reason)
            return None
        length = int(self.headers.get("Content-Length", 0))
        if length > MOST_BYTES:
            self.answer(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"More than {MOST_BYTES} bytes.")
            return None
        return self.rfile.read(length)

    def answer(self, status: int, said: Any = None, retry_after: int | None = None) -> None:
        """Send an answer, with JSON if anything is `said`."""
        text = b"" if said is None else json.dumps(said, indent=2).encode() + b"\n"
        self.send_response(status)
        if retry_after is not None:
            self.send_header("Retry-After", str(retry_after))
        if text:
            self.send_header("Content-Type", "application/json")
        if status != HTTPStatus.NO_CONTENT:
            self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)


def main() -> None:
    """Receive until SIGINT or SIGTERM."""
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    with Receiver(int(os.environ[PORT]), os.environ.pop(SECRET)) as receiver:
        threading.Thread(target=receiver.serve_forever, daemon=True).start()
        stop.wait()


if __name__ == "__main__":
    main()
