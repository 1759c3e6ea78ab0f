"""The guard refuses requests before the emulator's application sees them."""

import asyncio
from typing import Any

import pytest

from local.emulator_origin import guarded
from local.own_origin import own_hosts

OURS = [(b"host", b"127.0.0.1:4566")]
THEIRS = [*OURS, (b"origin", b"http://page.example")]


def play(scope: dict[str, Any]) -> tuple[list[str], list[dict[str, Any]]]:
    """Give the guard a request; return the types passed on, and the messages sent instead."""
    through: list[str] = []
    sent: list[dict[str, Any]] = []

    async def application(scope: Any, receive: Any, send: Any) -> None:
        through.append(scope["type"])

    async def receive() -> Any:
        raise AssertionError

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(guarded(application, own_hosts(4566))(scope, receive, send))
    return through, sent


@pytest.mark.parametrize(
    "scope",
    [
        {"type": "http", "headers": OURS},
        {"type": "websocket", "headers": OURS},
        {"type": "lifespan"},
    ],
)
def test_what_is_ours_comes_through(scope: dict[str, Any]):
    assert play(scope) == ([scope["type"]], [])


def test_a_request_of_another_origin_is_answered_with_403():
    through, (start, body) = play({"type": "http", "headers": THEIRS})
    assert (through, start["status"]) == ([], 403)
    assert body["body"].startswith(b"This server refuses pages of other origins")


@pytest.mark.parametrize("headers", [THEIRS, [], [*OURS, *OURS]])
def test_a_websocket_of_another_origin_is_closed(headers: list[tuple[bytes, bytes]]):
    through, sent = play({"type": "websocket", "headers": headers})
    assert through == []
    assert [message["type"] for message in sent] == ["websocket.close"]
