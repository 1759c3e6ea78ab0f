"""Members press components (Discord docs: Components > Reference)."""

import json
from typing import Any

import pytest

from local.simulator import Simulator
from local.simulator.bot_client import BotClient
from local.simulator.guild import Overwrite
from local.simulator.interaction_schema import check
from local.simulator.permissions import BOT_DEFAULT, EVERYONE_DEFAULT, VIEW_CHANNEL
from tests.components import EPHEMERAL, answered, row

pytestmark = pytest.mark.usefixtures("unlimited")


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
