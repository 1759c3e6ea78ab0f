"""Ephemeral messages are seen by one user, and reached by an interaction's token alone.

Discord docs: Interactions > Receiving and Responding; Resources > Message > Message Flags.
"""

from typing import Any

import pytest

from local.simulator import ManualClock, Simulator
from local.simulator.bot_client import BotClient
from local.simulator.errors import DiscordHTTPError
from tests.components import EPHEMERAL, ROWS

UNKNOWN_MESSAGE = 10008

pytestmark = pytest.mark.usefixtures("unlimited")


def webhook(simulator: Simulator, token: str) -> str:
    return f"/webhooks/{simulator.info['application_id']}/{token}"


def answer(simulator: Simulator, type_: int, **data: Any) -> str:
    """Return the token of a command that was answered so."""
    signed = simulator.build_interaction("c", user_id=simulator.info["player_id"])
    simulator.receive(signed.id, {"type": type_, "data": data})
    return signed.token


@pytest.mark.parametrize("type_", [4, 5])
@pytest.mark.parametrize("flags", [0, EPHEMERAL])
def test_the_bots_token_does_not_reach_an_ephemeral_message(
    bot: BotClient, simulator: Simulator, type_: int, flags: int
) -> None:
    data = {"content": "x"} if type_ == 4 else {}
    token = answer(simulator, type_, flags=flags, **data)
    own = bot.call("GET", f"{webhook(simulator, token)}/messages/@original").json()
    place = f"/channels/{simulator.info['channel_id']}/messages"
    listed = [message["id"] for message in bot.call("GET", place).json()]
    calls = [("GET", None), ("PATCH", {"content": "y"}), ("DELETE", None)]
    answers = [bot.call(method, f"{place}/{own['id']}", body) for method, body in calls]
    if flags:
        assert listed == []
        assert [one.status_code for one in answers] == [404] * 3
        assert {one.json()["code"] for one in answers} == {UNKNOWN_MESSAGE}
    else:
        assert listed == [own["id"]]
        assert [one.status_code for one in answers] == [200, 200, 204]


@pytest.mark.parametrize("first", [0, EPHEMERAL])
def test_the_first_answer_decides(bot: BotClient, simulator: Simulator, first: int) -> None:
    token = answer(simulator, 5, flags=first)
    path = f"{webhook(simulator, token)}/messages/@original"
    edited = bot.call("PATCH", path, {"content": "x", "flags": EPHEMERAL ^ first}).json()
    assert edited["flags"] == first
    again = bot.call("PATCH", path, {"content": "y", "flags": EPHEMERAL ^ first}).json()
    assert again["flags"] == first
    # So does it for the follow-up that fills a deferred answer.
    token = answer(simulator, 5, flags=first)
    body = {"content": "x", "flags": EPHEMERAL ^ first}
    assert bot.call("POST", webhook(simulator, token), body).json()["flags"] == first
    # Another follow-up has a flag of its own.
    other = bot.call("POST", webhook(simulator, token), body).json()
    assert other["flags"] == EPHEMERAL ^ first


def test_it_is_edited_while_the_token_lives(
    bot: BotClient, simulator: Simulator, clock: ManualClock
) -> None:
    token = answer(simulator, 4, content="x", flags=EPHEMERAL)
    path = f"{webhook(simulator, token)}/messages/@original"
    told = bot.call("POST", webhook(simulator, token), {"content": "y", "flags": EPHEMERAL}).json()
    followup = f"{webhook(simulator, token)}/messages/{told['id']}"
    clock.sleep(899)
    for place in (path, followup):
        assert bot.call("PATCH", place, {"content": "z"}).json()["content"] == "z"
    clock.sleep(1)
    for place in (path, followup):
        for method, body in (("GET", None), ("PATCH", {"content": "z"}), ("DELETE", None)):
            late = bot.call(method, place, body)
            assert (late.status_code, late.json()["code"]) == (401, 50027)


def test_it_is_deleted_for_its_user(bot: BotClient, simulator: Simulator) -> None:
    token = answer(simulator, 4, content="x", flags=EPHEMERAL, components=ROWS)
    [shown] = simulator.read_messages(user_id=simulator.info["player_id"])
    assert simulator.build_press(shown["id"], "undo")
    path = f"{webhook(simulator, token)}/messages/@original"
    assert bot.call("DELETE", path).status_code == 204
    assert simulator.read_messages(user_id=simulator.info["player_id"]) == []
    with pytest.raises(DiscordHTTPError, match=str(UNKNOWN_MESSAGE)):
        simulator.build_press(shown["id"], "undo")


def test_another_interactions_token_does_not_reach_it(bot: BotClient, simulator: Simulator) -> None:
    token = answer(simulator, 4, content="x", flags=EPHEMERAL)
    own = bot.call("GET", f"{webhook(simulator, token)}/messages/@original").json()
    other = webhook(simulator, answer(simulator, 4, content="y"))
    assert bot.call("GET", f"{other}/messages/{own['id']}").json()["code"] == UNKNOWN_MESSAGE


def test_what_the_bot_writes_by_itself_is_not_ephemeral(
    bot: BotClient, simulator: Simulator
) -> None:
    path = f"/channels/{simulator.info['channel_id']}/messages"
    sent = bot.call("POST", path, {"content": "x", "flags": EPHEMERAL}).json()
    assert sent["flags"] == 0
    assert [message["id"] for message in bot.call("GET", path).json()] == [sent["id"]]
