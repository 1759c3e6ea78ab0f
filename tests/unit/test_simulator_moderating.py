"""Moderators change channels by hand, and the view shows what people see."""

import json

from local.simulator.server import SimulatorServer
from tests.simulator_control import Control


def test_a_moderator_moves_and_deletes_channels(control: Control):
    info = control.call("GET", "/info")
    guild = f"/guilds/{info['guild_id']}"
    simulator = control.server.simulator
    with simulator.world.lock:
        channel = simulator.guild().channels[info["channel_id"]]
        category = type(channel)("77", channel.guild_id, 4, "Attic", 1, channel.created_by)
        simulator.guild().channels["77"] = category
    move = f"{guild}/channels/{channel.id}/move"
    control.call("POST", move, {"parent_id": "77"})
    assert channel.parent_id == "77"
    control.call("POST", move, {"parent_id": channel.id}, status=400)
    control.call("POST", f"{guild}/channels/77/move", {"parent_id": None}, status=400)
    control.call("POST", f"{guild}/channels/1/delete", {}, status=404)
    control.call("POST", f"{guild}/channels/77/delete", {})
    assert channel.parent_id is None
    assert "77" not in [one["id"] for one in control.call("GET", guild)["channels"]]


def test_the_view_has_messages_commands_and_present_troubles(
    control: Control, served: SimulatorServer
):
    info = control.call("GET", "/info")
    where = f"/users/{info['owner_id']}/channels/{info['channel_id']}/messages"
    written = control.call("POST", where, {"content": "Hello"})
    control.call("PUT", "/settings", {"latency_ms": 400})
    control.call("POST", "/faults", {"status": 500, "times": 3})
    control.call("POST", "/faults", {"status": 500, "times": 0})
    view = control.call("GET", "/view")
    assert [one["id"] for one in view["messages"]] == [written["id"]]
    assert view["messages"][0]["visible_to"] is None
    assert view["settings"] == {"latency_ms": 400}
    assert [one["times"] for one in view["faults"]] == [3]
    assert view["guilds"][0]["offered"][info["owner_id"]] == []
    assert info["bot_token"] not in json.dumps(view)
