"""Members press components, and the application answers.

Discord docs: Components > Reference; Interactions > Receiving and Responding.
"""

import json
from typing import Any

import pytest

from local.simulator import ManualClock, Simulator
from local.simulator.bot_client import BotClient
from local.simulator.guild import Overwrite
from local.simulator.interaction_schema import check
from local.simulator.permissions import BOT_DEFAULT, EVERYONE_DEFAULT, VIEW_CHANNEL

EPHEMERAL, LOADING, V2 = 64, 128, 1 << 15
REPLY, COMMAND_ANSWER = 19, 20

pytestmark = pytest.mark.usefixtures("unlimited")


def row(*components: dict[str, Any]) -> dict[str, Any]:
    return {"type": 1, "components": list(components)}


def button(custom_id: str = "undo", **fields: Any) -> dict[str, Any]:
    return {"type": 2, "style": 1, "custom_id": custom_id, "label": "l"} | fields


def users(**fields: Any) -> dict[str, Any]:
    return {"type": 5, "custom_id": "who"} | fields


ROWS = [row(button(), button("off", disabled=True)), row(users(max_values=2))]


@pytest.fixture
def message(bot: BotClient) -> dict[str, Any]:
    """A message of the bot in #general, with a button that is disabled and one that is not."""
    path = f"/channels/{bot.simulator.info['channel_id']}/messages"
    sent: dict[str, Any] = bot.call("POST", path, {"content": "x", "components": ROWS}).json()
    return sent


def answered(simulator: Simulator, flags: int = 0) -> str:
    """Return the id of the player's command that was answered with a message with a button."""
    command = simulator.build_interaction("c", user_id=simulator.info["player_id"])
    data = {"content": "x", "components": ROWS, "flags": flags}
    simulator.receive(command.id, {"type": 4, "data": data})
    return command.id


def original(simulator: Simulator, token: str) -> str:
    return f"/webhooks/{simulator.info['application_id']}/{token}/messages/@original"


def shown(bot: BotClient, message: dict[str, Any]) -> Any:
    return bot.call("GET", f"/channels/{message['channel_id']}/messages/{message['id']}").json()


def test_a_press(simulator: Simulator, message: dict[str, Any]) -> None:
    info = simulator.info
    signed = simulator.build_press(message["id"], "undo", user_id=info["player_id"])
    payload = json.loads(signed.body)
    assert (payload["type"], payload["id"], payload["token"]) == (3, signed.id, signed.token)
    assert payload["data"] == {"id": 2, "custom_id": "undo", "component_type": 2}
    assert payload["message"] == message
    assert payload["channel"]["id"] == payload["channel_id"] == info["channel_id"]
    assert payload["member"]["user"]["id"] == info["player_id"]
    assert payload["member"]["permissions"] == str(EVERYONE_DEFAULT)
    assert payload["app_permissions"] == str(EVERYONE_DEFAULT | BOT_DEFAULT)
    other = json.loads(simulator.build_press(message["id"], "undo").body)
    assert other["member"]["user"]["id"] == info["owner_id"]
    assert other["id"] != payload["id"]
    assert other["token"] != payload["token"]


def test_a_choice_of_users(simulator: Simulator, message: dict[str, Any]) -> None:
    info = simulator.info
    picked = [info["player_id"], info["owner_id"]]
    data = json.loads(simulator.build_press(message["id"], "who", values=picked).body)["data"]
    assert (data["component_type"], data["values"]) == (5, picked)
    resolved = data["resolved"]
    assert set(resolved["users"]) == set(resolved["members"]) == set(picked)
    assert resolved["users"][info["player_id"]]["username"] == "player"
    assert resolved["members"][info["player_id"]]["permissions"] == str(EVERYONE_DEFAULT)


def test_a_choice_of_what_a_select_offers(bot: BotClient, simulator: Simulator) -> None:
    info = simulator.info
    options = [{"label": "A", "value": "a"}, {"label": "B", "value": "b"}]
    given = {
        3: ("a", None),
        6: (info["guild_id"], "roles"),
        7: (info["player_id"], "members"),
        8: (info["channel_id"], "channels"),
    }
    for type_, (value, kind) in given.items():
        extra = {"options": options} if type_ == 3 else {}
        rows = [row({"type": type_, "custom_id": "s"} | extra)]
        path = f"/channels/{info['channel_id']}/messages"
        sent = bot.call("POST", path, {"content": "x", "components": rows}).json()
        data = json.loads(simulator.build_press(sent["id"], "s", values=[value]).body)["data"]
        assert (data["component_type"], data["values"]) == (type_, [value])
        assert kind is None or value in data["resolved"][kind]
        with pytest.raises(ValueError, match="values must be among" if type_ == 3 else "resolved"):
            simulator.build_press(sent["id"], "s", values=["7"])


@pytest.mark.parametrize(
    ("custom_id", "values", "told"),
    [
        ("redo", None, "the message has no component redo"),
        ("off", None, "the component off is disabled"),
        ("undo", ["1"], "a button has no values"),
        ("who", None, "a select needs values"),
        ("who", [], "values must be 1 to 2 different ones"),
        ("who", ["1", "2", "3"], "values must be 1 to 2 different ones"),
        ("who", ["1", "1"], "values must be 1 to 2 different ones"),
        ("who", ["1"], "/data/resolved: nothing for the value 1"),
    ],
)
def test_what_nobody_can_press(
    simulator: Simulator,
    message: dict[str, Any],
    custom_id: str,
    values: list[str] | None,
    told: str,
) -> None:
    known = len(simulator.world.interactions)
    with pytest.raises(ValueError, match=told):
        simulator.build_press(message["id"], custom_id, values=values)
    assert len(simulator.world.interactions) == known


def test_who_does_not_see_the_channel_cannot_press(
    simulator: Simulator, message: dict[str, Any]
) -> None:
    guild, player = simulator.guild(), simulator.info["player_id"]
    guild.channels[message["channel_id"]].overwrites = {
        player: Overwrite(player, 1, 0, VIEW_CHANNEL)
    }
    with pytest.raises(ValueError, match="the user does not see the channel"):
        simulator.build_press(message["id"], "undo", user_id=player)
    assert simulator.build_press(message["id"], "undo")


def test_only_one_user_presses_in_an_ephemeral_message(simulator: Simulator) -> None:
    info, command = simulator.info, answered(simulator, EPHEMERAL)
    payload = json.loads(simulator.build_press(command, "undo").body)
    assert payload["member"]["user"]["id"] == info["player_id"]
    assert payload["message"]["flags"] == EPHEMERAL
    assert payload["message"]["interaction_metadata"]["id"] == command
    message_id = payload["message"]["id"]
    assert simulator.build_press(message_id, "undo", user_id=info["player_id"])
    with pytest.raises(ValueError, match="only another user sees the message"):
        simulator.build_press(message_id, "undo", user_id=info["owner_id"])


def test_the_schema_knows_presses(simulator: Simulator, message: dict[str, Any]) -> None:
    press = json.loads(simulator.build_press(message["id"], "undo").body)
    pick = {"id": 3, "custom_id": "who", "component_type": 5}
    for wrong in (press["data"] | {"values": []}, pick, pick | {"values": ["7"]}):
        with pytest.raises(ValueError, match="not an interaction of Discord's"):
            check(press | {"data": wrong})
    hostile = simulator.build_press(
        message["id"], "undo", overrides={"data": {"custom_id": "forged"}}, hostile=True
    )
    assert json.loads(hostile.body)["data"]["custom_id"] == "forged"


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
    simulator.receive(signed.id, {"type": 6})
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
    rows = [row(button(disabled=True))]
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
