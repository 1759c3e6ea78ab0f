"""The error message of a failed call."""

import pytest

from channelwright.campaign import things
from channelwright.errors import DiscordRefused

NAME = "**_~~`||[x](y)<@1>"
SHOWN = r"**\*\*\_\~\~\`\|\|\[x](y)\<@1>**"
CAMPAIGN = {
    "interaction_id": "1",
    "guild_id": "2",
    "user_id": "3",
    "name": NAME,
    "bot_user_id": "4",
    "in_company": False,
    "role": {"id": "5", "name": NAME, "repeated": False},
    "category": {"id": "6", "name": NAME, "repeated": False},
}
CHANNEL = {"name": NAME, "type": "text", "topic": "", "gm_only": False, "position": 0}


@pytest.mark.parametrize(
    ("call", "what"),
    [
        (things.create_channel(CAMPAIGN, CHANNEL), "create the channel"),
        (things.delete(CAMPAIGN, {"kind": "role", "id": "5", "name": NAME}), "delete the role"),
        (
            things.delete(CAMPAIGN, {"kind": "channel", "id": "7", "name": NAME}),
            "delete the channel",
        ),
    ],
)
def test_a_name_is_shown_as_it_was_typed(call, what):
    said = str(DiscordRefused(call.action, 403, 50013, "Missing Permissions"))
    assert said.startswith(f"Discord refused to {what} {SHOWN} (Missing Permissions, 403/50013).")
