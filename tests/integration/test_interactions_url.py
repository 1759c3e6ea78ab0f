"""The interactions endpoint, as Discord and as strangers call it."""

import time

import pytest
import requests

from local import execution
from local.stack import Stack
from tests.integration.table import Table

SIGNATURE, TIMESTAMP = "X-Signature-Ed25519", "X-Signature-Timestamp"


@pytest.fixture
def post(stack: Stack, http: requests.Session):
    def send(body: str | bytes, headers: dict[str, str]) -> requests.Response:
        data = body.encode() if isinstance(body, str) else body
        return http.post(stack.endpoints.interactions_url, data=data, headers=headers, timeout=30)

    return send


def test_a_ping_is_answered(table: Table, post):
    ping = table.build(type=1)
    answer = post(ping["body"], ping["headers"])
    assert (answer.status_code, answer.json()) == (200, {"type": 1})
    assert answer.headers["content-type"] == "application/json"


def test_header_names_have_no_case(table: Table, post):
    ping = table.build(type=1)
    for change in (str.lower, str.upper):
        headers = {change(name): value for name, value in ping["headers"].items()}
        assert post(ping["body"], headers).status_code == 200


def test_a_binary_body_is_the_same_body(table: Table, post):
    # API Gateway passes it on in base64.
    ping = table.build(type=1)
    answer = post(ping["body"], ping["headers"] | {"Content-Type": "application/octet-stream"})
    assert (answer.status_code, answer.json()) == (200, {"type": 1})


@pytest.mark.parametrize(
    "change",
    [
        {SIGNATURE: "0" * 128},
        {SIGNATURE: "not hexadecimal"},
        {SIGNATURE: None},
        {TIMESTAMP: None},
        {TIMESTAMP: "1"},
        {TIMESTAMP: ""},
        {SIGNATURE: None, TIMESTAMP: None},
    ],
)
def test_what_discord_did_not_sign_is_refused(table: Table, post, change):
    command = table.build()
    headers = {k: v for k, v in (command["headers"] | change).items() if v is not None}
    assert post(command["body"], headers).status_code == 401
    # Once a signed command sent after it has finished, the refused one would have begun, too.
    table.finished(table.ask())
    machine = table.endpoints.state_machine_arn
    assert execution.find(table.stepfunctions, machine, command["id"]) is None


def test_another_body_under_the_same_signature_is_refused(table: Table, post):
    command = table.build()
    body = command["body"].replace("My Campaign", "My Campaigm")
    assert post(body, command["headers"]).status_code == 401


def test_a_timestamp_of_its_own_is_refused(table: Table, post):
    command = table.build()
    headers = command["headers"] | {TIMESTAMP: str(int(time.time()) - 301)}
    assert post(command["body"], headers).status_code == 401


def test_other_methods_and_paths_do_not_exist(stack: Stack, http: requests.Session):
    url = stack.endpoints.interactions_url
    assert http.get(url, timeout=30).status_code == 404
    assert http.post(url.replace("interactions", "elsewhere"), timeout=30).status_code == 404
