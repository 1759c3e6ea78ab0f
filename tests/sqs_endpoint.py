"""SQS's SendMessage on 127.0.0.1, as strict as AWS's: it refuses a wrong signature."""

import json
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from channelwright.aws import endpoint as aws_endpoint

REGION = "us-east-1"

Trouble = tuple[int, str] | Literal["hangs up", "is slow", "closes"]


class Queue:
    """A queue: `bodies` are the messages on it, `troubles` the failures of the next requests.

    `connections` counts the connections opened to it.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.connections = 0
        self.bodies: list[str] = []
        self.troubles: list[Trouble] = []

    def take(self) -> list[Any]:
        """Take every message off the queue."""
        taken, self.bodies = self.bodies, []
        return [json.loads(body) for body in taken]


def is_signed(request: BaseHTTPRequestHandler, body: bytes, key: Credentials) -> bool:
    """Tell whether the signature is what botocore computes for the headers that are signed."""
    authorization = request.headers.get("Authorization", "")
    names = authorization.partition("SignedHeaders=")[2].partition(",")[0].split(";")
    if not {"host", "x-amz-date", "x-amz-target", "x-amz-security-token"} <= set(names):
        return False
    headers = {name: request.headers.get(name, "") for name in names}
    signed = AWSRequest("POST", f"http://{headers['host']}/", data=body, headers=headers)
    signed.context["timestamp"] = headers["x-amz-date"]
    auth = SigV4Auth(key, "sqs", REGION)
    text = auth.string_to_sign(signed, auth.canonical_request(signed))
    auth._inject_signature_to_request(signed, auth.signature(text, signed))
    return authorization == signed.headers["Authorization"]


@contextmanager
def sqs_endpoint() -> Iterator[Queue]:
    """Serve one queue to callers with the credentials that the environment has now.

    Source: AWS docs, SQS Developer Guide > Making requests using the AWS JSON protocol.
    """

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def setup(self) -> None:
            super().setup()
            queue.connections += 1

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            trouble = queue.troubles.pop(0) if queue.troubles else None
            self.close_connection = trouble is not None
            if trouble == "is slow":
                released.wait(10)
            elif trouble != "hangs up":
                said = self.send(body) if trouble in {None, "closes"} else trouble
                self.answer(*said)

        def send(self, body: bytes) -> tuple[int, str]:
            if self.headers["Host"] not in queue.url or not is_signed(self, body, key):
                return 403, json.dumps({"__type": "com.amazon.coral.service#InvalidSignature"})
            asked = json.loads(body)
            kind = self.headers["X-Amz-Target"], self.headers["Content-Type"], self.path
            if kind != ("AmazonSQS.SendMessage", "application/x-amz-json-1.0", "/"):
                return 400, json.dumps({"__type": "com.amazonaws.sqs#UnsupportedOperation"})
            if asked["QueueUrl"] != queue.url:
                return 400, json.dumps({"__type": "com.amazonaws.sqs#QueueDoesNotExist"})
            queue.bodies.append(asked["MessageBody"])
            return 200, json.dumps({"MessageId": "1"})

        def answer(self, status: int, text: str) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *_: object) -> None:
            pass

    names = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")
    key = Credentials(*(os.environ[name] for name in names))
    released = threading.Event()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    queue = Queue(f"http://127.0.0.1:{server.server_port}/123456789012/channelwright-tasks")
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield queue
    finally:
        for connection, _ in aws_endpoint._kept.values():
            connection.close()
        aws_endpoint._kept.clear()
        released.set()
        server.shutdown()
        thread.join()
        server.server_close()
