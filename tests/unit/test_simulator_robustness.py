"""The simulator answers whatever a client sends, and stays correct when many call at once."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from local.simulator import ManualClock, Simulator
from local.simulator.bot_client import BotClient

FLOATS = st.floats(allow_nan=False, allow_infinity=False)
SCALARS = st.none() | st.booleans() | st.integers() | FLOATS | st.text()
JSON = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner)
)
FIELDS = [
    "name",
    "type",
    "topic",
    "position",
    "parent_id",
    "permission_overwrites",
    "nsfw",
    "permissions",
    "color",
    "colors",
    "mentionable",
    "content",
    "embeds",
    "components",
    "allowed_mentions",
    "flags",
    "description",
    "options",
    "default_member_permissions",
    "rate_limit_per_user",
]
ROW = st.dictionaries(st.sampled_from(["id", "type", "allow", "deny", "name", "options"]), JSON)
BODY = st.dictionaries(st.sampled_from(FIELDS), JSON | st.lists(ROW, max_size=3), max_size=6)


@pytest.mark.bad_requests
@settings(max_examples=60, deadline=None, derandomize=True, database=None)
@given(body=BODY | JSON | st.lists(ROW, max_size=2))
def test_any_body_gets_an_answer(body: Any) -> None:
    simulator = Simulator(ManualClock())
    simulator.configure(rate_limits=False)
    info = simulator.info
    application, guild = info["application_id"], info["guild_id"]
    token = simulator.build_interaction("c", acked=True).token
    webhook = f"/webhooks/{application}/{token}"
    with BotClient(simulator) as bot:
        for method, path in (
            ("POST", f"/guilds/{guild}/roles"),
            ("POST", f"/guilds/{guild}/channels"),
            ("PATCH", f"/channels/{info['channel_id']}"),
            ("PUT", f"/channels/{info['channel_id']}/permissions/{guild}"),
            ("POST", f"/channels/{info['channel_id']}/messages"),
            ("PUT", f"/applications/{application}/commands"),
            ("PATCH", f"{webhook}/messages/@original"),
            ("POST", webhook),
        ):
            assert bot.call(method, path, body).status_code < 500
    signed = simulator.build_interaction("c")
    simulator.receive(signed.id, body)
    signed = simulator.build_interaction("c")
    simulator.receive(signed.id, {"type": 5, "data": body})
    simulator.close()


def nested(depth: int, inner: str = "1") -> str:
    return "[" * depth + inner + "]" * depth


NO_JSON = [nested(101), nested(300), nested(100_000), '{"a":' * 50_000, '{"x": NaN}', "[-Infinity]"]


@pytest.mark.bad_requests
@pytest.mark.parametrize("body", NO_JSON)
def test_what_cannot_be_read_is_no_json(bot: BotClient, simulator: Simulator, body: str) -> None:
    url = f"{simulator.base_url}/api/v10/guilds/{simulator.guild().id}/roles"
    headers = {"Content-Type": "application/json"}
    answer = bot.session.post(url, data=body, headers=headers)
    assert (answer.status_code, answer.json()) == (
        400,
        {"message": "The request body contains invalid JSON.", "code": 50109},
    )
    assert simulator.requests[-1]["body"] is None
    url = f"{simulator.base_url}/_simulator/guilds"
    told = bot.session.post(url, data=body, headers=headers)
    assert told.status_code == 400


@pytest.mark.bad_requests
def test_what_is_nested_as_deeply_as_can_be_is_read(bot: BotClient, simulator: Simulator) -> None:
    webhook = simulator.build_interaction("c", acked=True).token
    application, component = simulator.info["application_id"], {"type": 17}
    for _ in range(45):
        component = {"type": 17, "components": [component]}
    path = f"/webhooks/{application}/{webhook}/messages/@original"
    answer = bot.call("PATCH", path, {"flags": 1 << 15, "components": [component]})
    assert answer.json()["code"] == 50035
    assert bot.call("GET", f"/guilds/{simulator.guild().id}?with_counts={nested(99)}").ok


@pytest.mark.bad_requests
def test_half_a_character_is_answered(bot: BotClient) -> None:
    answer = bot.call("PATCH", "/applications/@me", {"interactions_endpoint_url": "http://\ud800/"})
    assert (answer.status_code, answer.json()["code"]) == (400, 50035)


@pytest.mark.parametrize("stale_reads_ms", [0, 50])
def test_many_at_once(stale_reads_ms: float) -> None:
    simulator = Simulator(ManualClock())
    simulator.configure(rate_limits=False, stale_reads_ms=stale_reads_ms)
    guild = simulator.info["guild_id"]

    def create(number: int) -> str:
        with BotClient(simulator) as bot:
            answer = bot.call("POST", f"/guilds/{guild}/channels", {"name": f"c{number}"})
            bot.call("GET", f"/guilds/{guild}/channels")
            return str(answer.json()["id"])

    with ThreadPoolExecutor(8) as pool:
        ids = list(pool.map(create, range(80)))
    assert len(set(ids)) == 80
    assert set(ids) < set(simulator.guild().channels)
    assert len(simulator.requests) == 160
    simulator.close()
