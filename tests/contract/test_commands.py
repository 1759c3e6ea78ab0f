"""The slash commands against Discord's own document."""

import json
import os
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from channelwright.commands import COMMANDS, option

SPEC = os.environ.get("DISCORD_OPENAPI_SPEC")


@pytest.mark.skipif(not SPEC, reason="DISCORD_OPENAPI_SPEC does not name Discord's openapi.json")
def test_the_commands_fit_discords_schema():
    document = json.loads(Path(SPEC).read_text(encoding="utf-8"))
    schema = {
        "$ref": "#/components/schemas/ApplicationCommandUpdateRequest",
        "components": document["components"],
    }
    for command in COMMANDS:
        # Discord's documentation says a decimal string, its OpenAPI document an integer.
        relaxed = {
            **command,
            "default_member_permissions": int(command["default_member_permissions"]),
        }
        Draft202012Validator(schema).validate(relaxed)


def test_the_command_is_for_servers_and_hidden_from_others():
    [command] = COMMANDS
    assert command["name"] == "add-campaign"
    assert command["contexts"] == command["integration_types"] == [0]
    assert command["default_member_permissions"] == str((1 << 4) | (1 << 28))
    [name] = command["options"]
    assert (name["min_length"], name["max_length"], name["required"]) == (1, 80, True)


@pytest.mark.parametrize(
    ("options", "value"),
    [
        ([{"name": "name", "value": " x "}], "x"),
        ([{"name": "other", "value": "x"}], ""),
        ([{"name": "name", "value": 5}], ""),
        ([None, "x", {"name": "name"}], ""),
        (None, ""),
        (7, ""),
    ],
)
def test_option(options, value):
    assert option({"options": options}, "name") == value
