"""Marks: a role, category or channel is ours with all of them, and not if it lacks one."""

import itertools

import pytest

from channelwright.campaign import campaign as campaigns
from channelwright.campaign import ownership
from tests.unit.owned_things import (
    ANNOUNCEMENT,
    CAMPAIGN,
    CATEGORY,
    CHANNEL,
    FORUM,
    INTERACTION,
    ROLE,
    ROLE_NEAR_MISSES,
    TEXT,
    VOICE,
    WHOLE,
    WITH_ROLE,
    planned,
    voice,
    without,
)

# ---- Roles ----


def test_a_role_with_all_marks_is_ours():
    assert ownership.roles(CAMPAIGN, [ROLE]) == [ROLE]


@pytest.mark.parametrize(
    "name", ["  My Campaign Members ", "My  Campaign\tMembers", "My\u00a0Campaign Members"]
)
def test_a_role_whose_white_space_discord_folded_is_ours(name):
    assert ownership.roles(CAMPAIGN, [{**ROLE, "name": name}])


def test_a_name_with_double_spaces_is_found_as_discord_folded_it():
    assert ownership.roles({**CAMPAIGN, "name": "My  Campaign"}, [ROLE]) == [ROLE]


@pytest.mark.parametrize("role", ROLE_NEAR_MISSES)
def test_a_role_that_lacks_one_mark_is_not_ours(role):
    assert ownership.roles(CAMPAIGN, [role]) == []


def test_ids_order_by_their_number_not_by_their_letters():
    longer = {**ROLE, "id": "10000"}  # "10000" < "999" as text
    assert ownership.roles({**CAMPAIGN, "interaction_id": "999"}, [longer]) == []
    colour = campaigns.colour("999")
    assert ownership.roles({**CAMPAIGN, "interaction_id": "999"}, [{**longer, "color": colour}])


@pytest.mark.parametrize("repeated", [False, True])
@pytest.mark.parametrize("role", ROLE_NEAR_MISSES)
def test_the_recorded_role_is_ours_whatever_it_looks_like(role, repeated):
    made = {"id": role["id"], "name": "another name", "repeated": repeated}
    recorded = {**CAMPAIGN, "role": made}
    assert ownership.roles(recorded, [role]) == [role]


def test_a_double_of_the_recorded_role_is_ours_too():
    recorded = {**ROLE, "id": "1010"}
    assert ownership.roles(WITH_ROLE, [recorded, ROLE]) == [recorded, ROLE]


def test_beside_a_role_made_at_the_first_attempt_another_is_somebodys_copy():
    at_once = {**CAMPAIGN, "role": {"id": "1010", "name": "x", "repeated": False}}
    after_others = {**CAMPAIGN, "role": {"id": "1010", "name": "x", "repeated": True}}
    recorded = {**ROLE, "id": "1010"}
    assert ownership.roles(at_once, [ROLE, recorded]) == [recorded]
    assert ownership.roles(after_others, [ROLE, recorded]) == [recorded, ROLE]


@pytest.mark.parametrize(
    "find",
    [
        lambda listed: ownership.roles(CAMPAIGN, [{**ROLE, "id": id_} for id_ in listed]),
        lambda listed: ownership.categories(WITH_ROLE, [{**CATEGORY, "id": id_} for id_ in listed]),
        lambda listed: channels(planned(), *({**CHANNEL, "id": id_} for id_ in listed)),
    ],
)
def test_the_oldest_is_the_first(find):
    """The oldest is adopted: a copy of ours is younger."""
    assert [one["id"] for one in find(["10000", "1031", "1033", "1032"])] == [
        *("1031", "1032", "1033", "10000")
    ]


# ---- Two campaigns of one name ----


@pytest.mark.parametrize(
    ("other", "taken"),
    [
        ({**ROLE, "id": "1005", "color": 7}, True),
        ({**ROLE, "id": "1005", "color": 7, "name": " My  Campaign Members"}, True),
        ({**ROLE, "id": "1005", "color": 7, "permissions": "8"}, True),
        ({**ROLE, "id": "900", "color": 7}, True),
        ({**ROLE, "id": "1012", "color": 7}, False),  # younger: the other campaign gives way
        ({**ROLE, "id": "1005", "color": 7, "name": "my campaign members"}, True),
        ({**ROLE, "id": "1005", "color": 7, "name": "Ｍy Campaign Members\ufe0f"}, True),
        ({**ROLE, "id": "1005", "color": 7, "name": "My Campaign Members 2"}, False),
        ({**ROLE, "id": "1005"}, False),  # our own duplicate
    ],
)
def test_the_older_role_of_two_of_the_same_name_stays(other, taken):
    ours = {**ROLE, "id": "1010"}
    for listed in itertools.permutations([ours, other]):
        assert (ownership.name_taken_by(CAMPAIGN, "1010", listed) is not None) is taken


def test_a_name_is_not_taken_by_the_role_itself():
    assert not ownership.name_taken_by(CAMPAIGN, "1010", [{**ROLE, "id": "1010", "color": 7}])


# ---- Categories ----

CATEGORY_NEAR_MISSES = [
    {**CATEGORY, "type": 0},
    {**CATEGORY, "name": "my campaign"},
    {**CATEGORY, "name": "My Campaign Members"},
    {**CATEGORY, "id": "999"},
    {**CATEGORY, "id": INTERACTION},
    {**CATEGORY, "permission_overwrites": []},
    {**CATEGORY, "permission_overwrites": None},
    {**CATEGORY, "permission_overwrites": CATEGORY["permission_overwrites"][:1]},
    without(CATEGORY, "permission_overwrites"),
]


def test_a_category_with_all_marks_is_ours():
    assert ownership.categories(WITH_ROLE, [CATEGORY]) == [CATEGORY]


@pytest.mark.parametrize("name", [" My Campaign", "My   Campaign "])
def test_a_category_whose_white_space_discord_folded_is_ours(name):
    assert ownership.categories(WITH_ROLE, [{**CATEGORY, "name": name}])


@pytest.mark.parametrize("category", CATEGORY_NEAR_MISSES)
def test_a_category_that_lacks_one_mark_is_not_ours(category):
    assert ownership.categories(WITH_ROLE, [category]) == []


def test_without_a_role_no_category_is_ours():
    assert ownership.categories(CAMPAIGN, [CATEGORY]) == []


@pytest.mark.parametrize("repeated", [False, True])
@pytest.mark.parametrize("category", CATEGORY_NEAR_MISSES)
def test_the_recorded_category_is_ours_whatever_it_looks_like(category, repeated):
    made = {"id": category["id"], "name": "another name", "repeated": repeated}
    recorded = {**WITH_ROLE, "category": made}
    assert ownership.categories(recorded, [category]) == [category]


def test_beside_a_category_made_at_the_first_attempt_another_is_somebodys_copy():
    recorded = {**CATEGORY, "id": "1020"}
    at_once = {**WITH_ROLE, "category": {"id": "1020", "name": "x", "repeated": False}}
    after_others = {**WITH_ROLE, "category": {"id": "1020", "name": "x", "repeated": True}}
    assert ownership.categories(at_once, [CATEGORY, recorded]) == [recorded]
    assert ownership.categories(after_others, [CATEGORY, recorded]) == [recorded, CATEGORY]


# ---- Channels ----


def channels(wanted, *listed):
    return ownership.channels(WHOLE, "1020", wanted, listed)


def test_a_channel_with_all_marks_is_ours():
    assert channels(planned(), CHANNEL) == [CHANNEL]


def test_a_channel_whose_white_space_discord_folded_is_ours():
    table = voice(name="The Table")
    assert channels(planned(" The  Table", "voice"), table) == [table]


def test_a_channel_for_the_game_master_alone_is_closed_to_the_role():
    closed = {**CHANNEL, "permission_overwrites": CATEGORY["permission_overwrites"][:1]}
    assert channels(planned(gm_only=True), closed, CHANNEL) == [closed]
    assert channels(planned(), closed, CHANNEL) == [CHANNEL]


@pytest.mark.parametrize(
    "channel",
    [
        {**CHANNEL, "parent_id": "1021"},
        {**CHANNEL, "parent_id": None},
        without(CHANNEL, "parent_id"),
        {**CHANNEL, "id": "1019"},
        {**CHANNEL, "id": "1020"},
        {**CHANNEL, "name": "General"},
        {**CHANNEL, "name": "general-2"},
        {**CHANNEL, "type": VOICE},
        {**CHANNEL, "type": FORUM},
        {**CHANNEL, "type": ANNOUNCEMENT},
        {**CHANNEL, "topic": "Talk about it"},
        {**CHANNEL, "topic": None},
        without(CHANNEL, "topic"),
        {**CHANNEL, "permission_overwrites": []},
    ],
)
def test_a_channel_that_lacks_one_mark_is_not_ours(channel):
    assert channels(planned(), channel) == []


@pytest.mark.parametrize(
    ("wanted", "types"),
    [("text", {TEXT}), ("voice", {VOICE}), ("forum", {FORUM, TEXT})],
)
def test_only_a_forum_may_be_a_text_channel(wanted, types):
    listed = [
        {**CHANNEL, "type": type_, "topic": None if type_ == VOICE else "Talk"}
        for type_ in (TEXT, VOICE, 4, ANNOUNCEMENT, 13, FORUM)
    ]
    found = channels(planned(type_=wanted), *listed)
    assert {channel["type"] for channel in found} == types
