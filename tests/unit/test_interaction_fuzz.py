"""Any request is answered 2xx or 4xx, never 5xx, and nothing unsigned reaches the queue."""

import base64
import json
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from nacl.signing import SigningKey

import interaction
from local.simulator.clock import ManualClock
from local.simulator.simulator import Simulator
from tests.sqs_endpoint import Queue, sqs_endpoint

KEY = SigningKey(bytes(range(32)))
NOW = 1_800_000_000
SIGNATURE, TIMESTAMP = "x-signature-ed25519", "x-signature-timestamp"

fuzz = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=300
)


@pytest.fixture(scope="module")
def endpoint() -> Iterator[Queue]:
    with sqs_endpoint() as queue:
        yield queue


@pytest.fixture
def queue(endpoint: Queue, monkeypatch: pytest.MonkeyPatch) -> Queue:
    monkeypatch.setenv("TASKS_QUEUE_URL", endpoint.url)
    monkeypatch.setenv("DISCORD_PUBLIC_KEY", KEY.verify_key.encode().hex())
    monkeypatch.setattr(interaction, "time", SimpleNamespace(time=lambda: NOW))
    endpoint.take()
    return endpoint


@pytest.fixture(scope="module")
def discord() -> Iterator[Simulator]:
    simulator = Simulator(ManualClock(NOW))
    yield simulator
    simulator.close()


@pytest.fixture(scope="module")
def payload(discord: Simulator) -> dict[str, Any]:
    """An interaction as Discord sends it, in full."""
    body = discord.build_interaction("add-campaign", {"name": "Curse of Strahd"}).body
    whole: dict[str, Any] = json.loads(body)
    return whole


def signed(raw: bytes) -> dict[str, Any]:
    timestamp = str(NOW)
    return {
        "headers": {
            SIGNATURE: KEY.sign(timestamp.encode() + raw).signature.hex(),
            TIMESTAMP: timestamp,
        },
        "body": base64.b64encode(raw).decode(),
        "isBase64Encoded": True,
    }


def answered(event: dict[str, Any]) -> int:
    """Return the status; check that API Gateway takes the answer."""
    answer = interaction.handler(event, None)
    json.loads(answer["body"])
    assert set(answer) == {"statusCode", "headers", "body"}
    return int(answer["statusCode"])


TEXT = st.text(max_size=40)
HEADERS = st.dictionaries(
    st.sampled_from([SIGNATURE, TIMESTAMP, "X-Signature-Ed25519", "content-type"]) | TEXT,
    TEXT | st.sampled_from([str(NOW), "00" * 64, "zz" * 64, "-1", "1e9", "٣" * 10]),
    max_size=5,
)


@fuzz
@given(
    st.none() | HEADERS,
    st.none() | TEXT | st.sampled_from(['{"type":1}', "{", "A=" * 9]),
    st.booleans(),
)
def test_what_is_not_signed_is_refused_and_reaches_nothing(queue, headers, body, is_base64):
    event = {"headers": headers, "body": body, "isBase64Encoded": is_base64}
    assert answered(event) == 401
    assert queue.bodies == []


@fuzz
@given(st.binary(max_size=200))
def test_any_signed_bytes(queue, raw):
    assert answered(signed(raw)) in {200, 400}
    assert queue.bodies == []


ANY = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["9" * 5000, "-1", "0", "\ud800", "\x00", "x" * 5000, "add-campaign"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=6,
)


@fuzz
@given(ANY)
def test_any_signed_json(queue, value):
    assert answered(signed(json.dumps(value).encode())) in {200, 400}


@fuzz
@given(st.data())
def test_an_interaction_in_which_anything_is_changed_or_missing(queue, payload, data):
    """Change or delete the value at any place in the payload."""
    changed = json.loads(json.dumps(payload))
    place: Any = changed
    while True:
        key = data.draw(st.sampled_from(sorted(place) if isinstance(place, dict) else [0]))
        inner = place[key]
        if not isinstance(inner, dict | list) or not inner or data.draw(st.booleans()):
            break
        place = inner
    if isinstance(place, dict) and data.draw(st.booleans()):
        del place[key]
    else:
        place[key] = data.draw(ANY)
    assert answered(signed(json.dumps(changed).encode())) in {200, 400}
    for message in queue.take():
        assert all(isinstance(value, str) for value in message.values())
        assert 1 <= len(message["campaign_name"]) <= 80


def flipped(raw: bytes, bit: int) -> bytes:
    changed = bytearray(raw)
    changed[bit // 8 % len(raw)] ^= 1 << bit % 8
    return bytes(changed)


@fuzz
@given(st.sampled_from(["body", "signature", "timestamp", "key"]), st.integers(0, (1 << 16) - 1))
def test_one_flipped_bit_of_a_fresh_request_is_refused(queue, discord, monkeypatch, where, bit):
    fresh = discord.build_interaction("add-campaign", {"name": "Curse of Strahd"})
    parts = {
        "body": fresh.body.encode(),
        "signature": bytes.fromhex(fresh.headers["X-Signature-Ed25519"]),
        "timestamp": fresh.headers["X-Signature-Timestamp"].encode(),
        "key": bytes.fromhex(discord.info["public_key"]),
    }

    def status(body: bytes, signature: bytes, timestamp: bytes, key: bytes) -> int:
        monkeypatch.setenv("DISCORD_PUBLIC_KEY", key.hex())
        headers = {SIGNATURE: signature.hex(), TIMESTAMP: timestamp.decode("latin-1")}
        text = base64.b64encode(body).decode()
        return answered({"headers": headers, "body": text, "isBase64Encoded": True})

    assert status(**parts | {where: flipped(parts[where], bit)}) == 401
    assert queue.bodies == []
    assert status(**parts) == 200
    assert queue.take()[0]["interaction_id"] == fresh.id
