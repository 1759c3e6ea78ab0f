"""The simulator limits rates, and shows what was written late, as Discord does."""

from collections.abc import Iterator

import pytest

from local.simulator import ManualClock, Simulator
from local.simulator.bot_client import BotClient
from local.simulator.snowflakes import SnowflakeFactory, created_at


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def simulator(clock: ManualClock) -> Iterator[Simulator]:
    made = Simulator(clock)
    yield made
    made.close()


@pytest.fixture
def bot(simulator: Simulator) -> Iterator[BotClient]:
    with BotClient(simulator) as client:
        yield client


def original(simulator: Simulator) -> str:
    token = simulator.build_interaction("campaign", acked=True).token
    return f"/webhooks/{simulator.info['application_id']}/{token}/messages/@original"


def test_edits(bot: BotClient, simulator: Simulator, clock: ManualClock) -> None:
    path = original(simulator)
    for left in (4, 3, 2, 1, 0):
        answer = bot.call("PATCH", path, {"content": "x"})
        assert answer.status_code == 200
        assert answer.headers["X-RateLimit-Limit"] == "5"
        assert answer.headers["X-RateLimit-Remaining"] == str(left)
        assert float(answer.headers["X-RateLimit-Reset"]) > clock.now()
        clock.sleep(0.5)
    answer = bot.call("PATCH", path, {"content": "x"})
    assert answer.status_code == 429
    assert answer.json() == {
        "message": "You are being rate limited.",
        "code": 0,
        "retry_after": 2.5,
        "global": False,
    }
    assert answer.headers["Retry-After"] == "3"
    assert answer.headers["X-RateLimit-Scope"] == "user"
    assert answer.headers["X-RateLimit-Reset-After"] == "2.500"
    assert "X-RateLimit-Global" not in answer.headers
    # The bucket is the token's own.
    other = bot.call("PATCH", original(simulator), {"content": "x"})
    assert other.status_code == 200
    assert other.headers["X-RateLimit-Bucket"] == answer.headers["X-RateLimit-Bucket"]
    clock.sleep(answer.json()["retry_after"])
    assert bot.call("PATCH", path, {"content": "x"}).status_code == 200


def test_the_global_limit_spares_interactions(bot: BotClient, simulator: Simulator) -> None:
    simulator.configure(limits={"read": [1000, 1]})
    for _ in range(50):
        assert bot.call("GET", "/users/@me").status_code == 200
    answer = bot.call("GET", f"/guilds/{simulator.guild().id}")
    assert answer.status_code == 429
    assert answer.json()["global"] is True
    assert answer.headers["X-RateLimit-Global"] == "true"
    assert answer.headers["X-RateLimit-Scope"] == "global"
    assert bot.call("PATCH", original(simulator), {"content": "x"}).status_code == 200


def test_long_limits_tell_a_long_wait(
    bot: BotClient, simulator: Simulator, clock: ManualClock
) -> None:
    simulator.configure(limits={"role_creates": [2, 48 * 3600]})
    path = f"/guilds/{simulator.guild().id}/roles"
    for _ in range(2):
        assert bot.call("POST", path, {}).status_code == 200
        clock.sleep(3600)
    answer = bot.call("POST", path, {})
    assert (answer.status_code, answer.json()["retry_after"]) == (429, 46 * 3600)
    assert len(simulator.guild().roles) == 4
    # Another guild has its own bucket.
    other = simulator.add_guild()["guild_id"]
    assert bot.call("POST", f"/guilds/{other}/roles", {}).status_code == 200


def test_limits_can_be_off(bot: BotClient, simulator: Simulator) -> None:
    simulator.configure(rate_limits=False)
    answers = [bot.call("GET", "/users/@me") for _ in range(100)]
    assert {answer.status_code for answer in answers} == {200}
    assert "X-RateLimit-Limit" not in answers[-1].headers


@pytest.mark.bad_requests
def test_errors_count_too(bot: BotClient, simulator: Simulator) -> None:
    path = f"/guilds/{simulator.guild().id}/roles"
    assert bot.call("POST", path, {"color": -1}).headers["X-RateLimit-Remaining"] == "49"
    assert bot.call("POST", path, {}).headers["X-RateLimit-Remaining"] == "48"


def test_unknown_settings_are_refused(simulator: Simulator) -> None:
    with pytest.raises(ValueError, match="latency"):
        simulator.configure(latency=3)


def test_latency(bot: BotClient, simulator: Simulator, clock: ManualClock) -> None:
    simulator.configure(latency_ms=250)
    before = clock.now()
    bot.call("GET", "/users/@me")
    assert clock.now() - before == pytest.approx(0.25)


def test_stale_reads(bot: BotClient, simulator: Simulator, clock: ManualClock) -> None:
    guild = f"/guilds/{simulator.guild().id}"
    simulator.configure(stale_reads_ms=2000)
    clock.sleep(10)
    channel = bot.call("POST", f"{guild}/channels", {"name": "a"}).json()
    role = bot.call("POST", f"{guild}/roles", {"name": "a"}).json()
    clock.sleep(1.9)

    def listed(what: str) -> set[str]:
        return {thing["id"] for thing in bot.call("GET", f"{guild}/{what}").json()}

    assert channel["id"] not in listed("channels")
    assert role["id"] not in listed("roles")
    assert bot.call("GET", f"/channels/{channel['id']}").json()["code"] == 10003
    # A write sees what is there.
    assert bot.call("PATCH", f"/channels/{channel['id']}", {"name": "b"}).status_code == 200
    clock.sleep(0.2)
    assert channel["id"] in listed("channels")
    assert role["id"] in listed("roles")
    assert bot.call("GET", f"/channels/{channel['id']}").json()["name"] == "a"
    bot.call("DELETE", f"/channels/{channel['id']}")
    assert channel["id"] in listed("channels")
    simulator.configure(stale_reads_ms=0)
    assert channel["id"] not in listed("channels")


def test_snowflakes_increase_and_tell_the_time(clock: ManualClock) -> None:
    factory = SnowflakeFactory(clock)
    ids = [factory.next() for _ in range(5000)]
    assert ids == sorted(set(ids), key=int)
    assert created_at(ids[0]) == clock.now()
    clock.sleep(-60)
    assert int(factory.next()) > int(ids[-1])
    clock.sleep(3600)
    assert created_at(factory.next()) == clock.now()
