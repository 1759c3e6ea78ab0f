"""The simulator delivers interactions, and accepts responses and edits, as Discord does."""

import json
from typing import Any

import pytest
import requests
from nacl.exceptions import BadSignatureError
from nacl.signing import VerifyKey
from requests.adapters import BaseAdapter

from local.simulator import ManualClock, Simulator
from local.simulator.bot_client import BotClient

URL = "https://bot.example/interactions"
DEFERRED = {"type": 5, "data": {"flags": 64}}


class Endpoint(BaseAdapter):
    """The application's endpoint: answers every interaction with ``answer`` after ``seconds``.

    Bytes are the body as it is, an integer is the status, and None means no answer.
    """

    content_type: str | None = "application/json"

    def __init__(self, clock: ManualClock, answer: Any, seconds: float = 0) -> None:
        super().__init__()
        self.clock, self.answer, self.seconds = clock, answer, seconds
        self.requests: list[requests.PreparedRequest] = []

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> Any:
        self.requests.append(request)
        self.clock.sleep(self.seconds)
        if self.answer is None:
            raise requests.ConnectionError
        response = requests.Response()
        response.status_code = self.answer if isinstance(self.answer, int) else 200
        if self.content_type is not None:
            response.headers["Content-Type"] = self.content_type
        is_raw = isinstance(self.answer, bytes)
        response._content = self.answer if is_raw else json.dumps(self.answer).encode()
        return response

    def close(self) -> None:
        pass


@pytest.fixture
def bot(bot: BotClient) -> BotClient:
    """A client without the bot token: the interaction's token in the path is enough."""
    bot.session.headers.pop("Authorization")
    return bot


def path(simulator: Simulator, token: str, suffix: str = "/messages/@original") -> str:
    return f"/webhooks/{simulator.info['application_id']}/{token}{suffix}"


def send(simulator: Simulator, clock: ManualClock, answer: Any, seconds: float = 0) -> Any:
    endpoint = Endpoint(clock, answer, seconds)
    simulator.session.mount(URL, endpoint)
    signed = simulator.build_interaction("campaign", {"name": "Curse"})
    return signed, simulator.deliver(signed, URL), endpoint


def test_the_signature(simulator: Simulator, clock: ManualClock) -> None:
    _, delivery, endpoint = send(simulator, clock, DEFERRED)
    assert (delivery.status, delivery.response) == (200, DEFERRED)
    request = endpoint.requests[0]
    assert request.headers["User-Agent"].startswith("Discord-Interactions/1.0")
    timestamp = request.headers["X-Signature-Timestamp"].encode()
    signature = bytes.fromhex(request.headers["X-Signature-Ed25519"])
    key = VerifyKey(bytes.fromhex(simulator.info["public_key"]))
    body = request.body
    assert isinstance(body, bytes)
    key.verify(timestamp + body, signature)
    with pytest.raises(BadSignatureError):
        key.verify(timestamp + body + b" ", signature)
    assert int(timestamp) == int(clock.now())


def test_a_deferred_answer_is_edited(
    bot: BotClient, simulator: Simulator, clock: ManualClock
) -> None:
    signed, _, _ = send(simulator, clock, DEFERRED)
    thinking = bot.call("GET", path(simulator, signed.token)).json()
    assert thinking["flags"] == 64 | 128
    mentions: dict[str, Any] = {"parse": []}
    for text in ("working", "done"):
        clock.sleep(2)
        body = {"content": text, "allowed_mentions": mentions}
        answer = bot.call("PATCH", path(simulator, signed.token), body)
        assert answer.status_code == 200
        assert (answer.json()["content"], answer.json()["flags"]) == (text, 64)
    bot.call("PATCH", path(simulator, signed.token), {"content": "forgotten"})
    versions = simulator.messages(signed.id)
    assert [v["content"] for v in versions] == ["working", "done", "forgotten"]
    assert [v["allowed_mentions"] for v in versions] == [mentions, mentions, None]
    assert versions[1]["at"] == versions[0]["at"] + 2 == clock.now()
    assert {v["flags"] for v in versions} == {64}
    # No one else sees an ephemeral message.
    assert simulator.world.messages.get(simulator.info["channel_id"], []) == []


def test_original_before_the_ack(bot: BotClient, simulator: Simulator, clock: ManualClock) -> None:
    simulator.configure(ack_delay_ms=500)
    signed, _, _ = send(simulator, clock, {"type": 5})
    url = path(simulator, signed.token)
    for method in ("GET", "PATCH", "DELETE"):
        answer = bot.call(method, url, {"content": "x"} if method == "PATCH" else None)
        assert (answer.status_code, answer.json()["code"]) == (404, 10008)
    assert simulator.messages(signed.id) == []
    clock.sleep(0.5)
    assert bot.call("PATCH", url, {"content": "x"}).status_code == 200
    # An interaction that is built as acknowledged does not wait.
    acked = simulator.build_interaction("c", acked=True)
    assert bot.call("GET", path(simulator, acked.token)).status_code == 200


def test_the_token_lives_fifteen_minutes(
    bot: BotClient, simulator: Simulator, clock: ManualClock
) -> None:
    signed, _, _ = send(simulator, clock, DEFERRED)
    url = path(simulator, signed.token)
    clock.sleep(899)
    assert bot.call("PATCH", url, {"content": "x"}).status_code == 200
    clock.sleep(1)
    answer = bot.call("PATCH", url, {"content": "late"})
    assert answer.status_code == 401
    assert answer.json() == {"message": "Invalid Webhook Token", "code": 50027}
    assert [v["content"] for v in simulator.messages(signed.id)] == ["x"]
    assert not simulator.interaction(signed.id).token_alive(clock.now())


def test_unknown_tokens(bot: BotClient, simulator: Simulator) -> None:
    signed = simulator.build_interaction("c", acked=True)
    body = {"content": "x"}
    assert bot.call("PATCH", path(simulator, "nope"), body).json()["code"] == 10015
    wrong = f"/webhooks/1/{signed.token}/messages/@original"
    assert bot.call("PATCH", wrong, body).json()["code"] == 10015


@pytest.mark.bad_requests
@pytest.mark.parametrize("answer", [None, 500, {"type": 99}, {"no": "type"}, {"type": 4}])
def test_a_bad_answer_kills_the_token(
    bot: BotClient, simulator: Simulator, clock: ManualClock, answer: Any
) -> None:
    signed, delivery, _ = send(simulator, clock, answer)
    assert delivery.status == (None if answer is None else 500 if answer == 500 else 200)
    url = path(simulator, signed.token)
    assert bot.call("PATCH", url, {"content": "x"}).json()["code"] == 10015


def test_a_right_answer_with_a_wrong_status_kills_the_token(
    simulator: Simulator, clock: ManualClock
) -> None:
    signed = simulator.build_interaction("c")
    simulator.receive(signed.id, DEFERRED, status=500)
    assert not simulator.interaction(signed.id).token_alive(clock.now())


@pytest.mark.bad_requests
@pytest.mark.parametrize("body", [b"", b"{", b"[" * 100_000, b"\xff"])
def test_an_answer_that_is_no_json_kills_the_token(
    simulator: Simulator, clock: ManualClock, body: bytes
) -> None:
    signed, delivery, _ = send(simulator, clock, body)
    assert (delivery.status, delivery.response) == (200, None)
    assert not simulator.interaction(signed.id).token_alive(clock.now())


@pytest.mark.bad_requests
@pytest.mark.parametrize(
    ("content_type", "alive"),
    [
        ("application/json; charset=utf-8", True),
        ("Application/JSON", True),
        ("text/plain", False),
        ("application/jsonp", False),
        ("", False),
        (None, False),
    ],
)
def test_an_answer_that_is_not_said_to_be_json_kills_the_token(
    simulator: Simulator,
    clock: ManualClock,
    monkeypatch: pytest.MonkeyPatch,
    content_type: str | None,
    alive: bool,
) -> None:
    monkeypatch.setattr(Endpoint, "content_type", content_type)
    signed, delivery, _ = send(simulator, clock, DEFERRED)
    assert (delivery.status, delivery.response) == (200, DEFERRED if alive else None)
    assert simulator.interaction(signed.id).token_alive(clock.now()) is alive


@pytest.mark.parametrize(("seconds", "alive"), [(2.9, True), (3.1, False)])
def test_a_late_answer_kills_the_token(
    simulator: Simulator, clock: ManualClock, seconds: float, alive: bool
) -> None:
    signed, _, _ = send(simulator, clock, DEFERRED, seconds)
    assert simulator.interaction(signed.id).token_alive(clock.now()) is alive


@pytest.mark.bad_requests
def test_an_answer_as_a_call(bot: BotClient, simulator: Simulator, clock: ManualClock) -> None:
    signed = simulator.build_interaction("c")
    url = f"/interactions/{signed.id}/{signed.token}/callback"
    wrong = bot.call("POST", url, {"type": 4, "data": {"content": "x" * 2001}})
    assert set(wrong.json()["errors"]) == {"content"}
    assert bot.call("POST", url, {}).json()["code"] == 50035
    # An invalid response does not count.
    assert bot.call("POST", url, DEFERRED).status_code == 204
    again = bot.call("POST", url, DEFERRED)
    assert (again.status_code, again.json()["code"]) == (400, 40060)
    # A second response does not replace the first.
    simulator.receive(signed.id, {"type": 4, "data": {"content": "y"}})
    assert bot.call("GET", path(simulator, signed.token)).json()["content"] == ""
    assert signed.token not in str(simulator.requests)

    late = simulator.build_interaction("c")
    clock.sleep(3.1)
    for id_, token in ((late.id, late.token), (signed.id, "nope"), ("1", signed.token)):
        answer = bot.call("POST", f"/interactions/{id_}/{token}/callback", DEFERRED)
        assert (answer.status_code, answer.json()["code"]) == (404, 10062)
    simulator.configure(response_deadline_s=3.2)
    url = f"/interactions/{late.id}/{late.token}/callback"
    assert bot.call("POST", url, DEFERRED).status_code == 204


def test_an_immediate_answer(bot: BotClient, simulator: Simulator, clock: ManualClock) -> None:
    data = {"content": "hello", "allowed_mentions": {"parse": []}}
    signed, _, _ = send(simulator, clock, {"type": 4, "data": data})
    assert [v["content"] for v in simulator.messages(signed.id)] == ["hello"]
    assert not simulator.interaction(signed.id).ephemeral
    assert len(simulator.world.messages[simulator.info["channel_id"]]) == 1
    assert bot.call("DELETE", path(simulator, signed.token)).status_code == 204
    assert bot.call("GET", path(simulator, signed.token)).json()["code"] == 10008
    assert simulator.world.messages[simulator.info["channel_id"]] == []
    ephemeral, _, _ = send(simulator, clock, {"type": 4, "data": data | {"flags": 64}})
    assert simulator.interaction(ephemeral.id).ephemeral


def test_followups(bot: BotClient, simulator: Simulator, clock: ManualClock) -> None:
    signed, _, _ = send(simulator, clock, DEFERRED)
    url = path(simulator, signed.token, "")
    # While the bot is "thinking", a follow-up becomes the response.
    assert bot.call("POST", url, {"content": "first"}).status_code == 200
    assert bot.call("POST", url, {"content": "second", "flags": 64}).json()["flags"] == 64
    shown = simulator.interaction(signed.id).as_json(clock.now())
    assert [v["content"] for v in shown["versions"]] == ["first"]
    assert [v["content"] for v in shown["followups"]] == ["second"]


@pytest.mark.bad_requests
def test_content_is_limited(bot: BotClient, simulator: Simulator) -> None:
    signed = simulator.build_interaction("c", acked=True)
    url = path(simulator, signed.token)
    answer = bot.call("PATCH", url, {"content": "x" * 2001})
    assert answer.status_code == 400
    assert answer.json()["errors"]["content"]["_errors"][0] == {
        "code": "BASE_TYPE_MAX_LENGTH",
        "message": "Must be 2000 or fewer in length.",
    }
    assert bot.call("PATCH", url, {"allowed_mentions": []}).json()["code"] == 50035
    assert bot.call("PATCH", url, {"content": "x" * 2000}).status_code == 200
    assert bot.call("PATCH", url, {"content": ""}).json()["code"] == 50006


def test_tokens_stay_out_of_the_log(bot: BotClient, simulator: Simulator) -> None:
    signed = simulator.build_interaction("c", acked=True)
    bot.call("PATCH", path(simulator, signed.token), {"content": "x"}, reason="why ½")
    entry = simulator.requests[-1]
    assert entry == {
        "method": "PATCH",
        "path": f"/webhooks/{simulator.info['application_id']}/{{token}}/messages/@original",
        "status": 200,
        "at": simulator.clock.now(),
        "body": {"content": "x"},
        "audit_log_reason": "why ½",
    }
    simulator.clear_requests()
    assert simulator.requests == []
