"""Our emulator answers programs on this machine, and no page of another origin."""

import http.client
import json
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import requests

from local.emulator import Emulator

TOKEN = "the token that no page may read"


def test_it_listens_on_the_loopback_interface_only(emulator: Emulator):
    listening = Path("/proc/net/tcp")
    if not listening.exists():
        pytest.skip("needs /proc")
    port = f"{int(emulator.endpoint_url.rpartition(':')[2]):04X}"
    rows = [line.split() for line in listening.read_text().splitlines()[1:]]
    local = [row[1] for row in rows if row[3] == "0A" and row[1].endswith(f":{port}")]
    assert local == [f"0100007F:{port}"]


def read_token(emulator: Emulator, headers: dict[str, str]) -> Any:
    """Request the bot's token, as a page could that knows AWS's protocol."""
    port = int(emulator.endpoint_url.rpartition(":")[2])
    scope = "000000000000/20261129/eu-central-1/ssm/aws4_request"
    signed = f"Credential={scope}, SignedHeaders=host, Signature=0"
    asked = {
        "Content-Type": "application/x-amz-json-1.1",
        "X-Amz-Target": "AmazonSSM.GetParameter",
        "Authorization": f"AWS4-HMAC-SHA256 {signed}",
    } | {name: value.replace("PORT", str(port)) for name, value in headers.items()}
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    with closing(connection):
        body = json.dumps({"Name": "token", "WithDecryption": True})
        connection.request("POST", "/", body, asked)
        answer = connection.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read().decode()


@pytest.fixture(scope="module")
def keeper(emulator: Emulator) -> Emulator:
    """Return an emulator that has a token."""
    emulator.client("ssm").put_parameter(Name="token", Value=TOKEN, Type="SecureString")
    return emulator


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Host": "localhost:PORT"},
        {"Origin": "http://127.0.0.1:PORT"},
        {"Sec-Fetch-Site": "same-origin"},
    ],
)
def test_it_answers_programs(keeper: Emulator, headers: dict[str, str]):
    status, _, said = read_token(keeper, headers)
    assert (status, TOKEN in said) == (200, True), said


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "rebound.example"},
        {"Host": "rebound.example:PORT"},
        {"Host": "127.0.0.1:1"},
        {"Host": "rebound.localhost:PORT"},
        {"Host": "bucket.127.0.0.1:PORT"},
        {"Host": "0123abcd.execute-api.127.0.0.1:PORT"},
        {"Origin": "http://page.example"},
        {"Origin": "http://localhost:PORT"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_it_answers_no_page_of_another_origin(keeper: Emulator, headers: dict[str, str]):
    status, answered, said = read_token(keeper, headers)
    assert status == 403
    assert "this server" in said.lower()
    assert TOKEN not in said
    assert not [name for name in answered if name.lower().startswith("access-control-")]


@pytest.mark.parametrize("path", ["/", "/_aws/execute-api/0123abcd/", "/_ministack/config"])
def test_no_page_of_another_origin_is_told_that_it_may_ask(emulator: Emulator, path: str):
    asked = {"Origin": "http://page.example", "Access-Control-Request-Method": "POST"}
    answer = requests.options(f"{emulator.endpoint_url}{path}", headers=asked, timeout=30)
    assert answer.status_code == 403
    assert not [name for name in answer.headers if name.lower().startswith("access-control-")]
