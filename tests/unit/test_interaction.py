"""The interaction Lambda answers correctly whatever Discord, or anyone else, may send."""

import base64
import json
import os
import socket

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import interaction
from channelwright.aws import endpoint as aws_endpoint
from channelwright.commands.command import Command
from tests.sqs_endpoint import sqs_endpoint
from tests.unit.interactions import (
    COMMAND,
    DISCORD,
    NOW,
    ask,
    build,
    change,
    named,
    reasons,
    refused,
    signed,
)

PING = json.dumps(build(type_=1)).encode()

pytestmark = pytest.mark.usefixtures("queue")


def test_a_body_that_is_too_large_is_refused_unread(queue, monkeypatch):
    monkeypatch.setattr(interaction.signature, "is_valid", None)  # calling it would fail
    event = signed(b" " * (interaction.MOST_CHARACTERS + 1))
    assert interaction.handler(event, None)["statusCode"] == 413
    assert queue() == []


def test_the_largest_that_discord_sends_is_read(queue):
    """A name of 6,000 characters, each escaped as two surrogates, and 250 roles."""
    member = COMMAND["member"] | {"roles": [str(10**18 + role) for role in range(250)]}
    options = [{"name": "name", "type": 3, "value": "\U0001f3b2" * 6000}]
    data = COMMAND["data"] | {"options": options}
    body = json.dumps(COMMAND | {"member": member, "data": data}).encode()
    assert len(body) > 72_000
    answer = interaction.handler(signed(body), None)
    assert answer["statusCode"] == 200
    assert json.loads(answer["body"])["type"] == 4  # the name is too long


def test_ping():
    assert ask(build(type_=1)) == {"type": 1}


def test_a_campaign_is_deferred_and_enqueued_with_the_seeds_field_names(queue):
    assert ask(COMMAND) == {"type": 5}
    assert queue() == [
        {
            "interaction_id": COMMAND["id"],
            "application_id": DISCORD.info["application_id"],
            "interaction_token": COMMAND["token"],
            "guild_id": DISCORD.info["guild_id"],
            "channel_id": DISCORD.info["channel_id"],
            "user_id": DISCORD.info["owner_id"],
            "campaign_name": "Curse of Strahd",
            "locale": "de",
            "app_permissions": COMMAND["app_permissions"],
        }
    ]


@pytest.mark.parametrize("spelling", [str.upper, str.title, str.lower])
def test_any_header_case(spelling):
    event = signed(PING)
    event["headers"] = {spelling(name): value for name, value in event["headers"].items()}
    assert interaction.handler(event, None)["statusCode"] == 200


def test_a_base64_body():
    body = json.dumps(build(options={"name": "Стра́д"}), ensure_ascii=False).encode()
    event = signed(body, body=base64.b64encode(body).decode(), isBase64Encoded=True)
    assert json.loads(interaction.handler(event, None)["body"]) == {"type": 5}


@pytest.mark.parametrize(
    "event",
    [
        {},
        {"headers": None, "body": None},
        {"headers": {}, "body": PING.decode()},
        {**signed(PING), "body": PING.decode() + " "},
        {**signed(PING), "headers": {"x-signature-timestamp": str(NOW)}},
        signed(PING, body="%%%", isBase64Encoded=True),
        signed(PING, timestamp=str(NOW - 301)),
        signed(PING, timestamp=str(NOW + 301)),
        signed(PING, timestamp="now"),
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
        ("\x1fabc", "control character"),
        ("abc\n", "line break"),
        (" abc\x85 ", "line break"),
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
    assert "is empty" in refused(build(), queue)


@pytest.mark.parametrize("name", ["x" * 80, "@everyone <@1> **x**", "呪い 🎲", "\ufffe x"])
def test_a_strange_but_good_name(name, queue):
    assert ask(named(name)) == {"type": 5}
    assert queue()[0]["campaign_name"] == name


def test_a_direct_message(queue):
    dm = build(options={"name": "Curse of Strahd"}, direct=True)
    assert "only in a server" in refused(dm, queue)


@pytest.mark.parametrize("context", [1, 2, None, "0", False])
def test_another_context(context, queue):
    assert "only in a server" in refused(change(context=context), queue)


@pytest.mark.parametrize(
    "owners",
    [{}, {"1": "175928847299117063"}, {"0": "175928847299117063"}, {"0": "0"}, None, ["0"]],
)
def test_another_server_or_a_user_installed_the_bot(owners, queue):
    content = refused(change(authorizing_integration_owners=owners), queue)
    assert "The bot is not installed in this server." in content


def test_everything_is_refused_at_once(queue):
    member = COMMAND["member"] | {"permissions": "0"}
    content = refused(named("x" * 81) | {"member": member, "app_permissions": "0"}, queue)
    assert [line.split()[0:3] for line in content.split("\n")] == [
        ["**Could", "not", "create"],
        ["-", "The", "campaign's"],
        ["-", "You", "need"],
        ["-", "The", "bot"],
    ]


def test_a_server_on_the_operators_list_goes_through_the_other_queue(queue, monkeypatch):
    monkeypatch.setenv("PRIORITY_GUILDS", COMMAND["guild_id"])
    with sqs_endpoint() as other:
        monkeypatch.setenv("PRIORITY_QUEUE_URL", other.url)
        assert ask(COMMAND) == {"type": 5}
        assert len(other.take()) == 1
    assert queue() == []


def test_an_unknown_command(queue):
    said = refused(build("drop-campaign"), queue)
    assert "does not know that command. It knows `/add-campaign`, `/campaign`." in said


def test_a_command_may_answer_at_once(queue, monkeypatch):
    ping = Command({"name": "ping"}, lambda _interaction, _records: "pong")
    monkeypatch.setitem(interaction.COMMANDS, "ping", ping)
    answer = ask(build("ping"))
    assert (answer["type"], answer["data"]["content"]) == (4, "pong")
    assert answer["data"]["flags"] == interaction.EPHEMERAL
    assert queue() == []


@pytest.mark.parametrize(
    ("payload", "answer"),
    [
        (build("a-button", type_=3), 4),
        (build(options={"name": "Cur"}, type_=4), 8),
        (build("a-modal", type_=5), 4),
        (change(type=99), 4),
        (change(type=None), 4),
    ],
)
def test_other_interactions_get_a_valid_answer(payload, answer, queue):
    said = ask(payload)
    assert said["type"] == answer
    if answer == 8:
        assert said["data"] == {"choices": []}
    assert queue() == []


def troubled(payload, caplog):
    """Send a command that cannot be queued; return the answer."""
    answer = ask(payload)
    assert answer["data"]["flags"] == 64
    [failure] = [one for one in caplog.records if one.getMessage().startswith("SendMessage failed")]
    assert failure.interaction_id == COMMAND["id"]
    assert not hasattr(failure, "execution")  # there will never be an execution to link to
    assert COMMAND["token"] not in caplog.text
    return answer


def test_a_queue_that_is_not_there(monkeypatch, caplog, queue):
    monkeypatch.setenv("TASKS_QUEUE_URL", os.environ["TASKS_QUEUE_URL"] + "-gone")
    assert "Try again in a minute." in reasons(troubled(COMMAND, caplog))
    assert "QueueDoesNotExist" in caplog.text
    assert queue() == []


def test_an_sqs_that_is_not_reached(monkeypatch, caplog):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))  # bound, but not listening
        url = f"http://127.0.0.1:{closed.getsockname()[1]}/1/q"
        monkeypatch.setenv("TASKS_QUEUE_URL", url)
        assert "Try again in a minute." in reasons(troubled(COMMAND, caplog))


def test_an_sqs_that_somebody_else_answers_for(monkeypatch, caplog, endpoint):
    """The queue speaks no TLS, so the connection is not trusted with the message."""
    monkeypatch.setenv("TASKS_QUEUE_URL", endpoint.url.replace("http://", "https://"))
    assert "Try again in a minute." in reasons(troubled(COMMAND, caplog))
    assert endpoint.bodies == []


@pytest.mark.parametrize("trouble", [(503, "busy"), (500, "{}"), "hangs up", "is slow"])
def test_it_is_not_known_whether_sqs_took_it(endpoint, monkeypatch, caplog, trouble):
    monkeypatch.setattr(aws_endpoint, "TIMEOUT_SECONDS", 0.2)
    endpoint.troubles.append(trouble)
    content = troubled(COMMAND, caplog)["data"]["content"]
    assert "may not have reached the bot" in content
    assert "Nothing was created" not in content


def test_a_wrong_key_is_refused(monkeypatch, caplog, queue):
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "another")
    assert "Try again in a minute." in reasons(troubled(COMMAND, caplog))
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
