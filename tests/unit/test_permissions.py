"""Permissions: the rights to act, and to see a channel."""

import pytest

from channelwright.discord import permissions
from channelwright.discord.permissions import (
    ADMINISTRATOR,
    BOT_NEEDS,
    CALLER_NEEDS,
    CONNECT,
    MANAGE_CHANNELS,
    MANAGE_ROLES,
    VIEW_CHANNEL,
    Standing,
)

GUILD = {
    "id": "1",
    "owner_id": "7",
    "roles": [
        {"id": "1", "permissions": str(VIEW_CHANNEL), "position": 0},
        {"id": "2", "permissions": str(MANAGE_CHANNELS), "position": 5},
        {"id": "3", "permissions": str(MANAGE_ROLES), "position": 4},
        {"id": "4", "permissions": str(ADMINISTRATOR), "position": 3},
    ],
}


@pytest.mark.parametrize("channel_type", [0, 2, 5, 13, 15, None, "11", [11], {}])
def test_a_bot_that_is_to_write_in_a_channel_needs_send_messages(channel_type):
    assert permissions.bot_needs_in(channel_type) == BOT_NEEDS


@pytest.mark.parametrize("channel_type", [10, 11, 12])
def test_in_a_thread_another_permission_lets_it_write(channel_type):
    needed = permissions.bot_needs_in(channel_type)
    assert permissions.missing(BOT_NEEDS, needed) == ["Send Messages in Threads"]
    assert permissions.missing(needed, BOT_NEEDS) == ["Send Messages"]
    assert permissions.missing(ADMINISTRATOR, needed) == []


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


NOW = 1_700_000_000
LATER, EARLIER = "2023-11-14T22:13:21.500000+00:00", "2023-11-14T22:13:20+00:00"


@pytest.mark.parametrize(
    ("roles", "expected"),
    [
        ([], Standing(VIEW_CHANNEL, highest=0)),
        (["3"], Standing(VIEW_CHANNEL | MANAGE_ROLES, highest=4)),
        (["3", "2"], Standing(VIEW_CHANNEL | MANAGE_ROLES | MANAGE_CHANNELS, highest=5)),
        (["99"], Standing(VIEW_CHANNEL, highest=0)),  # a role that was deleted since
    ],
)
def test_a_standing_is_everyones_and_the_members_own_roles(roles, expected):
    assert permissions.standing(GUILD, {"roles": roles}, "9", NOW) == expected


def test_the_owner_may_do_everything():
    owner = permissions.standing(GUILD, {"roles": []}, "7", NOW)
    assert permissions.missing(owner.permissions, CALLER_NEEDS | BOT_NEEDS) == []


@pytest.mark.parametrize(
    ("user_id", "roles", "until", "bound"),
    [
        ("9", ["2"], LATER, NOW + 1),
        ("9", ["2"], EARLIER, None),
        ("9", ["2"], None, None),
        ("9", ["4"], LATER, None),  # an administrator
        ("7", [], LATER, None),  # the owner
    ],
)
def test_a_timeout_binds_until_it_ends(user_id, roles, until, bound):
    member = {"roles": roles, "communication_disabled_until": until}
    assert permissions.standing(GUILD, member, user_id, NOW).timed_out_until == bound


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


@pytest.mark.parametrize(
    ("everyone", "lacking"),
    [
        (0, ["Send Messages", "Send Messages in Threads", "Read Message History", "Speak"]),
        (1 << 11 | 1 << 16 | 1 << 21 | 1 << 38, []),
        (1 << 11 | 1 << 16 | 1 << 38, ["Speak"]),
        (1 << 3, []),
    ],
)
def test_what_players_lack_is_named_as_in_discord(everyone, lacking):
    assert permissions.missing(everyone, permissions.PLAYERS_NEED) == lacking
