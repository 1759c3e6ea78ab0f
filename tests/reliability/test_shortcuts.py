"""The faster substitutes do what the originals do."""

import copy
from typing import Any

import pytest
import requests
from requests.structures import CaseInsensitiveDict

from channelwright.discord.client import USER_AGENT
from local.simulator import in_process
from local.simulator.in_process import InProcessAdapter
from local.simulator.simulator import Simulator
from tests.reliability import catalogue
from tests.reliability.clock import Clock
from tests.reliability.session import Session
from tests.statemachine import frugal

REASON = {"X-Audit-Log-Reason": "for%20a%20campaign"}
CALLS: list[tuple[str, str, Any, dict[str, str]]] = [
    ("GET", "/guilds/{guild_id}", None, {}),
    ("GET", "/guilds/{guild_id}/channels", None, {}),
    ("GET", "/guilds/{guild_id}/members/{bot_user_id}?limit=1", None, {}),
    ("POST", "/guilds/{guild_id}/roles", {"name": "Ödland ☃", "permissions": "0"}, REASON),
    ("POST", "/guilds/{guild_id}/channels", {"name": "a", "type": 99}, REASON),
    ("POST", "/guilds/{guild_id}/channels", {}, {"X-Odd": "\u00e9"}),
    ("PUT", "/guilds/{guild_id}/members/{bot_user_id}/roles/{guild_id}", None, REASON),
    ("DELETE", "/channels/{channel_id}", None, {}),
    ("PATCH", "/webhooks/{application_id}/t0k-en_/messages/@original", {"content": "x"}, {}),
    ("GET", "/no%20where", None, {}),
]


class Noting(InProcessAdapter):
    """Records requests and answers."""

    def __init__(self, simulator: Simulator):
        super().__init__(simulator)
        self.seen: list[Any] = []

    def send(self, request: requests.PreparedRequest, *args: Any, **how: Any) -> requests.Response:
        response = super().send(request, *args, **how)
        sent = (request.method, request.url, request.path_url, request.body, request.headers)
        answered = (response.status_code, response.reason, response.content, response.encoding)
        self.seen.append((sent, answered, response.headers))
        return response


def _seen(session_type: Any, fault: dict[str, Any] | None, monkeypatch: Any) -> list[Any]:
    discord = Simulator(Clock(), base_url="https://discord.test")
    if fault is not None:
        discord.faults.add(**fault)
    adapter = Noting(discord)
    monkeypatch.setattr(requests.Session, "get_adapter", lambda *_, **__: adapter)
    session = session_type()
    session.trust_env = False
    session.headers["User-Agent"] = USER_AGENT
    session.headers["Authorization"] = f"Bot {discord.info['bot_token']}"
    for method, path, body, headers in CALLS:
        session.request(
            method,
            discord.info["api_base_url"] + path.format(**discord.info),
            json=body,
            headers=headers,
            timeout=(1.0, 2.0),
            allow_redirects=False,
        )
    return adapter.seen


FAULTS = [
    fault | {"times": None}
    for fault in catalogue.FAULTS.values()
    if "status" in fault and "connection" not in fault
]


@pytest.mark.bad_requests
@pytest.mark.parametrize("fault", [None, *FAULTS], ids=str)
def test_a_call_is_what_requests_and_werkzeug_make_of_it(fault, monkeypatch):
    monkeypatch.setattr("local.simulator.world.secrets.token_urlsafe", lambda length: "x" * length)
    short = _seen(Session, fault, monkeypatch)
    monkeypatch.setattr(in_process, "plain_request", lambda _request: None)
    long = _seen(requests.Session, fault, monkeypatch)
    for (sent, answered, headers), (as_sent, as_answered, as_headers) in zip(
        short, long, strict=True
    ):
        assert (*sent[:-1], CaseInsensitiveDict(sent[-1])) == as_sent
        assert (answered, headers) == (as_answered, as_headers)


@pytest.mark.parametrize("value", [1, "one", None, {"other": [1]}])
@pytest.mark.parametrize("path", ["$", "$.a", "$.a.b", "$.new", "$.new.b.c"])
def test_a_path_changes_a_copy_as_the_library_changes_data(path, value):
    data = {"a": {"b": {"x": 1}, "c": 2}, "d": [1]}
    before = copy.deepcopy(data)
    changed = frugal._parse_result_path(path).update_or_create(data, value)
    assert data == before
    assert changed == frugal._parse_by_library(path).update_or_create(before, value)


@pytest.mark.parametrize("part", [None, True, 1, 12345678901, 1.5, "", "a", "ä", "\x01", [], {}])
def test_the_size_of_data_is_never_underrated(part, monkeypatch):
    monkeypatch.setattr(frugal, "_remembered", {})
    small = 40_000
    for data in ([part] * small, {str(number): part for number in range(small)}, [[part]] * small):
        assert frugal.is_within_size_quota(data) == frugal._measure(data)
