"""A server on 127.0.0.1 that answers as SQS and DynamoDB do, over TLS."""

import json
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import certifi
import trustme

from channelwright.campaign import layout
from channelwright.records import attributes
from channelwright.records.record import Record

CAMPAIGNS = 3


def _record(number: int) -> Record:
    """Return the record of a campaign of the default layout."""
    return {
        "guild_id": "9" * 19,
        "campaign_id": str(10**18 + number),
        "name": f"Curse of Strahd {number}",
        "status": "created",
        "version": 2,
        "game_master": "8" * 19,
        "layout": "default",
        "created_at": "2026-11-23T15:04:06Z",
        "role": "7" * 19,
        "category": "6" * 19,
        "channels": [
            {"id": "5" * 19, "key": one["name"], "kind": one["type"], "gm_only": one["gm_only"]}
            for one in layout.load()
        ],
    }


MESSAGE_SENT = json.dumps({"MessageId": "1", "MD5OfMessageBody": "0" * 32}).encode()
FOUND = json.dumps({"Items": [attributes.item(_record(n)) for n in range(CAMPAIGNS)]}).encode()


@dataclass(frozen=True)
class Aws:
    """The server's address; `bundle` has all public CAs and its own, `one_ca` only its own."""

    url: str
    bundle: Path
    one_ca: Path


class Handler(BaseHTTPRequestHandler):
    """Answers many requests on one connection."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        is_query = self.headers.get("X-Amz-Target", "").endswith(".Query")
        answer = FOUND if is_query else MESSAGE_SENT
        self.send_response(200)
        self.send_header("Content-Type", "application/x-amz-json-1.0")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def aws_over_tls(folder: Path) -> Iterator[Aws]:
    """Serve until the block ends, with a temporary CA whose files are in `folder`."""
    authority = trustme.CA()
    own = authority.cert_pem.bytes()
    bundle, one_ca = folder / "bundle.pem", folder / "one-ca.pem"
    bundle.write_bytes(Path(certifi.where()).read_bytes() + b"\n" + own)
    one_ca.write_bytes(own)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(tls)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.socket = tls.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield Aws(f"https://localhost:{server.server_port}", bundle, one_ca)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
