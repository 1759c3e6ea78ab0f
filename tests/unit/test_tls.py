"""TLS to Discord: the server must prove that it is Discord, and the CAs are read once."""

import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import trustme

from channelwright import errors
from channelwright.discord import calls, tls
from channelwright.discord.client import Discord


class _Answer(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_: object) -> None:
        """Log nothing."""


@contextmanager
def _served(authority: trustme.CA, host: str) -> Iterator[Discord]:
    """Serve on this machine with a certificate for `host`, and yield a client of the server."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(host).configure_cert(context)
    with ThreadingHTTPServer(("127.0.0.1", 0), _Answer) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield Discord(f"https://127.0.0.1:{server.server_port}", token="secret", deadline=0)
        server.shutdown()


@pytest.fixture
def authority(monkeypatch: pytest.MonkeyPatch) -> trustme.CA:
    """Return a CA that is trusted in addition to the usual ones."""
    made = trustme.CA()
    context = ssl.create_default_context()
    made.configure_trust(context)
    monkeypatch.setattr(tls, "CONTEXT", context)
    return made


def test_a_certificate_of_a_trusted_authority(authority):
    with _served(authority, "127.0.0.1") as discord:
        assert discord.send(calls.get_current_user()) == {}


def test_a_certificate_for_another_host(authority):
    with _served(authority, "discord.com") as discord, pytest.raises(errors.NoAnswer):
        discord.send(calls.get_current_user())


def test_a_certificate_that_nobody_vouches_for(authority):
    with _served(trustme.CA(), "127.0.0.1") as discord, pytest.raises(errors.NoAnswer):
        discord.send(calls.get_current_user())


def test_the_cas_of_the_world_are_trusted_as_requests_trusts_them():
    assert len(tls.CONTEXT.get_ca_certs()) > 100
    assert tls.CONTEXT.verify_mode == ssl.CERT_REQUIRED
    assert tls.CONTEXT.check_hostname


def test_no_connection_reads_the_cas_again(authority, monkeypatch):
    def read(*_: object, **__: object) -> None:
        pytest.fail("CAs read again")

    monkeypatch.setattr(ssl.SSLContext, "load_verify_locations", read)
    with _served(authority, "127.0.0.1") as discord:
        assert discord.send(calls.get_current_user()) == {}
