"""Who may do what, and who sees what."""

from channelwright import permissions
from channelwright.permissions import (
    ADMINISTRATOR,
    BOT_NEEDS,
    CALLER_NEEDS,
    CONNECT,
    MANAGE_CHANNELS,
    MANAGE_ROLES,
    VIEW_CHANNEL,
)

GUILD = {
    "id": "1",
    "owner_id": "7",
    "roles": [
        {"id": "1", "permissions": str(VIEW_CHANNEL)},
        {"id": "2", "permissions": str(MANAGE_CHANNELS)},
        {"id": "3", "permissions": str(MANAGE_ROLES)},
    ],
}


def test_missing_names_what_is_missing_and_nothing_else():
    assert permissions.missing(MANAGE_CHANNELS, CALLER_NEEDS) == ["Manage Roles"]
    assert permissions.missing(0, BOT_NEEDS) == [
        "View Channel",
        "Manage Channels",
        "Manage Roles",
        "Connect",
        "Send Messages",
    ]
    assert permissions.missing(BOT_NEEDS, BOT_NEEDS) == []


def test_an_administrator_lacks_nothing():
    assert permissions.missing(ADMINISTRATOR, BOT_NEEDS) == []


def test_guild_level_adds_everyone_and_the_members_own_roles():
    held = permissions.guild_level(GUILD, {"roles": ["3"]}, "9")
    assert held == VIEW_CHANNEL | MANAGE_ROLES


def test_the_owner_may_do_everything():
    held = permissions.guild_level(GUILD, {"roles": []}, "7")
    assert permissions.missing(held, CALLER_NEEDS) == []


def test_private_to_denies_everyone_and_allows_the_rest():
    made = permissions.private_to("1", bot="5", members=["7"], roles=["3"])
    see = str(VIEW_CHANNEL | CONNECT)
    assert made == [
        {"id": "1", "type": 0, "allow": "0", "deny": see},
        {"id": "3", "type": 0, "allow": see, "deny": "0"},
        {"id": "7", "type": 1, "allow": see, "deny": "0"},
        {
            "id": "5",
            "type": 1,
            "allow": str(VIEW_CHANNEL | CONNECT | MANAGE_CHANNELS),
            "deny": "0",
        },
    ]
