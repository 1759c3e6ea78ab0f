"""The application answers presses (Discord docs: Interactions > Receiving and Responding)."""

import json
from typing import Any

import pytest

from local.simulator import ManualClock, Simulator
from local.simulator.bot_client import BotClient
from tests.components import EPHEMERAL, ROWS, answered, button, row

LOADING, REPLY = 128, 19

pytestmark = pytest.mark.usefixtures("unlimited")


def original(simulator: Simulator, token: str) -> str:
    return f"/webhooks/{simulator.info['application_id']}/{token}/messages/@original"


def shown(bot: BotClient, message: dict[str, Any]) -> Any:
    return bot.call("GET", f"/channels/{message['channel_id']}/messages/{message['id']}").json()


@pytest.mark.parametrize("flags", [0, EPHEMERAL])
def test_a_new_message(
    bot: BotClient, simulator: Simulator, message: dict[str, Any], flags: int
) -> None:
    signed = simulator.build_press(message["id"], "undo")
    simulator.receive(signed.id, {"type": 4, "data": {"content": "y", "flags": flags}})
    answer = bot.call("GET", original(simulator, signed.token)).json()
    assert (answer["content"], answer["flags"], answer["type"]) == ("y", flags, REPLY)
    metadata = answer["interaction_metadata"]
    assert (metadata["type"], metadata["interacted_message_id"]) == (3, message["id"])
    assert metadata["user"]["id"] == simulator.info["owner_id"]
    assert answer["message_reference"]["message_id"] == message["id"]
    assert shown(bot, message)["content"] == "x"


def test_a_deferred_message(bot: BotClient, simulator: Simulator, message: dict[str, Any]) -> None:
    signed = simulator.build_press(message["id"], "undo")
    simulator.receive(signed.id, {"type": 5, "data": {"flags": EPHEMERAL}})
    path = original(simulator, signed.token)
    assert bot.call("GET", path).json()["flags"] == EPHEMERAL | LOADING
    edited = bot.call("PATCH", path, {"content": "done", "components": ROWS}).json()
    assert (edited["content"], edited["flags"]) == ("done", EPHEMERAL)
    assert simulator.messages(signed.id)[-1]["components"] == edited["components"]
    again = json.loads(simulator.build_press(signed.id, "undo").body)
    assert again["message"] == edited


def test_a_deferred_update(bot: BotClient, simulator: Simulator, message: dict[str, Any]) -> None:
    signed = simulator.build_press(message["id"], "undo")
    simulator.receive(signed.id, {"type": 6, "data": {"content": "not yet"}})
    path = original(simulator, signed.token)
    assert bot.call("GET", path).json() == message
    assert simulator.messages(signed.id) == []
    edited = bot.call("PATCH", path, {"content": "undone", "components": []}).json()
    assert (edited["id"], edited["content"], edited["components"]) == (message["id"], "undone", [])
    assert shown(bot, message) == edited
    assert [v["content"] for v in simulator.messages(signed.id)] == ["undone"]
    assert bot.call("DELETE", path).status_code == 204
    assert shown(bot, message)["code"] == 10008
    with pytest.raises(Exception, match="10008"):
        simulator.build_press(message["id"], "undo")


def test_an_update(bot: BotClient, simulator: Simulator, message: dict[str, Any]) -> None:
    signed = simulator.build_press(message["id"], "undo")
    rows = [row(button(custom_id="undo", disabled=True))]
    simulator.receive(signed.id, {"type": 7, "data": {"content": "z", "components": rows}})
    updated = shown(bot, message)
    assert (updated["content"], updated["edited_timestamp"] is None) == ("z", False)
    assert updated["components"][0]["components"][0]["disabled"] is True
    assert [v["content"] for v in simulator.messages(signed.id)] == ["z"]
    with pytest.raises(ValueError, match="disabled"):
        simulator.build_press(message["id"], "undo")


def test_an_update_of_an_ephemeral_message(bot: BotClient, simulator: Simulator) -> None:
    command = answered(simulator, EPHEMERAL)
    press = simulator.build_press(command, "undo")
    simulator.receive(press.id, {"type": 7, "data": {"content": "gone", "components": []}})
    token = simulator.interaction(command).token
    kept = bot.call("GET", original(simulator, token)).json()
    assert (kept["content"], kept["components"], kept["flags"]) == ("gone", [], EPHEMERAL)
    assert bot.call("DELETE", original(simulator, press.token)).status_code == 204
    assert bot.call("GET", original(simulator, token)).json()["code"] == 10008


@pytest.mark.bad_requests
def test_a_wrong_update_changes_nothing(
    bot: BotClient, simulator: Simulator, message: dict[str, Any]
) -> None:
    signed = simulator.build_press(message["id"], "undo")
    wrong = {"type": 7, "data": {"content": "z", "components": [row()]}}
    path = f"/interactions/{signed.id}/{signed.token}/callback"
    assert bot.call("POST", path, wrong).json()["code"] == 50035
    assert shown(bot, message) == message
    # The application may still give the right answer by a call; as the endpoint's answer, a wrong
    # one is the last.
    simulator.receive(signed.id, wrong)
    assert simulator.failure(signed.id) == "This interaction failed"
    assert shown(bot, message) == message


def test_an_update_of_what_is_gone(
    bot: BotClient, simulator: Simulator, message: dict[str, Any]
) -> None:
    signed = simulator.build_press(message["id"], "undo")
    path = f"/channels/{message['channel_id']}/messages/{message['id']}"
    assert bot.call("DELETE", path).status_code == 204
    callback = f"/interactions/{signed.id}/{signed.token}/callback"
    answer = bot.call("POST", callback, {"type": 7, "data": {"content": "z"}})
    assert (answer.status_code, answer.json()["code"]) == (404, 10008)


def test_the_callback_tells_what_it_updated(
    bot: BotClient, simulator: Simulator, message: dict[str, Any]
) -> None:
    signed = simulator.build_press(message["id"], "undo")
    path = f"/interactions/{signed.id}/{signed.token}/callback?with_response=true"
    told = bot.call("POST", path, {"type": 7, "data": {"content": "z"}}).json()
    assert told["resource"]["type"] == 7
    assert told["resource"]["message"]["content"] == "z"
    assert "response_message_id" not in told["interaction"]


def test_without_an_answer_the_user_reads_that_it_failed(
    simulator: Simulator, clock: ManualClock, message: dict[str, Any]
) -> None:
    pressed = simulator.build_press(message["id"], "undo")
    command = simulator.build_interaction("c")
    clock.sleep(3)
    assert simulator.failure(pressed.id) is None
    clock.sleep(0.1)
    assert simulator.failure(pressed.id) == "This interaction failed"
    assert simulator.failure(command.id) == "The application did not respond"
    late = simulator.build_press(message["id"], "undo", acked=True)
    clock.sleep(4)
    assert simulator.failure(late.id) is None


def test_the_token_of_a_press_lives_fifteen_minutes(
    bot: BotClient, simulator: Simulator, clock: ManualClock
) -> None:
    command = answered(simulator, EPHEMERAL)
    clock.sleep(899)
    press = simulator.build_press(command, "undo", acked=True)
    clock.sleep(1)
    old = original(simulator, simulator.interaction(command).token)
    assert bot.call("PATCH", old, {"content": "y"}).json()["code"] == 50027
    # The press's own token is younger, and its @original is the same message.
    clock.sleep(898)
    fresh = original(simulator, press.token)
    assert bot.call("PATCH", fresh, {"content": "y"}).json()["content"] == "y"
    clock.sleep(1)
    assert bot.call("PATCH", fresh, {"content": "z"}).json()["code"] == 50027


def test_a_followup_of_a_press(bot: BotClient, simulator: Simulator) -> None:
    message = answered(simulator)
    press = simulator.build_press(message, "undo", acked=True)
    webhook = f"/webhooks/{simulator.info['application_id']}/{press.token}"
    body = {"content": "sorry", "flags": EPHEMERAL, "components": ROWS}
    told = bot.call("POST", webhook, body).json()
    assert (told["content"], told["flags"]) == ("sorry", EPHEMERAL)
    pressed_id = bot.call("GET", f"{webhook}/messages/@original").json()["id"]
    assert told["interaction_metadata"]["original_response_message_id"] == pressed_id
    path = f"{webhook}/messages/{told['id']}"
    assert bot.call("GET", path).json() == told
    assert bot.call("PATCH", path, {"content": "y"}).json()["content"] == "y"
    # The pressed message is not a version of the follow-up, and the other way round.
    assert simulator.messages(press.id) == []
    assert simulator.build_press(told["id"], "undo")
    assert bot.call("DELETE", path).status_code == 204
    assert bot.call("GET", path).json()["code"] == 10008
    assert bot.call("GET", f"{webhook}/messages/1").json()["code"] == 10008
    assert bot.call("GET", f"{webhook}/messages/{pressed_id}").json()["id"] == pressed_id
