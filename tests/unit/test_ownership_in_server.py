"""Everything in a server that is ours, what others put in, what is missing, and duplicates."""

import pytest

from channelwright.campaign import ownership
from tests.unit import owned_things as owned

# ---- Everything of a campaign ----

BYSTANDER_ROLES = [
    {**role, "id": str(2000 + n)} for n, role in enumerate(owned.ROLE_NEAR_MISSES[:8])
]
BYSTANDER_CHANNELS = [
    {**owned.CHANNEL, "id": "2100", "parent_id": None},
    {**owned.CHANNEL, "id": "2101", "parent_id": "500"},
    {**owned.CHANNEL, "id": "2102", "name": "house-rules"},
    {**owned.CHANNEL, "id": "1015"},
    {**owned.CATEGORY, "id": "2103", "permission_overwrites": []},
    {**owned.CATEGORY, "id": "900"},
]


# The rest of a category's overwrites, after somebody has deleted the role.
WITHOUT_ROLE = [
    {"id": id_, "type": int(id_ != owned.WHOLE["guild_id"]), "allow": "0", "deny": "0"}
    for id_ in (owned.WHOLE["guild_id"], owned.WHOLE["bot_user_id"], owned.WHOLE["user_id"])
]


def all_of(campaign, roles=(), channels=(), recorded=(), perhaps_made=None):
    if perhaps_made is None:
        perhaps_made = [
            owned.planned(),
            owned.planned("table", "voice"),
            owned.planned("lore", "forum"),
        ]
    found = ownership.all_of(
        campaign, perhaps_made, recorded, listed_roles=roles, listed_channels=list(channels)
    )
    return [(thing["kind"], thing["id"], thing["name"]) for thing in found]


def test_all_of_it_is_found_in_the_order_of_its_deletion():
    role, category = {**owned.ROLE, "id": "1010"}, {**owned.CATEGORY, "id": "1020"}
    double = {**owned.CHANNEL, "id": "1039"}
    table = owned.voice(id="1032", name="table")
    lore = {**owned.CHANNEL, "id": "1033", "type": owned.TEXT, "name": "lore"}
    in_second = {**owned.CHANNEL, "id": "1034", "parent_id": "1021"}
    listed = [
        owned.CATEGORY,
        lore,
        in_second,
        *BYSTANDER_CHANNELS,
        table,
        category,
        double,
        owned.CHANNEL,
    ]
    found = all_of(owned.WHOLE, [owned.ROLE, *BYSTANDER_ROLES, role], listed)
    kinds = [kind for kind, _, _ in found]
    assert kinds == ["channel"] * 5 + ["category"] * 2 + ["role"] * 2
    assert {id_ for _, id_, _ in found} == {
        *("1031", "1032", "1033", "1034", "1039"),
        *("1020", "1021"),
        *("1010", "1011"),
    }


def test_all_but_a_role_has_a_link():
    recorded = [{"id": "1031", "name": "general"}]
    found = ownership.all_of(owned.WHOLE, [], recorded, listed_roles=[], listed_channels=[])
    assert [one.get("link") for one in found] == [
        "https://discord.com/channels/1/1031",
        "https://discord.com/channels/1/1020",
        None,
    ]


def test_what_is_recorded_is_there_even_if_no_list_shows_it():
    recorded = [{"id": "1031", "name": "general"}, {"id": "1032", "name": "table"}]
    assert all_of(owned.WHOLE, recorded=recorded) == [
        ("channel", "1031", "general"),
        ("channel", "1032", "table"),
        ("category", "1020", "My Campaign"),
        ("role", "1010", "My Campaign Members"),
    ]


def test_a_recorded_channel_is_ours_wherever_it_was_moved_and_whatever_it_is_called_now():
    moved = {**owned.CHANNEL, "parent_id": "500", "name": "renamed", "type": owned.VOICE}
    found = all_of(owned.WHOLE, channels=[moved], recorded=[{"id": "1031", "name": "general"}])
    assert ("channel", "1031", "general") in found


def test_nothing_is_found_twice():
    """The history tells of a channel more than once, and the lists show the channel, too."""
    made = {"id": "1031", "name": "general"}
    listed = [{**owned.CATEGORY, "id": "1020"}, owned.CHANNEL]
    found = all_of(owned.WHOLE, [{**owned.ROLE, "id": "1010"}], listed, recorded=[made, made])
    assert [id_ for _, id_, _ in found] == ["1031", "1020", "1010"]


# Without a deleted role's overwrite: everyone's, the bot's and the game master's.
ORPHANED = [
    {"id": "1", "type": 0, "allow": "0", "deny": "1024"},
    {"id": "3", "type": 1, "allow": "1024", "deny": "0"},
    {"id": "2", "type": 1, "allow": "1024", "deny": "0"},
]


@pytest.mark.parametrize(
    "overwrites",
    [ORPHANED, owned.CATEGORY["permission_overwrites"]],
    ids=["of now", "of a late list"],
)
def test_a_deleted_role_does_not_hide_what_it_was_for(overwrites):
    named = {"permission_overwrites": overwrites}
    listed = [
        owned.CATEGORY | named,
        owned.CHANNEL | named,
        owned.voice(id="1032", name="table") | named,
    ]
    in_it = [{**one, "parent_id": "1021"} for one in listed[1:]]
    found = all_of(owned.WITH_ROLE, [], [listed[0], *in_it])
    assert [id_ for _, id_, _ in found] == ["1031", "1032", "1021", "1010"]


@pytest.mark.parametrize("lacking", [1, 2])
def test_but_then_the_bot_and_the_game_master_are_named(lacking):
    named = {"permission_overwrites": [*ORPHANED[:lacking], *ORPHANED[lacking + 1 :]]}
    listed = [{**owned.CATEGORY, "id": "1020"}, owned.CATEGORY | named, owned.CHANNEL | named]
    found = all_of(owned.WHOLE, [], listed)
    assert [id_ for _, id_, _ in found] == ["1020", "1010"]


def test_another_campaign_of_the_same_name_and_game_master_names_its_own_role():
    other = {"id": "1099", "type": 0, "allow": "1024", "deny": "0"}
    found = all_of(
        owned.WHOLE, [], [owned.CATEGORY | {"permission_overwrites": [*ORPHANED, other]}]
    )
    assert [id_ for _, id_, _ in found] == ["1020", "1010"]


def test_while_the_role_stands_nothing_is_known_without_it():
    named = {"permission_overwrites": ORPHANED}
    listed = [{**owned.CATEGORY, "id": "1020"}, owned.CATEGORY | named, owned.CHANNEL | named]
    found = all_of(owned.WHOLE, [{**owned.ROLE, "id": "1010"}], listed)
    assert [id_ for _, id_, _ in found] == ["1020", "1010"]


def test_what_was_made_for_certain_is_not_looked_for():
    """A look-alike of a certain channel is someone else's."""
    category, recorded = {**owned.CATEGORY, "id": "1020"}, [{"id": "1030", "name": "general"}]
    found = all_of(owned.WHOLE, [], [category, owned.CHANNEL], recorded, perhaps_made=[])
    assert "1031" not in {id_ for _, id_, _ in found}


def test_what_was_refused_is_not_looked_for():
    def found(campaign):
        return [
            thing["id"]
            for thing in ownership.all_of(
                campaign,
                [],
                [],
                listed_roles=[owned.ROLE],
                listed_channels=[owned.CATEGORY],
                perhaps_more=False,
            )
        ]

    assert found(owned.CAMPAIGN) == []
    assert found(owned.WITH_ROLE) == ["1010", "1011"]  # the role may have a duplicate
    assert found(owned.WHOLE) == ["1020", "1021", "1010", "1011"]


def test_nobody_elses_things_of_the_same_names_are_in_it():
    assert all_of(owned.CAMPAIGN, BYSTANDER_ROLES, BYSTANDER_CHANNELS) == []
    assert all_of(owned.WHOLE, BYSTANDER_ROLES, BYSTANDER_CHANNELS) == [
        ("category", "1020", "My Campaign"),
        ("role", "1010", "My Campaign Members"),
    ]


def test_the_channels_in_a_category_that_a_late_list_hides_are_known_by_their_record_only():
    assert all_of(owned.WITH_ROLE, channels=[owned.CHANNEL]) == [
        ("role", "1010", "My Campaign Members")
    ]


def test_a_role_made_without_our_learning_of_it_is_found_alone():
    found = all_of(owned.CAMPAIGN, [owned.ROLE], [owned.CATEGORY, owned.CHANNEL])
    assert found == [("role", "1011", "My Campaign Members")]


# ---- Others' channels, missing things, duplicates ----


def thing(kind, id_):
    return {"kind": kind, "id": id_, "name": "x"}


def test_what_others_put_into_our_category_is_foreign():
    found = [thing("channel", "1031"), thing("category", "1020"), thing("role", "1010")]
    theirs = {**owned.CHANNEL, "id": "1040", "name": "house-rules"}
    listed = [
        owned.CHANNEL,  # ours
        theirs,
        {**owned.CHANNEL, "id": "1041", "parent_id": "500"},  # in another category
        {**owned.CHANNEL, "id": "1042", "parent_id": None},  # in no category
        {**owned.CHANNEL, "id": "1043", "parent_id": "1010"},  # a role is no category
        {**owned.CATEGORY, "id": "1020"},
        owned.without(owned.CHANNEL, "parent_id"),
    ]
    assert ownership.foreign(owned.WHOLE, found, listed) == [
        {"kind": "channel", "id": "1040", "name": "house-rules"}
    ]


def test_without_a_category_of_ours_nothing_is_foreign():
    assert ownership.foreign(owned.WHOLE, [thing("role", "1010")], [owned.CHANNEL]) == []


def test_what_no_list_shows_is_missing():
    made = [{"id": "1", "name": "a"}, {"id": "2", "name": "b"}, {"id": "3", "name": "c"}]
    assert ownership.without(made, [{"id": "2", "name": "renamed"}]) == [made[0], made[2]]
    assert ownership.without(made, made) == []


def test_what_is_found_beside_what_was_made_is_a_double():
    found = [thing("channel", "1"), thing("channel", "2"), thing("role", "3"), thing("role", "4")]
    made = [{"id": "1", "name": "renamed"}, {"id": "3", "name": "x"}]
    assert ownership.without(found, made) == [found[1], found[3]]
    assert ownership.without(found[:1], made) == []


def test_a_category_for_our_role_under_another_name_is_foreign():
    found = [thing("role", "1010")]
    listed = [
        {**owned.CATEGORY, "id": "1021", "name": "Renamed"},  # names the role 1010
        {**owned.CATEGORY, "id": "1022", "permission_overwrites": []},
        {**owned.CHANNEL, "permission_overwrites": owned.CATEGORY["permission_overwrites"]},
    ]
    assert ownership.foreign(owned.WHOLE, found, listed) == [
        {"kind": "category", "id": "1021", "name": "Renamed"}
    ]


def test_a_category_that_lost_its_role_may_be_ours_until_ours_is_known():
    campaign = owned.without(owned.WHOLE, "category")
    listed = [
        {**owned.CATEGORY, "id": "1021", "name": "Renamed", "permission_overwrites": WITHOUT_ROLE},
        {**owned.CATEGORY, "id": "900", "permission_overwrites": WITHOUT_ROLE},  # older
        {**owned.CATEGORY, "id": "1022", "permission_overwrites": []},
        {**owned.CHANNEL, "permission_overwrites": WITHOUT_ROLE},
    ]
    found = [thing("role", "1010")]
    assert ownership.foreign(campaign, found, listed) == [
        {"kind": "category", "id": "1021", "name": "Renamed"}
    ]
    known = {**campaign, "category": {"id": "1020", "name": "x", "repeated": False}}
    assert ownership.foreign(known, found, listed) == []


def test_a_category_that_has_lost_its_role_is_anothers_if_the_bot_has_deleted_ours():
    campaign = {**owned.CAMPAIGN, "role": {"id": "1010", "name": "x", "repeated": False}}
    lost = {**owned.CATEGORY, "permission_overwrites": WITHOUT_ROLE}

    def found(deleted):
        things = ownership.all_of(
            campaign, [], [], listed_roles=[], listed_channels=[lost], deleted=deleted
        )
        return [one["id"] for one in things]

    assert found(set()) == [lost["id"], "1010"]
    assert found({"1010"}) == ["1010"]
