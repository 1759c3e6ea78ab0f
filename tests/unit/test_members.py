"""The rules of a campaign's members, for any people."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelwright.discord import permissions
from channelwright.discord.permissions import Standing
from channelwright.records import members

PEOPLE = st.sampled_from(["1", "2", "3", "4"])
MANAGER = Standing(permissions.CALLER_NEEDS, 5)
NOBODY = Standing(0, 0)
CHANNELS = [
    {"id": "20", "key": "general", "kind": "text", "gm_only": False},
    {"id": "21", "key": "gm-notes", "kind": "text", "gm_only": True},
]


def record(master="1", co_gms=()):
    return {
        "guild_id": "9",
        "campaign_id": "8",
        "name": "Strahd",
        "status": "created",
        "version": 2,
        "game_master": master,
        "co_gms": [*co_gms],
        "layout": "default",
        "role": "10",
        "category": "11",
        "channels": CHANNELS,
    }


RECORDS = st.builds(record, PEOPLE, st.sets(PEOPLE).map(sorted)).filter(
    lambda one: one["game_master"] not in one["co_gms"]
)
REQUESTS = st.builds(
    lambda user, who, what: {"user_id": user, "who": ",".join(who)} | what,
    PEOPLE,
    st.lists(PEOPLE, min_size=1, max_size=4),
    st.sampled_from(
        [
            {"change": "add"},
            {"change": "add", "as": "player"},
            {"change": "add", "as": "co-gm"},
            {"change": "add", "as": "game-master"},
            {"change": "remove"},
        ]
    ),
)
RESULTS = st.sampled_from(["added", "already", "removed", "absent", "bot", "gone", "failed"])


@given(RECORDS, REQUESTS, st.booleans())
def test_whoever_neither_leads_nor_manages_changes_nothing(record, request, has_left):
    leads = request["user_id"] in {record["game_master"], *record["co_gms"]}
    refused = members.refusal(record, request, NOBODY, master_has_left=has_left)
    assert leads or refused


@given(RECORDS, REQUESTS)
def test_a_co_gm_changes_players_and_no_leaders(record, request):
    if request["user_id"] not in record["co_gms"]:
        return
    who = {*request["who"].split(",")}
    leaders = {record["game_master"], *record["co_gms"]}
    about_leaders = request.get("as") in {"co-gm", "game-master"} or (
        request["change"] == "remove" and who & leaders
    )
    refused = members.refusal(record, request, NOBODY, master_has_left=False)
    assert bool(refused) == bool(about_leaders)


@given(RECORDS, REQUESTS)
def test_a_manager_may_all_but_take_over_from_a_game_master_who_is_there(record, request):
    refused = members.refusal(record, request, MANAGER, master_has_left=False)
    takes_over = request.get("as") == "game-master" and request["user_id"] != record["game_master"]
    removes_master = request["change"] == "remove" and record["game_master"] in request[
        "who"
    ].split(",")
    assert bool(refused) == (takes_over or removes_master)
    if takes_over:
        assert not members.refusal(record, request, MANAGER, master_has_left=True)


@given(RECORDS, st.booleans())
def test_whoever_is_timed_out_changes_nobody(record, has_left):
    request = {"user_id": record["game_master"], "who": "4", "change": "add"}
    held = Standing(0, 0, timed_out_until=99)
    for as_what in ({}, {"as": "co-gm"}, {"as": "game-master"}):
        assert members.refusal(record, request | as_what, held, master_has_left=has_left)


@given(RECORDS, REQUESTS, st.lists(RESULTS, min_size=4, max_size=4), st.booleans())
def test_there_is_one_game_master_who_is_no_co_gm(record, request, ends, has_left):
    who = [*dict.fromkeys(request["who"].split(","))]
    results = [{"user_id": one, "result": end} for one, end in zip(who, ends, strict=False)]
    master, co_gms = members.leaders(record, request, results, master_has_left=has_left)
    assert master
    assert master not in co_gms
    assert len({*co_gms}) == len(co_gms)
    nothing_done = not any(one["result"] in members.IN for one in results)
    if nothing_done and request["change"] == "add":
        assert (master, co_gms) == (record["game_master"], record["co_gms"])


@given(RECORDS, REQUESTS)
def test_everybody_is_changed_once(record, request):
    changed = [one["user_id"] for one in changes(record, request, [])]
    assert sorted(changed) == sorted({*request["who"].split(",")})


def test_a_game_master_who_has_left_is_not_replaced_by_the_same():
    request = {"user_id": "9", "who": "1", "change": "add", "as": "game-master"}
    changed = members.changes(record("1"), request, [], master_has_left=True)
    assert [(one["user_id"], one["change"]) for one in changed] == [("1", "add")]


def changes(record, request, channels):
    return members.changes(record, request, channels, master_has_left=False)


def shown(**overwrites):
    """Return the category and the campaign's channels, on which users have overwrites."""
    return [
        {
            "id": id_,
            "permission_overwrites": [
                {"id": user, "type": 1, "allow": str(permissions.SEE), "deny": "0"}
                for user, seen in overwrites.items()
                if id_ in seen
            ],
        }
        for id_ in ("11", "20", "21")
    ]


@pytest.mark.parametrize(
    ("change", "who", "as_what", "expected"),
    [
        ("add", "3", {}, False),
        ("add", "3,2", {}, False),
        ("add", "3", {"as": "player"}, False),
        ("add", "3", {"as": "co-gm"}, True),
        ("add", "3", {"as": "game-master"}, True),
        ("remove", "3", {}, False),
        ("remove", "3,2", {}, True),
        ("leave", "2", {}, True),
    ],
)
def test_which_requests_are_about_leaders(change, who, as_what, expected):
    request = {"user_id": "1", "who": who, "change": change, **as_what}
    assert members.is_about_leaders(record(master="1", co_gms=["2"]), request) == expected


def test_an_overwrite_is_written_only_where_it_is_not_yet_so():
    request = {"user_id": "1", "who": "2", "change": "add", "as": "co-gm"}
    for known in (record(), record(co_gms=["2"])):
        [change] = changes(known, request, shown())
        assert change["channels"] == [["11"], ["21"]]
    [change] = changes(record(co_gms=["2"]), request, shown(**{"2": ["11"]}))
    assert change["channels"] == [["21"]]


def test_of_a_leader_who_goes_all_overwrites_go():
    request = {"user_id": "1", "who": "2", "change": "remove"}
    seen = shown(**{"2": ["11", "20", "21"]})
    for known in (record(co_gms=["2"]), record()):
        [change] = changes(known, request, seen)
        assert change["channels"] == [["11"], ["20", "21"]]
        for ids in change["channels"]:
            written = members.to_write(change, ids, seen)
            assert written == [{"id": id_, "allow": 0, "deny": 0} for id_ in ids]


@pytest.mark.parametrize(
    ("change", "allow"), [("add", permissions.SEE), ("remove", 0)], ids=["add", "remove"]
)
def test_what_looks_done_is_not_written_if_people_have_set_other_bits(change, allow):
    request = {"user_id": "1", "who": "2", "change": change}
    request |= {"as": "co-gm"} if change == "add" else {}
    seen = shown(**{"2": ["11", "21"]})
    for one in seen:
        for overwrite in one["permission_overwrites"]:
            overwrite |= {"allow": str(allow), "deny": "2"}
    known = record() if change == "add" else record(co_gms=["2"])
    [changed] = changes(known, request, seen)
    assert changed["channels"] == []


def test_what_has_followed_the_category_is_not_written():
    request = {"user_id": "1", "who": "2", "change": "remove"}
    [change] = changes(record(), request, shown(**{"2": ["11", "20", "21"]}))
    after = shown(**{"2": ["21"]})
    assert [one["id"] for one in members.to_write(change, ["20", "21"], after)] == ["21"]


@given(st.integers(0, 2**40 - 1), st.integers(0, 2**40 - 1), st.booleans())
def test_of_a_persons_overwrite_only_the_bits_to_see_change(allow, deny, is_added):
    deny &= ~allow
    own = {"id": "2", "type": 1, "allow": str(allow), "deny": str(deny)}
    channels = [{"id": "21", "permission_overwrites": [own]}]
    request = {"user_id": "1", "who": "2", "change": "add" if is_added else "remove"}
    [change] = changes(record(), request | ({"as": "co-gm"} if is_added else {}), channels)
    [after] = members.to_write(change, ["21"], channels) or [{"allow": allow, "deny": deny}]
    assert (after["allow"] ^ allow) & ~permissions.SEE == 0
    assert (after["deny"] ^ deny) & ~permissions.SEE == 0
    if is_added:
        assert after["allow"] & permissions.SEE == permissions.SEE
        assert not after["deny"] & permissions.SEE
    else:
        assert not after["allow"] & permissions.VIEW_CHANNEL


def test_another_kind_of_overwrite_with_a_persons_id_is_not_theirs():
    role = {"id": "2", "type": 0, "allow": str(permissions.SEE), "deny": "0"}
    request = {"user_id": "1", "who": "2", "change": "remove"}
    [change] = changes(record(), request, [{"id": "21", "permission_overwrites": [role]}])
    assert change["channels"] == []


def test_a_channel_that_is_gone_gets_no_overwrite():
    request = {"user_id": "1", "who": "2", "change": "add", "as": "co-gm"}
    [change] = changes(record(), request, shown()[:1])
    assert change["channels"] == [["11"]]


def test_a_role_without_power_gives_none():
    role = {"id": "10", "permissions": "0", "position": 1}
    assert members.power_of(record(), role, shown()) == []
    ours = [{"id": "20", "permission_overwrites": [{"id": "10", "allow": "1024", "deny": "0"}]}]
    assert members.power_of(record(), role, ours) == []
    synced = [
        {"id": "30", "parent_id": "11", "permission_overwrites": ours[0]["permission_overwrites"]}
    ]
    assert members.power_of(record(), role, synced) == []
    theirs = [{"id": "30", "permission_overwrites": [{"id": "10", "allow": "0", "deny": "8"}]}]
    assert members.power_of(record(), role, theirs) == []


def test_of_roles_at_one_position_the_older_is_higher():
    guild = {
        "id": "9",
        "owner_id": "0",
        "roles": [
            {"id": "9", "position": 0, "permissions": "0"},
            {"id": "5", "position": 1, "permissions": str(permissions.MANAGE_ROLES)},
            {"id": "20", "position": 1, "permissions": str(permissions.MANAGE_ROLES)},
        ],
    }
    role = {"id": "10", "permissions": "8", "position": 1}
    assert members.could_give(role, guild, "1", ["5"])
    assert not members.could_give(role, guild, "1", ["20"])
    assert not members.could_give(role, guild, "1", [])
    assert members.could_give(role, guild, "0", [])


@given(st.integers(1, 2**53 - 1))
def test_any_permission_is_power(bits):
    role = {"id": "10", "permissions": str(bits), "position": 1}
    assert len(members.power_of(record(), role, [])) == bits.bit_count()
