"""Over the control API, people press, type, write and read as they do by the Python object."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from werkzeug.wrappers import Request, Response

from local.simulator.server import SimulatorServer
from tests.serving import serving
from tests.simulator_control import Control, reached_at

ROW = {"type": 1, "components": [{"type": 2, "style": 4, "label": "l", "custom_id": "delete"}]}
CHOICES = [{"name": "Curse of Strahd", "value": "1"}]
RESPONSES: dict[int, dict[str, Any]] = {
    2: {"type": 4, "data": {"content": "Sure?", "flags": 64, "components": [ROW]}},
    3: {"type": 7, "data": {"content": "Deleted", "components": []}},
    4: {"type": 8, "data": {"choices": CHOICES}},
}


def answered(request: Request) -> Response:
    response = RESPONSES[json.loads(request.get_data())["type"]]
    return Response(json.dumps(response), mimetype="application/json")


@pytest.fixture(autouse=True)
def _endpoint(served: SimulatorServer) -> Iterator[None]:
    with serving(answered) as origin, reached_at(served.simulator, f"{origin}/interactions"):
        yield


def test_a_press_from_end_to_end(control: Control) -> None:
    info = control.call("GET", "/info")
    command = {"command": "c", "user_id": info["player_id"]}
    sent = control.call("POST", "/interactions", command)
    shown = control.call("GET", f"/interactions/{sent['id']}")
    assert shown["versions"][0]["components"][0]["components"][0]["custom_id"] == "delete"
    messages = f"/users/{{}}/channels/{info['channel_id']}/messages"
    seen = control.call("GET", messages.format(info["player_id"]))
    assert seen[-1]["id"] == shown["message_id"]
    assert shown["message_id"] not in str(control.call("GET", messages.format(info["owner_id"])))

    press = f"/messages/{shown['message_id']}/press"
    body = {"custom_id": "delete"}
    built = control.call("POST", f"{press}/build", body)
    assert json.loads(built["body"])["data"]["custom_id"] == "delete"
    assert control.call("GET", f"/interactions/{built['id']}")["failure"] is None
    foreign = {"custom_id": "delete", "user_id": info["owner_id"]}
    control.call("POST", press, foreign, status=400)
    control.call("POST", press, {"custom_id": "undo"}, status=400)
    control.call("POST", press, {}, status=404)
    control.call("POST", "/messages/1/press", body, status=404)
    pressed = control.call("POST", press, body)
    assert (pressed["status"], pressed["response"]["type"]) == (200, 7)
    seen = control.call("GET", messages.format(info["player_id"]))
    assert (seen[-1]["content"], seen[-1]["components"]) == ("Deleted", [])
    control.call("POST", press, body, status=400)


def test_a_press_by_the_interactions_id(control: Control) -> None:
    sent = control.call("POST", "/interactions", {"command": "c"})
    pressed = control.call("POST", f"/messages/{sent['id']}/press", {"custom_id": "delete"})
    assert pressed["response"]["type"] == 7


def test_typing(control: Control) -> None:
    typed = {"command": "campaign", "options": {"name": "Cur"}, "type": 4}
    control.call("POST", "/interactions", typed | {"options": {"x": "Cur"}}, status=400)
    sent = control.call("POST", "/interactions", typed)
    assert control.call("GET", f"/interactions/{sent['id']}")["choices"] == CHOICES


def test_what_nobody_can_enter_is_told(control: Control) -> None:
    told = control.call("POST", "/interactions", {"command": "campaign"}, status=400)
    assert told["message"] == "the required option name is missing"


def test_people(control: Control) -> None:
    info = control.call("GET", "/info")
    messages = f"/users/{info['player_id']}/channels/{info['channel_id']}/messages"
    sent = control.call("POST", messages, {"content": "Hello"})
    assert control.call("GET", messages)[-1] == sent
    general = control.call("GET", f"/guilds/{info['guild_id']}")["channels"][1]
    assert general["last_message_id"] == sent["id"]
    control.call("POST", messages.replace(info["player_id"], "1"), {"content": "x"}, status=404)
    commands = f"/users/{info['player_id']}/guilds/{info['guild_id']}/commands"
    assert control.call("GET", commands) == ["c", "campaign"]


def test_members_leave_and_join(control: Control) -> None:
    guild = control.call("POST", "/guilds", {})
    path = f"/guilds/{guild['guild_id']}"

    def names() -> set[str]:
        return {member["name"] for member in control.call("GET", path)["members"]}

    control.call("POST", f"{path}/members/{guild['player_id']}/leave", {"banned": True})
    control.call("POST", f"{path}/members/{guild['player_id']}/leave", {}, status=404)
    control.call("POST", f"{path}/members", {"username": "player"}, status=400)
    joined = control.call("POST", f"{path}/members", {"username": "another"})
    assert names() == {"gamemaster", "channelwright", "another"}
    bot = control.call("GET", "/info")["bot_user_id"]
    control.call("POST", f"{path}/members/{bot}/leave", {})
    control.call("POST", f"{path}/members/{joined['id']}/leave", {})
    assert names() == {"gamemaster"}
    control.call("POST", f"{path}/bot", {"permissions": "1024"})
    role = next(role for role in control.call("GET", path)["roles"] if role["managed"])
    assert (names(), role["permissions"]) == ({"gamemaster", "channelwright"}, "1024")
    control.call("POST", f"{path}/bot", {}, status=400)
