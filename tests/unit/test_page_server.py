"""The page answers the developer's own browser and nobody else."""

from collections.abc import Iterator
from typing import Any

import pytest
import requests

from local.page.feed import Feed
from local.page.server import Server

JSON = {"Content-Type": "application/json"}


def refuse(_: dict[str, Any]) -> None:
    raise ValueError("the user does not see the channel")


@pytest.fixture
def done() -> list[dict[str, Any]]:
    return []


@pytest.fixture
def server(done: list[dict[str, Any]]) -> Iterator[Server]:
    feed = Feed()
    feed.put({"a": 1})
    actions = {
        "do": done.append,
        "refuse": refuse,
        "need": lambda body: body["x"],
        "count": lambda body: int(body["x"]),
    }
    server = Server(feed, actions, {"m": "<svg/>"}.get, lambda arn, state: [{arn: state}])
    yield server
    server.close()


@pytest.fixture
def get(server: Server) -> Any:
    def get(path: str = "", method: str = "GET", **more: Any) -> requests.Response:
        return requests.request(method, server.url + path, timeout=10, **more)

    return get


def test_the_page_has_a_strict_policy_in_every_answer(get: Any):
    for path, status in (("", 200), ("machines/m", 200), ("nothing", 404), ("actions/do", 405)):
        answer = get(path)
        assert answer.status_code == status
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert "Access-Control-Allow-Origin" not in answer.headers


def test_without_the_secret_there_is_nothing(server: Server):
    port = server.url.split("/")[2]
    for path in ("", "/", "/changes", f"{server.root[:-1]}/", f"{server.root}x/changes"):
        assert requests.get(f"http://{port}{path}", timeout=10).status_code == 404


def test_each_server_has_its_own_secret(server: Server):
    other = Server(Feed(), {}, lambda _: None, lambda *_: [])
    other.close()
    assert other.root != server.root
    assert len(other.root) > 32


@pytest.mark.parametrize(
    "header",
    [
        {"Host": "rebound.example"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_another_page_can_neither_read_nor_write(header: dict[str, str], get: Any, done: list[Any]):
    for path in ("", "changes", "machines/m", "executions/arn/state"):
        answer = get(path, headers=header)
        assert answer.status_code == 403
        assert "svg" not in answer.text
    assert get("actions/do", "POST", json={}, headers=header).status_code == 403
    assert done == []


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_a_form_is_no_action(kind: str, get: Any, done: list[Any]):
    answer = get("actions/do", "POST", data=b"{}", headers={"Content-Type": kind})
    assert answer.status_code == 415
    assert done == []


def test_an_action(get: Any, done: list[Any]):
    assert get("actions/do", "POST", json={"x": 1}).status_code == 200
    assert done == [{"x": 1}]
    refused = get("actions/refuse", "POST", json={})
    assert (refused.status_code, refused.json()) == (
        409,
        {"message": "the user does not see the channel"},
    )
    assert get("actions/need", "POST", json={}).status_code == 400
    assert get("actions/do", "POST", data=b"[1]", headers=JSON).status_code == 400
    assert get("actions/do", "POST", data=b"{", headers=JSON).status_code == 400
    assert get("actions/do", "POST", data=b"[" * 90_000, headers=JSON).status_code == 400
    assert get("actions/count", "POST", data=b'{"x": Infinity}', headers=JSON).status_code == 400
    assert get("actions/do", "POST", json={"x": "y" * 200_000}).status_code == 413
    assert get("actions/other", "POST", json={}).status_code == 404


def test_the_machines_and_visits(get: Any):
    assert get("machines/m").text == "<svg/>"
    assert get("machines/other").status_code == 404
    assert get("executions/arn:1/Wave Built%3F").json() == [{"arn:1": "Wave Built?"}]


@pytest.mark.parametrize("path", ["../server.py", "%2e%2e/server.py", "..%2fserver.py", "x"])
def test_only_the_pages_files_are_served(path: str, get: Any):
    assert get(path).status_code == 404


def test_the_changes_since_a_number(server: Server, get: Any):
    def first(**headers: str) -> bytes:
        with get("changes", headers=headers, stream=True) as answer:
            assert answer.headers["Content-Type"].startswith("text/event-stream")
            lines = [line for line, _ in zip(answer.iter_lines(), range(4), strict=False)]
            return b"\n".join(lines[2:])

    assert first() == b'id: 1\ndata: [["a",1]]'
    server.feed.put({"b": 2})
    assert first(**{"Last-Event-ID": "1"}) == b'id: 2\ndata: [["b",2]]'
    for wrong in ("x", "9" * 5000):
        assert get("changes", headers={"Last-Event-ID": wrong}).status_code == 400
