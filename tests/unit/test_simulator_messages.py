"""The simulator's messages follow Discord's rules (Discord docs: Resources > Message)."""

from collections.abc import Iterator
from typing import Any

import pytest

from local.simulator import ManualClock, Simulator
from local.simulator.bot_client import BotClient

CATEGORY, FORUM = 4, 15


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def simulator(clock: ManualClock) -> Iterator[Simulator]:
    made = Simulator(clock)
    made.configure(rate_limits=False)
    yield made
    made.close()


@pytest.fixture
def bot(simulator: Simulator) -> Iterator[BotClient]:
    with BotClient(simulator) as client:
        yield client


def send(bot: BotClient, status: int = 200, channel: str | None = None, **body: Any) -> Any:
    channel = channel or bot.simulator.info["channel_id"]
    answer = bot.call("POST", f"/channels/{channel}/messages", {"content": "x"} | body)
    assert answer.status_code == status, answer.text
    return answer.json()


@pytest.mark.parametrize("nonce", ["1441200000000000000", 7, 0])
def test_an_enforced_nonce_makes_one_message(
    bot: BotClient, simulator: Simulator, clock: ManualClock, nonce: str | int
) -> None:
    first = send(bot, nonce=nonce, enforce_nonce=True)
    assert first["nonce"] == nonce
    clock.sleep(120)
    again = send(bot, content="y", nonce=nonce, enforce_nonce=True)
    assert again == first
    # The author counts, not the channel.
    other = bot.call("POST", f"/guilds/{simulator.guild().id}/channels", {"name": "a"}).json()
    assert send(bot, channel=other["id"], nonce=nonce, enforce_nonce=True) == first
    assert len(simulator.world.messages[simulator.info["channel_id"]]) == 1


def test_a_nonce_counts_only_if_enforced_and_for_a_few_minutes(
    bot: BotClient, clock: ManualClock
) -> None:
    first = send(bot, nonce="n")
    second = send(bot, nonce="n")
    assert send(bot, nonce="n", enforce_nonce=True)["id"] == second["id"] != first["id"]
    assert send(bot, nonce="m", enforce_nonce=True)["id"] != second["id"]
    assert send(bot, enforce_nonce=True)["id"] != send(bot, enforce_nonce=True)["id"]
    clock.sleep(180)
    assert send(bot, nonce="n", enforce_nonce=True)["id"] != second["id"]


@pytest.mark.parametrize("nonce", ["x" * 26, 1 << 63, True, [1]])
def test_a_nonce_can_be_wrong(bot: BotClient, nonce: Any) -> None:
    answer = send(bot, 400, nonce=nonce, enforce_nonce=True)
    assert (answer["code"], set(answer["errors"])) == (50035, {"nonce"})


@pytest.mark.parametrize("type_", [CATEGORY, FORUM])
def test_no_messages_without_text(bot: BotClient, type_: int) -> None:
    body = {"name": "a", "type": type_}
    path = f"/guilds/{bot.simulator.guild().id}/channels"
    channel = bot.call("POST", path, body).json()["id"]
    assert send(bot, 400, channel)["code"] == 50008
