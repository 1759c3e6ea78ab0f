"""What stands in the way of a campaign: each thing alone, at its very limit, and all at once."""

import pytest

from channelwright import messages, plan
from channelwright.permissions import (
    ADMINISTRATOR,
    BOT_NEEDS,
    CALLER_NEEDS,
    CONNECT,
    MANAGE_CHANNELS,
    MANAGE_ROLES,
    SEND_MESSAGES,
    VIEW_CHANNEL,
)

TEXT, CATEGORY = 0, 4


def reasons(**changes):
    fits = {
        "name": "My Campaign",
        "caller_permissions": CALLER_NEEDS,
        "bot_permissions": BOT_NEEDS,
        "roles": [{"name": "@everyone"}],
        "channels": [],
        "channel_count": 10,
    }
    return plan.reasons_against(**fits | changes)


def channels(count, type_=TEXT):
    return [{"name": f"c{n}", "type": type_} for n in range(count)]


def test_nothing_is_against_it():
    assert reasons() == []


@pytest.mark.parametrize(
    ("bit", "name"), [(MANAGE_CHANNELS, "Manage Channels"), (MANAGE_ROLES, "Manage Roles")]
)
def test_the_caller_lacks_a_permission(bit, name):
    assert reasons(caller_permissions=CALLER_NEEDS & ~bit) == [messages.caller_lacks([name])]


@pytest.mark.parametrize(
    ("bit", "name"),
    [
        (VIEW_CHANNEL, "View Channel"),
        (MANAGE_CHANNELS, "Manage Channels"),
        (MANAGE_ROLES, "Manage Roles"),
        (CONNECT, "Connect"),
        (SEND_MESSAGES, "Send Messages"),
    ],
)
def test_the_bot_lacks_a_permission(bit, name):
    assert reasons(bot_permissions=BOT_NEEDS & ~bit) == [messages.bot_lacks([name])]


def test_an_administrator_lacks_nothing():
    assert reasons(caller_permissions=ADMINISTRATOR, bot_permissions=ADMINISTRATOR) == []


@pytest.mark.parametrize(
    ("role", "taken"),
    [
        ("My Campaign Members", True),
        (" My  Campaign Members ", True),
        ("my campaign members", False),
        ("My Campaign", False),
        ("My Campaign Members 2", False),
    ],
)
def test_a_role_has_the_name(role, taken):
    expected = [messages.name_taken("role", "My Campaign Members")] if taken else []
    assert reasons(roles=[{"name": "@everyone"}, {"name": role}]) == expected


@pytest.mark.parametrize(
    ("name", "type_", "taken"),
    [
        ("My Campaign", CATEGORY, True),
        ("My   Campaign ", CATEGORY, True),
        ("my campaign", CATEGORY, False),
        ("My Campaign Members", CATEGORY, False),
        ("My Campaign", TEXT, False),  # a channel may be called so
    ],
)
def test_a_category_has_the_name(name, type_, taken):
    expected = [messages.name_taken("category", "My Campaign")] if taken else []
    assert reasons(channels=[{"name": name, "type": type_}]) == expected


@pytest.mark.parametrize(
    ("there", "why"),
    [
        ({"roles": [{"name": "r"}] * 249}, None),
        ({"roles": [{"name": "r"}] * 250}, ("roles", 1, 0, 250)),
        ({"channels": channels(49, CATEGORY)}, None),
        ({"channels": channels(50, CATEGORY)}, ("categories", 1, 0, 50)),
        ({"channels": channels(489)}, None),
        ({"channels": channels(490)}, ("channels (with its category)", 11, 10, 500)),
        ({"channels": channels(500)}, ("channels (with its category)", 11, 0, 500)),
        # a category counts as a channel, too
        (
            {"channels": channels(49, CATEGORY) + channels(441)},
            ("channels (with its category)", 11, 10, 500),
        ),
        ({"channels": channels(498), "channel_count": 1}, None),
        (
            {"channels": channels(499), "channel_count": 1},
            ("channels (with its category)", 2, 1, 500),
        ),
    ],
)
def test_there_is_no_room(there, why):
    assert reasons(**there) == ([messages.no_room(*why)] if why else [])


def test_everything_is_said_at_once():
    taken = [{"name": "My Campaign", "type": CATEGORY}, *channels(50, CATEGORY), *channels(440)]
    said = reasons(
        caller_permissions=0,
        bot_permissions=0,
        roles=[{"name": "My Campaign Members"}] * 250,
        channels=taken,
    )
    every_need = ["View Channel", "Manage Channels", "Manage Roles", "Connect", "Send Messages"]
    assert said == [
        messages.caller_lacks(["Manage Channels", "Manage Roles"]),
        messages.bot_lacks(every_need),
        messages.name_taken("role", "My Campaign Members"),
        messages.name_taken("category", "My Campaign"),
        messages.no_room("roles", 1, 0, 250),
        messages.no_room("categories", 1, -1, 50),
        messages.no_room("channels (with its category)", 11, 9, 500),
    ]
