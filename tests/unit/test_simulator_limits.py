"""The simulator limits rates, and shows writes late, as Discord does."""

import pytest

from local.simulator import ManualClock, Simulator
from local.simulator.bot_client import BotClient
from local.simulator.snowflakes import SnowflakeFactory, created_at


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
        assert answer.headers["X-RateLimit-Reset-After"] == f"{5 - left}.000"
        assert float(answer.headers["X-RateLimit-Reset"]) == clock.now() + 5 - left
    clock.sleep(0.25)
    answer = bot.call("PATCH", path, {"content": "x"})
    assert answer.status_code == 429
    assert answer.json() == {
        "message": "You are being rate limited.",
        "retry_after": 0.75,
        "global": False,
    }
    assert answer.headers["Retry-After"] == "1"
    assert answer.headers["X-RateLimit-Scope"] == "user"
    assert answer.headers["X-RateLimit-Remaining"] == "0"
    assert answer.headers["X-RateLimit-Reset-After"] == "4.750"
    assert "X-RateLimit-Global" not in answer.headers
    # Each interaction token has its own bucket.
    other = bot.call("PATCH", original(simulator), {"content": "x"})
    assert other.status_code == 200
    assert other.headers["X-RateLimit-Bucket"] == answer.headers["X-RateLimit-Bucket"]
    # After that time there is room for one call, not for five.
    clock.sleep(answer.json()["retry_after"])
    assert bot.call("PATCH", path, {"content": "x"}).status_code == 200
    assert bot.call("PATCH", path, {"content": "x"}).status_code == 429
    clock.sleep(5)
    answers = [bot.call("PATCH", path, {"content": "x"}).status_code for _ in range(6)]
    assert answers == [200] * 5 + [429]


def test_a_fixed_window_is_full_again_at_once(
    bot: BotClient, simulator: Simulator, clock: ManualClock
) -> None:
    info = simulator.info
    path = f"/guilds/{info['guild_id']}/members/{info['player_id']}/roles/1"
    for left in range(9, -1, -1):
        answer = bot.call("PUT", path)
        assert answer.headers["X-RateLimit-Remaining"] == str(left)
        assert answer.headers["X-RateLimit-Reset-After"] == f"{left + 1}.000"
        clock.sleep(1 if left else 0.5)
    answer = bot.call("PUT", path)
    assert (answer.status_code, answer.json()["retry_after"]) == (429, 0.5)
    clock.sleep(0.5)
    assert [bot.call("PUT", path).status_code for _ in range(11)] == [404] * 10 + [429]


def test_a_shared_limit_is_nobodys_fault(
    bot: BotClient, simulator: Simulator, clock: ManualClock
) -> None:
    shared = {"requests": 1, "seconds": 60, "scope": "shared"}
    simulator.configure(limits={"read": shared, "invalid": [3, 600]})
    path = f"/guilds/{simulator.guild().id}"
    bot.call("GET", path)
    for _ in range(5):
        answer = bot.call("GET", path)
        assert answer.status_code == 429
        assert answer.headers["X-RateLimit-Scope"] == "shared"
        assert answer.json()["message"] == "The resource is being rate limited."
    simulator.configure(limits={"read": {"scope": "user", "code": 20029}})
    answer = bot.call("GET", path)
    assert answer.json()["code"] == 20029
    assert "write rate limit" in answer.json()["message"]


def test_too_many_invalid_requests_are_a_ban(
    bot: BotClient, simulator: Simulator, clock: ManualClock
) -> None:
    assert simulator.settings.limits["invalid"].requests == 10_000
    assert simulator.settings.limits["invalid"].seconds == 600
    simulator.configure(limits={"invalid": [4, 600], "global": [3, 1], "read": [99, 1]})
    good, path = bot.session.headers["Authorization"], f"/guilds/{simulator.guild().id}"
    bot.session.headers["Authorization"] = "Bot wrong"
    assert bot.call("GET", path).status_code == 401
    clock.sleep(600)
    # The first invalid request is too old to count.
    assert [bot.call("GET", path).status_code for _ in range(2)] == [401, 401]
    bot.session.headers["Authorization"] = good
    statuses = [bot.call("GET", path).status_code for _ in range(4)]
    assert statuses == [200, 200, 200, 429]
    clock.sleep(300)
    simulator.guild().members.pop(simulator.info["bot_user_id"])
    assert bot.call("GET", f"{path}/roles").status_code == 403
    for call in (("GET", path), ("PATCH", original_of_nobody(simulator), {"content": "x"})):
        answer = bot.call(*call)
        assert answer.status_code == 429
        assert "json" not in answer.headers["Content-Type"]
        assert "X-RateLimit-Scope" not in answer.headers
        assert int(answer.headers["Retry-After"]) == 3600
    clock.sleep(3600)
    assert bot.call("GET", path).json()["code"] == 10004


def original_of_nobody(simulator: Simulator) -> str:
    return f"/webhooks/{simulator.info['application_id']}/nope/messages/@original"


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
    assert bot.call("POST", path, {"color": -1}).headers["X-RateLimit-Remaining"] == "249"
    assert bot.call("POST", path, {}).headers["X-RateLimit-Remaining"] == "248"


def test_unknown_settings_are_refused(simulator: Simulator) -> None:
    with pytest.raises(ValueError, match="latency"):
        simulator.configure(latency=3)
    with pytest.raises(ValueError, match="edits"):
        simulator.configure(limits={"edits": [1, 1]})


def test_latency(bot: BotClient, simulator: Simulator, clock: ManualClock) -> None:
    simulator.configure(latency_ms=250)
    before = clock.now()
    bot.call("GET", "/users/@me")
    assert clock.now() - before == pytest.approx(0.25)


def test_latency_can_spread(bot: BotClient, simulator: Simulator, clock: ManualClock) -> None:
    simulator.configure(latency_ms=200, latency_spread=1.0, rate_limits=False)
    took = []
    for _ in range(500):
        before = clock.now()
        bot.call("GET", "/users/@me")
        took.append(clock.now() - before)
    took.sort()
    assert 0.15 < took[250] < 0.25
    assert took[5] < 0.05
    assert took[-5] > 1.0


def test_stale_reads_can_be_rare(bot: BotClient, simulator: Simulator, clock: ManualClock) -> None:
    simulator.configure(stale_reads_ms=2000, stale_reads_chance=0.5, rate_limits=False)
    info = simulator.info
    role = bot.call("POST", f"/guilds/{info['guild_id']}/roles", {"permissions": "0"}).json()["id"]
    clock.sleep(2)
    member = f"/guilds/{info['guild_id']}/members/{info['player_id']}"
    assert bot.call("PUT", f"{member}/roles/{role}").status_code == 204
    seen = [bot.call("GET", member).json()["roles"] for _ in range(40)]
    assert 5 < seen.count([role]) < 35
    assert seen.count([]) == 40 - seen.count([role])


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
    # A write sees the current state.
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
