"""Receive webhooks and print each event once.

    pip install standardwebhooks==1.1.0
    WEBHOOK_SECRET=whsec_... python receiver.py 8080

Put something that speaks https in front of it.
"""

import os
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock

from standardwebhooks import Webhook
from standardwebhooks.webhooks import WebhookVerificationError

LONGEST_BODY = 65_536  # an event has less than 20 kB

webhook = Webhook(os.environ["WEBHOOK_SECRET"])
# Yours should outlive a restart: a webhook may come again for more than three days.
handled: set[str] = set()
one_at_a_time = Lock()


class Receiver(BaseHTTPRequestHandler):
    """Answers 204 to an event, also if it has come before, and 400 to anything else."""

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length", 0))
        body = self.rfile.read(length) if 0 < length <= LONGEST_BODY else b""
        try:
            # The bytes as they came: JSON that was read and written again has another signature.
            event = webhook.verify(body, dict(self.headers))
        except (WebhookVerificationError, ValueError):
            self.answer(400)
            return
        with one_at_a_time:
            if event["id"] not in handled:
                handle(event)
                handled.add(event["id"])
        self.answer(204)

    def answer(self, status: int) -> None:
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Log nothing."""


def handle(event: dict) -> None:
    """Do what you want to do, in a few seconds: after 15, the webhook comes again."""
    print(event["type"], event["id"], flush=True)


if __name__ == "__main__":
    server = ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Receiver)
    print("port", server.server_port, flush=True)
    server.serve_forever()
