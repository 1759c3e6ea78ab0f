"""The simulator fails on demand, in process and over HTTP."""

import re
import socket
import threading

import pytest
import requests

from local.simulator import ManualClock, Simulator, server
from local.simulator.bot_client import USER_AGENT, BotClient
from local.simulator.clock import SystemClock
from local.simulator.server import SimulatorServer


def roles(bot: BotClient) -> str:
    return f"/guilds/{bot.simulator.guild().id}/roles"


def test_before_nothing_is_done(bot: BotClient, simulator: Simulator) -> None:
    simulator.faults.add(method="POST", path="/roles$", status=503)
    answer = bot.call("POST", roles(bot), {"name": "a"})
    assert answer.status_code == 503
    assert answer.json() == {"message": "503: Service Unavailable", "code": 0}
    assert len(simulator.guild().roles) == 2
    assert bot.call("POST", roles(bot), {"name": "a"}).status_code == 200


def test_after_it_is_done(bot: BotClient, simulator: Simulator) -> None:
    simulator.faults.add(
        method="post", body_contains='"Party"', effect="after", status=502, body="<html>"
    )
    assert bot.call("POST", roles(bot), {"name": "a"}).status_code == 200
    answer = bot.call("POST", roles(bot), {"name": "Party"})
    assert (answer.status_code, answer.text) == (502, "<html>")
    assert [r.name for r in simulator.guild().roles.values()].count("Party") == 1
    assert simulator.requests[-1]["status"] == 502


def test_skip_and_times(bot: BotClient, simulator: Simulator) -> None:
    simulator.faults.add(path="^/users/", skip=1, times=2, status=500)
    statuses = [bot.call("GET", "/users/@me").status_code for _ in range(5)]
    assert statuses == [200, 500, 500, 200, 200]
    assert simulator.faults.list()[0]["hits"] == 2
    assert simulator.faults.list()[0]["seen"] == 5
    simulator.faults.clear()
    simulator.faults.add(times=None, status=500)
    assert {bot.call("GET", "/users/@me").status_code for _ in range(9)} == {500}


def test_body_and_headers(bot: BotClient, simulator: Simulator) -> None:
    body = {"message": "m", "code": 20031}
    simulator.faults.add(status=400, body=body, headers={"X-A": "b"})
    answer = bot.call("GET", "/users/@me")
    assert (answer.json(), answer.headers["X-A"]) == (body, "b")
    simulator.faults.add(status=429)
    answer = bot.call("GET", "/users/@me")
    assert answer.headers["Retry-After"] == "1"
    assert answer.json()["retry_after"] == 1


@pytest.mark.parametrize("kind", ["refuse", "reset"])
def test_broken_connections(bot: BotClient, simulator: Simulator, kind: str) -> None:
    simulator.faults.add(connection=kind)
    with pytest.raises(requests.ConnectionError):
        bot.call("POST", roles(bot), {})
    assert len(simulator.guild().roles) == 2
    assert simulator.requests[-1]["status"] is None
    assert bot.call("POST", roles(bot), {}).status_code == 200


@pytest.mark.parametrize("kind", ["reset", "timeout"])
def test_answers_lost_after_the_work(bot: BotClient, simulator: Simulator, kind: str) -> None:
    simulator.faults.add(connection=kind, effect="after")
    with pytest.raises(requests.RequestException):
        bot.call("POST", roles(bot), {})
    assert len(simulator.guild().roles) == 3


@pytest.mark.parametrize(("timeout", "waited"), [(7, 7), ((1, 4), 4), (None, 30)])
def test_a_timeout_takes_as_long_as_the_client_waits(
    bot: BotClient, simulator: Simulator, clock: ManualClock, timeout: object, waited: float
) -> None:
    simulator.faults.add(connection="timeout")
    before = clock.now()
    with pytest.raises(requests.ReadTimeout):
        bot.call("GET", "/users/@me", timeout=timeout)
    assert clock.now() - before == waited


@pytest.mark.parametrize(
    "wrong",
    [
        {"effect": "during"},
        {"connection": "cut"},
        {"connection": "refuse", "effect": "after"},
        {"path": "("},
        {"paths": "x"},
    ],
)
def test_wrong_faults_are_refused(simulator: Simulator, wrong: dict[str, str]) -> None:
    with pytest.raises((TypeError, ValueError, re.error)):
        simulator.faults.add(**wrong)
    assert simulator.faults.list() == []


class Held(SystemClock):
    """A clock whose sleepers wake when the test sets `woken`."""

    def __init__(self) -> None:
        self.woken = threading.Event()

    def sleep(self, seconds: float) -> None:
        self.woken.wait()


def test_over_http() -> None:
    clock = Held()
    with SimulatorServer(Simulator(clock)) as served, requests.Session() as session:
        simulator = served.simulator
        session.headers["User-Agent"] = USER_AGENT
        session.headers["Authorization"] = f"Bot {simulator.info['bot_token']}"
        url = f"{simulator.info['api_base_url']}/guilds/{simulator.guild().id}/roles"
        simulator.faults.add(connection="reset", effect="after")
        with pytest.raises(requests.ConnectionError):
            session.post(url, json={})
        assert len(simulator.guild().roles) == 3
        simulator.faults.add(connection="timeout")
        with pytest.raises(requests.ReadTimeout):
            session.post(url, json={}, timeout=0.2)
        clock.woken.set()
        simulator.faults.add(status=503)
        assert session.post(url, json={}).status_code == 503
        assert session.post(url, json={}).status_code == 200
        assert len(simulator.guild().roles) == 4


def test_http_connections_are_kept_and_quick(monkeypatch: pytest.MonkeyPatch) -> None:
    undelayed = []
    handle = server._Handler.handle

    def note_and_handle(handler: server._Handler) -> None:
        undelayed.append(handler.connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
        handle(handler)

    monkeypatch.setattr(server._Handler, "handle", note_and_handle)
    with SimulatorServer(Simulator()) as served, requests.Session() as session:
        for _ in range(5):
            answer = session.get(f"{served.base_url}/_simulator/info")
            assert answer.json()["api_base_url"] == f"{served.base_url}/api/v10"
    # There was one connection; delayed acknowledgements would cost 40 ms per answer.
    assert len(undelayed) == 1
    assert all(undelayed)
