"""The download of Discord's OpenAPI document."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from werkzeug.wrappers import Request, Response

from local.discord_document import download
from tests.serving import serving

FILES = {"/openapi.json": '{"openapi": "3.1.0"}', "/page.html": "<html>"}


def files(request: Request) -> Response:
    content = FILES.get(request.path)
    return Response(content, 404 if content is None else 200)


@pytest.fixture
def source() -> Iterator[str]:
    """A server of two files, of which one is not JSON."""
    with serving(files) as origin:
        yield origin


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
    assert target.read_text() == FILES["/openapi.json"]
