"""The simulator answers no foreign page in the developer's browser."""

import http.client
import json
from typing import Any

import pytest

from local.simulator.server import SimulatorServer


def asked(
    served: SimulatorServer, headers: dict[str, str], method: str = "GET", body: str | None = None
) -> tuple[int, dict[str, str], Any]:
    """Send a request as a browser would; return the status, the headers and the parsed body."""
    port = int(served.base_url.rpartition(":")[2])
    given = {name: value.replace("PORT", str(port)) for name, value in headers.items()}
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    path = "/_simulator/info" if method == "GET" else "/_simulator/guilds"
    try:
        connection.request(method, path, body, given)
        answer = connection.getresponse()
        return answer.status, dict(answer.getheaders()), json.loads(answer.read())
    finally:
        connection.close()


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Host": "localhost:PORT"},
        {"Host": "LocalHost:PORT"},
        {"Origin": "http://127.0.0.1:PORT"},
        {"Host": "localhost:PORT", "Origin": "http://localhost:PORT"},
        {"Sec-Fetch-Site": "same-origin"},
        {"Sec-Fetch-Site": "none"},
    ],
)
def test_programs_and_its_own_pages_are_answered(served: SimulatorServer, headers: dict[str, str]):
    status, _, said = asked(served, headers)
    assert (status, said) == (200, served.simulator.info)


NOT_THIS_SERVER = "is not this server: use http://127.0.0.1:PORT or http://localhost:PORT."
OTHER_ORIGIN = "This server refuses pages of other origins: send the request from a program."
OTHER_SITE = "This server refuses pages of other sites: send the request from a program."
OTHERS = [
    ({"Host": "rebound.example"}, NOT_THIS_SERVER),
    ({"Host": "rebound.example:PORT"}, NOT_THIS_SERVER),
    ({"Host": "127.0.0.1"}, NOT_THIS_SERVER),
    ({"Host": "127.0.0.1:1"}, NOT_THIS_SERVER),
    ({"Host": "127.0.0.1.rebound.example:PORT"}, NOT_THIS_SERVER),
    ({"Host": ""}, NOT_THIS_SERVER),
    ({"Origin": "http://page.example"}, OTHER_ORIGIN),
    ({"Origin": "null"}, OTHER_ORIGIN),
    ({"Origin": "http://127.0.0.1:1"}, OTHER_ORIGIN),
    ({"Origin": "http://localhost:PORT"}, OTHER_ORIGIN),
    ({"Origin": "https://127.0.0.1:PORT"}, OTHER_ORIGIN),
    ({"Sec-Fetch-Site": "cross-site"}, OTHER_SITE),
    ({"Sec-Fetch-Site": "same-site"}, OTHER_SITE),
]


@pytest.mark.parametrize(("headers", "why"), OTHERS)
@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS"])
def test_nobody_elses_page_is_answered(
    served: SimulatorServer, headers: dict[str, str], why: str, method: str
):
    before = set(served.simulator.world.guilds)
    json_headers = {"Content-Type": "application/json"} | headers
    status, answered, said = asked(served, json_headers, method, None if method == "GET" else "{}")
    assert status == 403
    assert said["message"].endswith(why.replace("PORT", served.base_url.rpartition(":")[2]))
    assert served.simulator.info["bot_token"] not in json.dumps(said)
    assert not [name for name in answered if name.lower().startswith("access-control-")]
    assert set(served.simulator.world.guilds) == before


def test_a_refused_request_does_not_end_the_connection(served: SimulatorServer):
    port = int(served.base_url.rpartition(":")[2])
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    statuses = []
    for headers in ({"Origin": "http://page.example"}, {}):
        connection.request("POST", "/_simulator/nowhere", '{"a": 1}', headers)
        answer = connection.getresponse()
        answer.read()
        statuses.append(answer.status)
    connection.close()
    assert statuses == [403, 404]
