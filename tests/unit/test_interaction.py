"""The interaction Lambda: everything Discord, or anybody else, may send gets a fitting answer."""

import base64
import json
import os
import socket
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from nacl.signing import SigningKey

import interaction
from channelwright import sqs
from channelwright.permissions import BOT_NEEDS, CALLER_NEEDS
from tests.sqs_endpoint import sqs_endpoint

KEY = SigningKey(bytes(range(32)))
NOW = 1_700_000_000
COMMAND = {
    "id": "175928847299117063",
    "application_id": "1001",
    "type": 2,
    "token": "a-token",
    "version": 1,
    "guild_id": "2001",
    "channel_id": "3001",
    "member": {"user": {"id": "4001", "username": "gm"}, "permissions": str(CALLER_NEEDS)},
    "app_permissions": str(BOT_NEEDS),
    "locale": "de",
    "data": {
        "id": "5001",
        "name": "add-campaign",
        "type": 1,
        "options": [{"name": "name", "type": 3, "value": "  Curse of Strahd "}],
    },
}


@pytest.fixture(scope="module")
def endpoint():
    with sqs_endpoint() as queue:
        yield queue


@pytest.fixture(autouse=True)
def queue(endpoint, monkeypatch):
    """A queue; `queue()` takes the messages out of it."""
    monkeypatch.setenv("TASKS_QUEUE_URL", endpoint.url)
    monkeypatch.setenv("DISCORD_PUBLIC_KEY", KEY.verify_key.encode().hex())
    monkeypatch.setattr(interaction, "time", SimpleNamespace(time=lambda: NOW))
    endpoint.take()
    return endpoint.take


def signed(raw: bytes, timestamp: str = str(NOW), **event):
    signature = KEY.sign(timestamp.encode() + raw).signature.hex()
    return {
        "headers": {"x-signature-ed25519": signature, "x-signature-timestamp": timestamp},
        "body": raw.decode(),
        "isBase64Encoded": False,
        **event,
    }


def ask(payload) -> dict:
    answer = interaction.handler(signed(json.dumps(payload).encode()), None)
    assert answer["statusCode"] == 200
    assert answer["headers"]["content-type"] == "application/json"
    return json.loads(answer["body"])


def change(**changes):
    return {**COMMAND, **changes}


def named(name):
    return change(data={"name": "add-campaign", "options": [{"name": "name", "value": name}]})


def refused(payload, queue) -> str:
    """Check that a command is refused in a message that only its sender sees."""
    answer = ask(payload)
    assert answer["type"] == 4
    assert answer["data"]["flags"] == 64
    assert answer["data"]["allowed_mentions"] == {"parse": []}
    assert queue() == []
    return answer["data"]["content"]


def test_ping():
    assert ask({"type": 1}) == {"type": 1}


def test_a_campaign_is_deferred_and_enqueued_with_the_seeds_field_names(queue):
    assert ask(COMMAND) == {"type": 5}
    assert queue() == [
        {
            "interaction_id": "175928847299117063",
            "application_id": "1001",
            "interaction_token": "a-token",
            "guild_id": "2001",
            "channel_id": "3001",
            "user_id": "4001",
            "campaign_name": "Curse of Strahd",
            "locale": "de",
            "app_permissions": str(BOT_NEEDS),
        }
    ]


@pytest.mark.parametrize("spelling", [str.upper, str.title, str.lower])
def test_any_header_case(spelling):
    event = signed(b'{"type":1}')
    event["headers"] = {spelling(name): value for name, value in event["headers"].items()}
    assert interaction.handler(event, None)["statusCode"] == 200


def test_a_base64_body():
    body = '{"type":1, "x":"Стра́д"}'.encode()
    event = signed(body, body=base64.b64encode(body).decode(), isBase64Encoded=True)
    assert json.loads(interaction.handler(event, None)["body"]) == {"type": 1}


@pytest.mark.parametrize(
    "event",
    [
        {},
        {"headers": None, "body": None},
        {"headers": {}, "body": '{"type":1}'},
        {**signed(b'{"type":1}'), "body": '{"type":1} '},
        {**signed(b'{"type":1}'), "headers": {"x-signature-timestamp": str(NOW)}},
        signed(b'{"type":1}', body="%%%", isBase64Encoded=True),
        signed(b'{"type":1}', timestamp=str(NOW - 301)),
        signed(b'{"type":1}', timestamp=str(NOW + 301)),
        signed(b'{"type":1}', timestamp="now"),
    ],
)
def test_what_discord_did_not_sign_or_not_just_now(event):
    assert interaction.handler(event, None)["statusCode"] == 401


@pytest.mark.parametrize("body", [b"", b"{", b"[1]", b'"x"', b"null", b"[" * 100_000])
def test_what_is_no_interaction(body):
    assert interaction.handler(signed(body), None)["statusCode"] == 400


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("", "is empty"),
        ("   ", "is empty"),
        ("\u200b", "is empty"),
        ("a\x07b", "control character"),
        ("a\nb", "line break"),
        ("x" * 81, "has 81 characters"),
        (None, "is empty"),
        (7, "is empty"),
    ],
)
def test_a_bad_name(name, reason, queue):
    content = refused(named(name), queue)
    assert reason in content
    assert "Use 1 to 80 visible characters" in content


def test_a_missing_name(queue):
    assert "is empty" in refused(change(data={"name": "add-campaign"}), queue)


@pytest.mark.parametrize("name", ["x" * 80, "@everyone <@1> **x**", "呪い 🎲", "\ufffe x"])
def test_a_strange_but_good_name(name, queue):
    assert ask(named(name)) == {"type": 5}
    assert queue()[0]["campaign_name"] == name


def test_a_direct_message(queue):
    dm = {key: value for key, value in COMMAND.items() if key not in {"guild_id", "member"}}
    assert "only in a server" in refused({**dm, "user": {"id": "4001"}}, queue)


def test_the_caller_lacks_a_permission(queue):
    member = {**COMMAND["member"], "permissions": str(1 << 4)}
    content = refused(change(member=member), queue)
    assert "You need the permission Manage Roles" in content
    assert "Manage Channels" not in content


def test_the_bot_lacks_permissions(queue):
    content = refused(change(app_permissions=str(BOT_NEEDS & ~(1 << 28) & ~(1 << 20))), queue)
    assert "The bot lacks the permissions Manage Roles and Connect." in content


def test_an_administrator_needs_nothing_else():
    member = {**COMMAND["member"], "permissions": "8"}
    assert ask(change(member=member, app_permissions="8")) == {"type": 5}


def test_an_unknown_command(queue):
    assert "does not know that command" in refused(change(data={"name": "drop-campaign"}), queue)


@pytest.mark.parametrize(("type_", "answer"), [(3, 4), (4, 8), (5, 4), (99, 4), (None, 4)])
def test_other_interactions_get_a_valid_answer(type_, answer, queue):
    said = ask(change(type=type_))
    assert said["type"] == answer
    if answer == 8:
        assert said["data"] == {"choices": []}
    assert queue() == []


def troubled(payload, caplog) -> str:
    """Ask for what cannot be enqueued; return what the user is told."""
    answer = ask(payload)
    assert answer["data"]["flags"] == 64
    assert "SendMessage failed" in caplog.text
    assert "a-token" not in caplog.text
    return answer["data"]["content"]


def test_a_queue_that_is_not_there(monkeypatch, caplog, queue):
    monkeypatch.setenv("TASKS_QUEUE_URL", os.environ["TASKS_QUEUE_URL"] + "-gone")
    assert "Nothing was created" in troubled(COMMAND, caplog)
    assert "QueueDoesNotExist" in caplog.text
    assert queue() == []


def test_an_sqs_that_is_not_reached(monkeypatch, caplog):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))  # and never listens
        url = f"http://127.0.0.1:{closed.getsockname()[1]}/1/q"
        monkeypatch.setenv("TASKS_QUEUE_URL", url)
        assert "Nothing was created" in troubled(COMMAND, caplog)


def test_an_sqs_that_somebody_else_answers_for(monkeypatch, caplog, endpoint):
    """The queue speaks no TLS: the connection is not trusted with the message."""
    monkeypatch.setenv("TASKS_QUEUE_URL", endpoint.url.replace("http://", "https://"))
    assert "Nothing was created" in troubled(COMMAND, caplog)
    assert endpoint.bodies == []


@pytest.mark.parametrize("trouble", [(503, "busy"), (500, "{}"), "hangs up", "is slow"])
def test_it_is_not_known_whether_sqs_took_it(endpoint, monkeypatch, caplog, trouble):
    monkeypatch.setattr(sqs, "TIMEOUT_SECONDS", 0.2)
    endpoint.troubles.append(trouble)
    assert "not sure that your request was taken" in troubled(COMMAND, caplog)


def test_a_wrong_key_is_refused(monkeypatch, caplog, queue):
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "another")
    assert "Nothing was created" in troubled(COMMAND, caplog)
    assert queue() == []


ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.sampled_from([*COMMAND, "x"]), ANY_JSON, st.data())
def test_any_signed_json_gets_an_answer(queue, key, value, data):
    payload = {**COMMAND, key: value}
    if key in {"member", "data"} and data.draw(st.booleans()):
        inner = data.draw(st.sampled_from([*COMMAND[key]]))
        payload[key] = {**COMMAND[key], inner: value}
    body = json.dumps(payload).encode()
    assert interaction.handler(signed(body), None)["statusCode"] in {200, 400}


def test_the_cold_start_imports_nothing_that_is_slow_to_import():
    slow = {"boto3", "botocore", "urllib3", "requests", "tomllib", "hypothesis"}
    code = f"import sys, interaction; print(sorted({slow} & set(sys.modules)))"
    printed = subprocess.run(
        [sys.executable, "-c", code],
        cwd=Path(interaction.__file__).parent,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert printed.strip() == "[]"
