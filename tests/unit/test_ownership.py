"""Marks: a role, category or channel is ours with all of them, and not if it lacks one."""

import itertools

import pytest

from channelwright.campaign import campaign as campaigns
from channelwright.campaign import ownership
from tests.unit import owned_things as owned

# ---- Roles ----


def test_a_role_with_all_marks_is_ours():
    assert ownership.roles(owned.CAMPAIGN, [owned.ROLE]) == [owned.ROLE]


@pytest.mark.parametrize(
    "name", ["  My Campaign Members ", "My  Campaign\tMembers", "My\u00a0Campaign Members"]
)
def test_a_role_whose_white_space_discord_folded_is_ours(name):
    assert ownership.roles(owned.CAMPAIGN, [{**owned.ROLE, "name": name}])


def test_a_name_with_double_spaces_is_found_as_discord_folded_it():
    assert ownership.roles({**owned.CAMPAIGN, "name": "My  Campaign"}, [owned.ROLE]) == [owned.ROLE]


@pytest.mark.parametrize("role", owned.ROLE_NEAR_MISSES)
def test_a_role_that_lacks_one_mark_is_not_ours(role):
    assert ownership.roles(owned.CAMPAIGN, [role]) == []


def test_ids_order_by_their_number_not_by_their_letters():
    longer = {**owned.ROLE, "id": "10000"}  # "10000" < "999" as text
    assert ownership.roles({**owned.CAMPAIGN, "interaction_id": "999"}, [longer]) == []
    colour = campaigns.colour("999")
    assert ownership.roles(
        {**owned.CAMPAIGN, "interaction_id": "999"}, [{**longer, "color": colour}]
    )


@pytest.mark.parametrize("repeated", [False, True])
@pytest.mark.parametrize("role", owned.ROLE_NEAR_MISSES)
def test_the_recorded_role_is_ours_whatever_it_looks_like(role, repeated):
    made = {"id": role["id"], "name": "another name", "repeated": repeated}
    recorded = {**owned.CAMPAIGN, "role": made}
    assert ownership.roles(recorded, [role]) == [role]


def test_a_double_of_the_recorded_role_is_ours_too():
    recorded = {**owned.ROLE, "id": "1010"}
    assert ownership.roles(owned.WITH_ROLE, [recorded, owned.ROLE]) == [recorded, owned.ROLE]


def test_beside_a_role_made_at_the_first_attempt_another_is_somebodys_copy():
    at_once = {**owned.CAMPAIGN, "role": {"id": "1010", "name": "x", "repeated": False}}
    after_others = {**owned.CAMPAIGN, "role": {"id": "1010", "name": "x", "repeated": True}}
    recorded = {**owned.ROLE, "id": "1010"}
    assert ownership.roles(at_once, [owned.ROLE, recorded]) == [recorded]
    assert ownership.roles(after_others, [owned.ROLE, recorded]) == [recorded, owned.ROLE]


@pytest.mark.parametrize(
    "find",
    [
        lambda listed: ownership.roles(
            owned.CAMPAIGN, [{**owned.ROLE, "id": id_} for id_ in listed]
        ),
        lambda listed: ownership.categories(
            owned.WITH_ROLE, [{**owned.CATEGORY, "id": id_} for id_ in listed]
        ),
        lambda listed: channels(owned.planned(), *({**owned.CHANNEL, "id": id_} for id_ in listed)),
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
        ({**owned.ROLE, "id": "1005", "color": 7}, True),
        ({**owned.ROLE, "id": "1005", "color": 7, "name": " My  Campaign Members"}, True),
        ({**owned.ROLE, "id": "1005", "color": 7, "permissions": "8"}, True),
        ({**owned.ROLE, "id": "900", "color": 7}, True),
        ({**owned.ROLE, "id": "1012", "color": 7}, False),  # younger: the other campaign gives way
        ({**owned.ROLE, "id": "1005", "color": 7, "name": "my campaign members"}, True),
        ({**owned.ROLE, "id": "1005", "color": 7, "name": "Ｍy Campaign Members\ufe0f"}, True),
        ({**owned.ROLE, "id": "1005", "color": 7, "name": "My Campaign Members 2"}, False),
        ({**owned.ROLE, "id": "1005"}, False),  # our own duplicate
    ],
)
def test_the_older_role_of_two_of_the_same_name_stays(other, taken):
    ours = {**owned.ROLE, "id": "1010"}
    for listed in itertools.permutations([ours, other]):
        assert (ownership.name_taken_by(owned.CAMPAIGN, "1010", listed) is not None) is taken


def test_a_name_is_not_taken_by_the_role_itself():
    assert not ownership.name_taken_by(
        owned.CAMPAIGN, "1010", [{**owned.ROLE, "id": "1010", "color": 7}]
    )


# ---- Categories ----

CATEGORY_NEAR_MISSES = [
    {**owned.CATEGORY, "type": 0},
    {**owned.CATEGORY, "name": "my campaign"},
    {**owned.CATEGORY, "name": "My Campaign Members"},
    {**owned.CATEGORY, "id": "999"},
    {**owned.CATEGORY, "id": owned.INTERACTION},
    {**owned.CATEGORY, "permission_overwrites": []},
    {**owned.CATEGORY, "permission_overwrites": None},
    {**owned.CATEGORY, "permission_overwrites": owned.CATEGORY["permission_overwrites"][:1]},
    owned.without(owned.CATEGORY, "permission_overwrites"),
]


def test_a_category_with_all_marks_is_ours():
    assert ownership.categories(owned.WITH_ROLE, [owned.CATEGORY]) == [owned.CATEGORY]


@pytest.mark.parametrize("name", [" My Campaign", "My   Campaign "])
def test_a_category_whose_white_space_discord_folded_is_ours(name):
    assert ownership.categories(owned.WITH_ROLE, [{**owned.CATEGORY, "name": name}])


@pytest.mark.parametrize("category", CATEGORY_NEAR_MISSES)
def test_a_category_that_lacks_one_mark_is_not_ours(category):
    assert ownership.categories(owned.WITH_ROLE, [category]) == []


def test_without_a_role_no_category_is_ours():
    assert ownership.categories(owned.CAMPAIGN, [owned.CATEGORY]) == []


@pytest.mark.parametrize("repeated", [False, True])
@pytest.mark.parametrize("category", CATEGORY_NEAR_MISSES)
def test_the_recorded_category_is_ours_whatever_it_looks_like(category, repeated):
    made = {"id": category["id"], "name": "another name", "repeated": repeated}
    recorded = {**owned.WITH_ROLE, "category": made}
    assert ownership.categories(recorded, [category]) == [category]


def test_beside_a_category_made_at_the_first_attempt_another_is_somebodys_copy():
    recorded = {**owned.CATEGORY, "id": "1020"}
    at_once = {**owned.WITH_ROLE, "category": {"id": "1020", "name": "x", "repeated": False}}
    after_others = {**owned.WITH_ROLE, "category": {"id": "1020", "name": "x", "repeated": True}}
    assert ownership.categories(at_once, [owned.CATEGORY, recorded]) == [recorded]
    assert ownership.categories(after_others, [owned.CATEGORY, recorded]) == [
        recorded,
        owned.CATEGORY,
    ]


# ---- Channels ----


def channels(wanted, *listed):
    return ownership.channels(owned.WHOLE, "1020", wanted, listed)


def test_a_channel_with_all_marks_is_ours():
    assert channels(owned.planned(), owned.CHANNEL) == [owned.CHANNEL]


def test_a_channel_whose_white_space_discord_folded_is_ours():
    table = owned.voice(name="The Table")
    assert channels(owned.planned(" The  Table", "voice"), table) == [table]


def test_a_channel_for_the_game_master_alone_is_closed_to_the_role():
    closed = {**owned.CHANNEL, "permission_overwrites": owned.CATEGORY["permission_overwrites"][:1]}
    assert channels(owned.planned(gm_only=True), closed, owned.CHANNEL) == [closed]
    assert channels(owned.planned(), closed, owned.CHANNEL) == [owned.CHANNEL]


@pytest.mark.parametrize(
    "channel",
    [
        {**owned.CHANNEL, "parent_id": "1021"},
        {**owned.CHANNEL, "parent_id": None},
        owned.without(owned.CHANNEL, "parent_id"),
        {**owned.CHANNEL, "id": "1019"},
        {**owned.CHANNEL, "id": "1020"},
        {**owned.CHANNEL, "name": "General"},
        {**owned.CHANNEL, "name": "general-2"},
        {**owned.CHANNEL, "type": owned.VOICE},
        {**owned.CHANNEL, "type": owned.FORUM},
        {**owned.CHANNEL, "type": owned.ANNOUNCEMENT},
        {**owned.CHANNEL, "topic": "Talk about it"},
        {**owned.CHANNEL, "topic": None},
        owned.without(owned.CHANNEL, "topic"),
        {**owned.CHANNEL, "permission_overwrites": []},
    ],
)
def test_a_channel_that_lacks_one_mark_is_not_ours(channel):
    assert channels(owned.planned(), channel) == []


@pytest.mark.parametrize(
    ("wanted", "types"),
    [("text", {owned.TEXT}), ("voice", {owned.VOICE}), ("forum", {owned.FORUM, owned.TEXT})],
)
def test_only_a_forum_may_be_a_text_channel(wanted, types):
    listed = [
        {**owned.CHANNEL, "type": type_, "topic": None if type_ == owned.VOICE else "Talk"}
        for type_ in (owned.TEXT, owned.VOICE, 4, owned.ANNOUNCEMENT, 13, owned.FORUM)
    ]
    found = channels(owned.planned(type_=wanted), *listed)
    assert {channel["type"] for channel in found} == types
