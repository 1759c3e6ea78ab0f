"""The slash commands: what Discord is told of them, and what it sends. Pure.

Source: Discord docs, Interactions > Application Commands.
"""

from collections.abc import Mapping
from typing import Any, Final

from channelwright.campaign.name_mistakes import NAME_LENGTH, has_control_character
from channelwright.discord import permissions

ADD_CAMPAIGN: Final = "add-campaign"

COMMANDS: Final[list[dict[str, Any]]] = [
    {
        "name": ADD_CAMPAIGN,
        "type": 1,
        "description": "Create a campaign: a role, a private category and its channels.",
        "default_member_permissions": str(permissions.CALLER_NEEDS),
        "contexts": [0],
        "integration_types": [0],
        "options": [
            {
                "name": "name",
                "type": 3,
                "description": "What the campaign is called.",
                "required": True,
                "min_length": 1,
                "max_length": NAME_LENGTH,
            }
        ],
    }
]


def option(data: Mapping[str, Any], name: str) -> str:
    """Return a string option's value, empty if it is not there.

    It is trimmed, unless it has a control character, which is to be refused: some count as spaces.
    """
    options = data.get("options")
    for given in options if isinstance(options, list) else []:
        if isinstance(given, Mapping) and given.get("name") == name:
            value = given.get("value")
            return _trimmed(value) if isinstance(value, str) else ""
    return ""


def _trimmed(value: str) -> str:
    return value if has_control_character(value) else value.strip()
