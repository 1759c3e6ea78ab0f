"""The download of Discord's OpenAPI document."""

import threading
from collections.abc import Iterator
from functools import partial
from http.server import HTTPServer, SimpleHTTPRequestHandler
from pathlib import Path

import pytest
import requests

from local.discord_document import download


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def source(tmp_path: Path) -> Iterator[str]:
    """A server of two files: one is JSON, one isn't."""
    (tmp_path / "openapi.json").write_text('{"openapi": "3.1.0"}')
    (tmp_path / "page.html").write_text("<html>")
    server = HTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(tmp_path)))
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_it_is_written_whole_or_not_at_all(
    source: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    target = tmp_path / "new" / "discord.json"
    for wrong in ("nowhere", "page.html"):
        with pytest.raises(requests.RequestException):
            download(f"{source}/{wrong}", target)
        assert not target.exists()
    download(f"{source}/openapi.json", target)
    assert target.read_text() == '{"openapi": "3.1.0"}'
