"""Discord accepts the slash commands, and the bot reads the options that Discord sends."""

import pytest

from channelwright.commands.command import flag, option
from channelwright.commands.table import DEFINITIONS
from local.simulator import ManualClock, Simulator
from local.simulator.bot_client import BotClient


def test_discord_takes_the_commands():
    simulator = Simulator(ManualClock())
    path = f"/applications/{simulator.info['application_id']}/commands"
    with BotClient(simulator) as bot:
        assert bot.call("PUT", path, DEFINITIONS).status_code == 200
    simulator.close()


def test_the_command_is_for_servers_and_hidden_from_others():
    command, _ = DEFINITIONS
    assert command["name"] == "add-campaign"
    assert command["contexts"] == command["integration_types"] == [0]
    assert command["default_member_permissions"] == str((1 << 4) | (1 << 28))
    name, co_gm, private = command["options"]
    assert (co_gm["name"], co_gm["type"], co_gm.get("required")) == ("co-gm", 6, None)
    assert (name["min_length"], name["max_length"], name["required"]) == (1, 80, True)
    assert (private["name"], private["type"], private.get("required")) == ("private", 5, None)


def test_everybody_sees_the_command_for_their_campaigns():
    _, command = DEFINITIONS
    assert command["name"] == "campaign"
    assert command["contexts"] == command["integration_types"] == [0]
    assert "default_member_permissions" not in command
    assert [(one["name"], one["type"]) for one in command["options"]] == [
        ("list", 1),
        ("show", 1),
        ("add", 1),
        ("remove", 1),
        ("leave", 1),
        ("delete", 1),
        ("archive", 1),
        ("unarchive", 1),
    ]


@pytest.mark.parametrize(
    ("value", "is_chosen"), [(True, True), (False, False), ("true", False), (1, False)]
)
def test_a_flag(value, is_chosen):
    assert flag({"options": [{"name": "private", "value": value}]}, "private") is is_chosen
    assert not flag({}, "private")


@pytest.mark.parametrize(
    ("options", "value"),
    [
        ([{"name": "name", "value": " x "}], "x"),
        ([{"name": "name", "value": "\u3000x\u00a0"}], "x"),
        ([{"name": "name", "value": "\x1fx"}], "\x1fx"),
        ([{"name": "name", "value": " x\n "}], " x\n "),
        ([{"name": "other", "value": "x"}], ""),
        ([{"name": "name", "value": 5}], ""),
        ([None, "x", {"name": "name"}], ""),
        (None, ""),
        (7, ""),
    ],
)
def test_option(options, value):
    assert option({"options": options}, "name") == value
