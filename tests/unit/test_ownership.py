"""What is ours: every mark alone decides, and nothing else is ever taken for ours."""

import itertools

import pytest

from channelwright.campaign import campaign as campaigns
from channelwright.campaign import ownership

INTERACTION = "1000"
CAMPAIGN = {
    "interaction_id": INTERACTION,
    "guild_id": "1",
    "user_id": "2",
    "name": "My Campaign",
    "bot_user_id": "3",
    "in_company": False,
}
# Their creates were retried, so they may have duplicates.
WITH_ROLE = {**CAMPAIGN, "role": {"id": "1010", "name": "My Campaign Members", "repeated": True}}
WHOLE = {**WITH_ROLE, "category": {"id": "1020", "name": "My Campaign", "repeated": True}}

ROLE = {
    "id": "1011",
    "name": "My Campaign Members",
    "permissions": "0",
    "color": campaigns.colour(INTERACTION),
}
CATEGORY = {
    "id": "1021",
    "type": 4,
    "name": "My Campaign",
    "parent_id": None,
    "permission_overwrites": [
        {"id": "1", "type": 0, "allow": "0", "deny": "1024"},
        {"id": "1010", "type": 0, "allow": "1024", "deny": "0"},
    ],
}
CHANNEL = {
    "id": "1031",
    "type": 0,
    "name": "general",
    "topic": "Talk",
    "parent_id": "1020",
    "permission_overwrites": CATEGORY["permission_overwrites"],
}


def planned(name="general", type_="text", *, gm_only=False):
    return {"name": name, "type": type_, "topic": "Talk", "gm_only": gm_only, "position": 0}


def voice(**more):
    """Return a voice channel; Discord shows its topic as null."""
    return {**CHANNEL, "type": VOICE, "topic": None, **more}


def without(thing, key):
    return {name: value for name, value in thing.items() if name != key}


# ---- Roles ----

ROLE_NEAR_MISSES = [
    {**ROLE, "name": "My Campaign members"},
    {**ROLE, "name": "My Campaign"},
    {**ROLE, "name": "MyCampaign Members"},
    {**ROLE, "name": "My Campaign Members 2"},
    {**ROLE, "permissions": "1024"},
    {**ROLE, "color": 0},
    {**ROLE, "color": campaigns.colour("1001")},
    without(ROLE, "color"),
    {**ROLE, "id": "999"},
    {**ROLE, "id": INTERACTION},
]


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

TEXT, VOICE, FORUM, ANNOUNCEMENT = 0, 2, 15, 5


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


# ---- Everything of a campaign ----

BYSTANDER_ROLES = [{**role, "id": str(2000 + n)} for n, role in enumerate(ROLE_NEAR_MISSES[:8])]
BYSTANDER_CHANNELS = [
    {**CHANNEL, "id": "2100", "parent_id": None},
    {**CHANNEL, "id": "2101", "parent_id": "500"},
    {**CHANNEL, "id": "2102", "name": "house-rules"},
    {**CHANNEL, "id": "1015"},
    {**CATEGORY, "id": "2103", "permission_overwrites": []},
    {**CATEGORY, "id": "900"},
]


def all_of(campaign, roles=(), channels=(), recorded=(), perhaps_made=None):
    if perhaps_made is None:
        perhaps_made = [planned(), planned("table", "voice"), planned("lore", "forum")]
    found = ownership.all_of(
        campaign, perhaps_made, recorded, listed_roles=roles, listed_channels=list(channels)
    )
    return [(thing["kind"], thing["id"], thing["name"]) for thing in found]


def test_all_of_it_is_found_in_the_order_of_its_deletion():
    role, category = {**ROLE, "id": "1010"}, {**CATEGORY, "id": "1020"}
    double = {**CHANNEL, "id": "1039"}
    table = voice(id="1032", name="table")
    lore = {**CHANNEL, "id": "1033", "type": TEXT, "name": "lore"}
    in_second = {**CHANNEL, "id": "1034", "parent_id": "1021"}
    listed = [CATEGORY, lore, in_second, *BYSTANDER_CHANNELS, table, category, double, CHANNEL]
    found = all_of(WHOLE, [ROLE, *BYSTANDER_ROLES, role], listed)
    kinds = [kind for kind, _, _ in found]
    assert kinds == ["channel"] * 5 + ["category"] * 2 + ["role"] * 2
    assert {id_ for _, id_, _ in found} == {
        *("1031", "1032", "1033", "1034", "1039"),
        *("1020", "1021"),
        *("1010", "1011"),
    }


def test_all_but_a_role_has_a_link():
    recorded = [{"id": "1031", "name": "general"}]
    found = ownership.all_of(WHOLE, [], recorded, listed_roles=[], listed_channels=[])
    assert [one.get("link") for one in found] == [
        "https://discord.com/channels/1/1031",
        "https://discord.com/channels/1/1020",
        None,
    ]


def test_what_is_recorded_is_there_even_if_no_list_shows_it():
    recorded = [{"id": "1031", "name": "general"}, {"id": "1032", "name": "table"}]
    assert all_of(WHOLE, recorded=recorded) == [
        ("channel", "1031", "general"),
        ("channel", "1032", "table"),
        ("category", "1020", "My Campaign"),
        ("role", "1010", "My Campaign Members"),
    ]


def test_a_recorded_channel_is_ours_wherever_it_was_moved_and_whatever_it_is_called_now():
    moved = {**CHANNEL, "parent_id": "500", "name": "renamed", "type": VOICE}
    found = all_of(WHOLE, channels=[moved], recorded=[{"id": "1031", "name": "general"}])
    assert ("channel", "1031", "general") in found


def test_nothing_is_found_twice():
    """The history tells of a channel more than once, and the lists show the channel, too."""
    made = {"id": "1031", "name": "general"}
    listed = [{**CATEGORY, "id": "1020"}, CHANNEL]
    found = all_of(WHOLE, [{**ROLE, "id": "1010"}], listed, recorded=[made, made])
    assert [id_ for _, id_, _ in found] == ["1031", "1020", "1010"]


# Without a deleted role's overwrite: everyone's, the bot's and the game master's.
ORPHANED = [
    {"id": "1", "type": 0, "allow": "0", "deny": "1024"},
    {"id": "3", "type": 1, "allow": "1024", "deny": "0"},
    {"id": "2", "type": 1, "allow": "1024", "deny": "0"},
]


@pytest.mark.parametrize(
    "overwrites", [ORPHANED, CATEGORY["permission_overwrites"]], ids=["of now", "of a late list"]
)
def test_a_deleted_role_does_not_hide_what_it_was_for(overwrites):
    named = {"permission_overwrites": overwrites}
    listed = [CATEGORY | named, CHANNEL | named, voice(id="1032", name="table") | named]
    in_it = [{**one, "parent_id": "1021"} for one in listed[1:]]
    found = all_of(WITH_ROLE, [], [listed[0], *in_it])
    assert [id_ for _, id_, _ in found] == ["1031", "1032", "1021", "1010"]


@pytest.mark.parametrize("lacking", [1, 2])
def test_but_then_the_bot_and_the_game_master_are_named(lacking):
    named = {"permission_overwrites": [*ORPHANED[:lacking], *ORPHANED[lacking + 1 :]]}
    listed = [{**CATEGORY, "id": "1020"}, CATEGORY | named, CHANNEL | named]
    found = all_of(WHOLE, [], listed)
    assert [id_ for _, id_, _ in found] == ["1020", "1010"]


def test_another_campaign_of_the_same_name_and_game_master_names_its_own_role():
    other = {"id": "1099", "type": 0, "allow": "1024", "deny": "0"}
    found = all_of(WHOLE, [], [CATEGORY | {"permission_overwrites": [*ORPHANED, other]}])
    assert [id_ for _, id_, _ in found] == ["1020", "1010"]


def test_while_the_role_stands_nothing_is_known_without_it():
    named = {"permission_overwrites": ORPHANED}
    listed = [{**CATEGORY, "id": "1020"}, CATEGORY | named, CHANNEL | named]
    found = all_of(WHOLE, [{**ROLE, "id": "1010"}], listed)
    assert [id_ for _, id_, _ in found] == ["1020", "1010"]


def test_what_was_made_for_certain_is_not_looked_for():
    """A look-alike of a certain channel is someone else's."""
    category, recorded = {**CATEGORY, "id": "1020"}, [{"id": "1030", "name": "general"}]
    found = all_of(WHOLE, [], [category, CHANNEL], recorded, perhaps_made=[])
    assert "1031" not in {id_ for _, id_, _ in found}


def test_what_was_refused_is_not_looked_for():
    def found(campaign):
        return [
            thing["id"]
            for thing in ownership.all_of(
                campaign,
                [],
                [],
                listed_roles=[ROLE],
                listed_channels=[CATEGORY],
                perhaps_more=False,
            )
        ]

    assert found(CAMPAIGN) == []
    assert found(WITH_ROLE) == ["1010", "1011"]  # the role may have a duplicate
    assert found(WHOLE) == ["1020", "1021", "1010", "1011"]


def test_nobody_elses_things_of_the_same_names_are_in_it():
    assert all_of(CAMPAIGN, BYSTANDER_ROLES, BYSTANDER_CHANNELS) == []
    assert all_of(WHOLE, BYSTANDER_ROLES, BYSTANDER_CHANNELS) == [
        ("category", "1020", "My Campaign"),
        ("role", "1010", "My Campaign Members"),
    ]


def test_the_channels_in_a_category_that_a_late_list_hides_are_known_by_their_record_only():
    assert all_of(WITH_ROLE, channels=[CHANNEL]) == [("role", "1010", "My Campaign Members")]


def test_a_role_made_without_our_learning_of_it_is_found_alone():
    found = all_of(CAMPAIGN, [ROLE], [CATEGORY, CHANNEL])
    assert found == [("role", "1011", "My Campaign Members")]


# ---- Others' channels, missing things, duplicates ----


def thing(kind, id_):
    return {"kind": kind, "id": id_, "name": "x"}


def test_what_others_put_into_our_category_is_foreign():
    found = [thing("channel", "1031"), thing("category", "1020"), thing("role", "1010")]
    theirs = {**CHANNEL, "id": "1040", "name": "house-rules"}
    listed = [
        CHANNEL,  # ours
        theirs,
        {**CHANNEL, "id": "1041", "parent_id": "500"},  # in another category
        {**CHANNEL, "id": "1042", "parent_id": None},  # in no category
        {**CHANNEL, "id": "1043", "parent_id": "1010"},  # a role is no category
        {**CATEGORY, "id": "1020"},
        without(CHANNEL, "parent_id"),
    ]
    assert ownership.foreign(found, listed) == [
        {"kind": "channel", "id": "1040", "name": "house-rules"}
    ]


def test_without_a_category_of_ours_nothing_is_foreign():
    assert ownership.foreign([thing("role", "1010")], [CHANNEL]) == []


def test_what_no_list_shows_is_missing():
    made = [{"id": "1", "name": "a"}, {"id": "2", "name": "b"}, {"id": "3", "name": "c"}]
    assert ownership.missing(made, [{"id": "2", "name": "renamed"}]) == ["a", "c"]
    assert ownership.missing(made, made) == []


def test_what_is_found_beside_what_was_made_is_a_double():
    found = [thing("channel", "1"), thing("channel", "2"), thing("role", "3"), thing("role", "4")]
    made = [{"id": "1", "name": "renamed"}, {"id": "3", "name": "x"}]
    assert ownership.doubles(found, made) == [found[1], found[3]]
    assert ownership.doubles(found[:1], made) == []


def test_a_category_for_our_role_under_another_name_is_foreign():
    found = [thing("role", "1010")]
    listed = [
        {**CATEGORY, "id": "1021", "name": "Renamed"},  # names the role 1010
        {**CATEGORY, "id": "1022", "permission_overwrites": []},
        {**CHANNEL, "permission_overwrites": CATEGORY["permission_overwrites"]},
    ]
    assert ownership.foreign(found, listed) == [
        {"kind": "category", "id": "1021", "name": "Renamed"}
    ]
