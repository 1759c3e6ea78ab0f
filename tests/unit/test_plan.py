"""Obstacles to a campaign: each one alone, at its exact limit, and all at once."""

import pytest

from channelwright.campaign import campaign, name_mistakes, plan
from channelwright.discord.permissions import (
    ADMINISTRATOR,
    BOT_NEEDS,
    CALLER_NEEDS,
    CONNECT,
    MANAGE_CHANNELS,
    MANAGE_ROLES,
    SEND_MESSAGES,
    VIEW_CHANNEL,
    Standing,
)
from channelwright.words import messages, refusals, rejections

TEXT, CATEGORY = 0, 4
EVERYONE = {"name": "@everyone"}


def guild(**changes):
    return {"roles": [EVERYONE], "mfa_level": 0} | changes


def reasons(*, roles=(EVERYONE,), mfa_level=0, **changes):
    fits = {
        "name": "My Campaign",
        "guild": guild(roles=roles, mfa_level=mfa_level),
        "channels": [],
        "caller": Standing(CALLER_NEEDS, highest=1),
        "bot": Standing(BOT_NEEDS, highest=1),
        "bot_has_two_factor": True,
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
    lacking = Standing(CALLER_NEEDS & ~bit, highest=1)
    assert reasons(caller=lacking) == [rejections.caller_lacks([name])]


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
    lacking = Standing(BOT_NEEDS & ~bit, highest=1)
    assert reasons(bot=lacking) == [rejections.bot_lacks([name])]


def test_an_administrator_lacks_nothing():
    administrator = Standing(ADMINISTRATOR, highest=1)
    assert reasons(caller=administrator, bot=administrator) == []


def test_somebody_is_timed_out():
    caller = Standing(CALLER_NEEDS, highest=1, timed_out_until=1_700_000_000)
    bot = Standing(BOT_NEEDS, highest=1, timed_out_until=1_800_000_000)
    assert reasons(caller=caller, bot=bot) == [
        "You are timed out until <t:1700000000:f>. Wait, or ask a moderator to end it.",
        "The bot is timed out until <t:1800000000:f>. Ask a moderator to end it.",
    ]


def test_the_bot_stands_below_every_role_that_could_be_made():
    assert reasons(bot=Standing(BOT_NEEDS, highest=0)) == [rejections.BOT_HAS_NO_ROLE]
    assert reasons(caller=Standing(CALLER_NEEDS, highest=0)) == []


@pytest.mark.parametrize(
    ("mfa_level", "has_it", "fits"),
    [(0, True, True), (0, False, True), (1, True, True), (1, False, False)],
)
def test_two_factor_authentication(mfa_level, has_it, fits):
    said = reasons(mfa_level=mfa_level, bot_has_two_factor=has_it)
    assert said == ([] if fits else [refusals.TWO_FACTOR])


def test_a_server_that_does_not_know_two_factor_authentication():
    bare = {"roles": [EVERYONE]}
    assert reasons(guild=bare, bot_has_two_factor=False) == []


@pytest.mark.parametrize(
    ("role", "taken"),
    [
        ("My Campaign Members", True),
        (" My  Campaign Members ", True),
        ("my campaign members", True),
        ("MY\u00a0CAMPAIGN MEMBERS", True),
        ("My Campaign", False),
        ("My Campaign Members 2", False),
    ],
)
def test_a_role_has_the_name(role, taken):
    expected = [refusals.name_taken("role", role)] if taken else []
    assert reasons(roles=[EVERYONE, {"name": role}]) == expected


@pytest.mark.parametrize(
    ("name", "type_", "taken"),
    [
        ("My Campaign", CATEGORY, True),
        ("My   Campaign ", CATEGORY, True),
        ("my campaign", CATEGORY, True),
        ("Ｍy Campaign", CATEGORY, True),
        ("My Campaign Members", CATEGORY, False),
        ("My Campaign", TEXT, False),  # a channel may have this name
    ],
)
def test_a_category_has_the_name(name, type_, taken):
    expected = [refusals.name_taken("category", name)] if taken else []
    assert reasons(channels=[{"name": name, "type": type_}]) == expected


def test_the_whole_campaign_is_here_already():
    said = reasons(
        roles=[EVERYONE, {"name": "my campaign members"}],
        channels=[{"name": "MY CAMPAIGN", "type": CATEGORY}],
    )
    assert said == [rejections.campaign_exists("MY CAMPAIGN", "my campaign members")]


def test_a_name_that_discord_would_not_take():
    assert reasons(name="x" * 81) == [rejections.bad_name("has 81 characters", 80)]


def test_the_longest_name_leaves_room_for_the_roles():
    assert len(campaign.role_name("x" * name_mistakes.NAME_LENGTH)) <= 100


@pytest.mark.parametrize(
    ("there", "why"),
    [
        ({"roles": [{"name": "r"}] * 249}, None),
        ({"roles": [{"name": "r"}] * 250}, ("role", 1, 0, 250)),
        ({"channels": channels(49, CATEGORY)}, None),
        ({"channels": channels(50, CATEGORY)}, ("category", 1, 0, 50)),
        ({"channels": channels(489)}, None),
        ({"channels": channels(490)}, ("channel", 11, 10, 500)),
        ({"channels": channels(500)}, ("channel", 11, 0, 500)),
        # a category counts as a channel, too
        ({"channels": channels(49, CATEGORY) + channels(441)}, ("channel", 11, 10, 500)),
        ({"channels": channels(498), "channel_count": 1}, None),
        ({"channels": channels(499), "channel_count": 1}, ("channel", 2, 1, 500)),
    ],
)
def test_there_is_no_room(there, why):
    assert reasons(**there) == ([rejections.no_room(*why)] if why else [])


def test_how_much_room_there_is_and_is_needed():
    assert rejections.no_room("role", 1, 0, 250) == (
        "The campaign needs 1 more role, but this server has room for 0 (Discord allows 250). "
        "Delete at least 1 first."
    )
    assert rejections.no_room("channel", 11, 8, 500) == (
        "The campaign needs 11 more channels (its category counts as one), but this server has "
        "room for 8 (Discord allows 500). Delete at least 3 first."
    )
    # an old server may have more than Discord allows
    assert "room for 0 (Discord allows 50). Delete at least 3 first." in rejections.no_room(
        "category", 1, -2, 50
    )


def everything(name: str) -> list[str]:
    taken = [{"name": name, "type": CATEGORY}, *channels(50, CATEGORY), *channels(440)]
    return reasons(
        name=name,
        caller=Standing(0, highest=0, timed_out_until=1),
        bot=Standing(0, highest=0, timed_out_until=2),
        bot_has_two_factor=False,
        mfa_level=1,
        roles=[{"name": campaign.role_name(name)}] * 250,
        channels=taken,
    )


def test_everything_is_said_at_once():
    every_need = ["View Channel", "Manage Channels", "Manage Roles", "Connect", "Send Messages"]
    assert everything("My\nCampaign") == [
        rejections.caller_timed_out(1),
        rejections.caller_lacks(["Manage Channels", "Manage Roles"]),
        rejections.bot_timed_out(2),
        rejections.bot_lacks(every_need),
        rejections.BOT_HAS_NO_ROLE,
        refusals.TWO_FACTOR,
        rejections.bad_name("contains a control character or a line break", 80),
        rejections.campaign_exists("My\nCampaign", "My\nCampaign Members"),
        rejections.no_room("role", 1, 0, 250),
        rejections.no_room("category", 1, -1, 50),
        rejections.no_room("channel", 11, 9, 500),
    ]


def test_everything_fits_into_one_message():
    name = "*" * 80  # every character is escaped
    said = everything(name)
    assert len(said) == 10
    message = messages.rejection(name, said)
    assert [line[2:] for line in message.split("\n")[1:-2]] == said
    assert message.endswith("\n\nNothing was created.")


def test_every_reason_says_what_to_do():
    todo = ("Ask ", "ask ", "Wait,", "Grant ", "Give ", "Choose ", "Use ", "Delete ")
    assert all(any(word in reason for word in todo) for reason in everything("My\nCampaign"))


@pytest.mark.parametrize(
    ("roles", "enough"),
    [
        ([("1", BOT_NEEDS, {"bot_id": "9"})], "1"),
        ([("1", ADMINISTRATOR, {"bot_id": "9"})], "1"),
        ([("0", CONNECT, None), ("1", BOT_NEEDS & ~CONNECT, {"bot_id": "9"})], "1"),
        ([("0", BOT_NEEDS, None), ("1", 0, {"bot_id": "9"})], "1"),
        ([("1", BOT_NEEDS & ~CONNECT, {"bot_id": "9"})], None),
        ([("1", BOT_NEEDS, {"bot_id": "8"})], None),  # another bot's
        ([("1", BOT_NEEDS, {"integration_id": "9"})], None),
        ([("1", BOT_NEEDS, None)], None),
        ([("1", BOT_NEEDS & ~CONNECT, {"bot_id": "9"}), ("2", CONNECT, None)], None),
        ([], None),
    ],
)
def test_the_role_that_the_bot_came_with_may_be_enough(roles, enough):
    shown = [
        {"id": id_, "permissions": str(bits), "position": int(id_)}
        | ({"tags": tags} if tags else {})
        for id_, bits, tags in [("0", 0, None), *roles]
    ]
    server = {"id": "0", "owner_id": "7", "roles": shown}
    assert plan.own_role_if_enough(server, "9") == enough


@pytest.mark.parametrize(("status", "now"), [("creating", "created"), ("removing", "removed")])
def test_a_campaign_of_that_name_is_at_work_and_nothing_else_is_said_of_the_name(status, now):
    roles = [EVERYONE, {"name": "My Campaign Members"}]
    [said] = reasons(roles=roles, is_being=status)
    assert said == rejections.is_being("My Campaign", status)
    assert f"is being {now} just now" in said
