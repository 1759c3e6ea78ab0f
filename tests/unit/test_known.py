"""The knowledge of a campaign to remove, and its own things in Discord's lists."""

import pytest

from channelwright.campaign import campaign as campaigns
from channelwright.campaign import known
from channelwright.discord import edits

CAMPAIGN = {
    "interaction_id": "1000",
    "guild_id": "1",
    "user_id": "2",
    "name": "My Campaign",
    "bot_user_id": "3",
    "in_company": False,
}
# Each was created at the first attempt, so no other can be ours.
CERTAIN = {"repeated": False}
ROLE = {"id": "1010", "name": "My Campaign Members", **CERTAIN}
CATEGORY = {"id": "1020", "name": "My Campaign", **CERTAIN}
WITH_ROLE = {**CAMPAIGN, "role": ROLE}
WHOLE = {**WITH_ROLE, "category": CATEGORY}
WAVES = [
    [
        {"name": name, "type": "text", "topic": "Talk", "gm_only": False, "position": n}
        for n, name in one
    ]
    for one in (enumerate(("general", "dice-rolls")), [(2, "rules")])
]
REFUSED = {"Error": "DiscordRefused", "Cause": "{}"}
UNKNOWN = {"Error": "NoAnswer", "Cause": "{}"}

# Discord's lists: everything bears the campaign's marks.
OVERWRITES = [{"id": "1010", "type": 0, "allow": "1024", "deny": "0"}]
LISTED_ROLE = {
    "id": "1011",
    "name": "My Campaign Members",
    "permissions": "0",
    "color": campaigns.colour("1000"),
}
LISTED_CATEGORY = {
    "id": "1021",
    "type": 4,
    "name": "My Campaign",
    "permission_overwrites": OVERWRITES,
}
LISTED_CHANNELS = [
    {
        "id": f"{1031 + n}",
        "type": 0,
        "name": name,
        "topic": "Talk",
        "parent_id": "1020",
        "permission_overwrites": OVERWRITES,
    }
    for n, name in enumerate(("general", "dice-rolls", "rules"))
]
OUR_CATEGORY = {**LISTED_CATEGORY, "id": "1020"}


def made(id_, position=0, **more):
    return {
        "ok": True,
        "id": id_,
        "name": "x",
        "type": "text",
        "gm_only": False,
        "position": position,
        **CERTAIN,
        **more,
    }


def not_made(position, error):
    return {"ok": False, "position": position, "failure": {"Error": error, "Cause": ""}}


def found(campaign, made=(), failure=REFUSED, roles=(), channels=()):
    things = known.find(
        {"campaign": campaign, "made": list(made)}, WAVES, failure, roles=roles, channels=channels
    )
    return [one["id"] for one in things]


# ---- How long something may still appear ----

LAMBDAS, LISTS = 57, 10
SECONDS = {
    "DiscordRefused": 0,
    "OutOfTime": 0,
    "CampaignIncomplete": 0,
    # Discord answered, even if with a failure; its lists may lag.
    "DiscordUnavailable": LISTS,
    "EarlierOutcomeUnknown": LISTS,
    # Discord was not called, and the retry's wait outlasted an earlier attempt.
    "BotTokenNotRead": LISTS,
    # Discord or a Lambda may still be at work.
    "NoAnswer": LAMBDAS,
    "KeyError": LAMBDAS,
    "Lambda.Unknown": LAMBDAS,
    "Lambda.TooManyRequestsException": LAMBDAS,
    "Sandbox.Timedout": LAMBDAS,
    "States.Timeout": LAMBDAS,
    "States.Runtime": LAMBDAS,
    "NotTold": LAMBDAS,
    "ABORTED": LAMBDAS,
    "TIMED_OUT": LAMBDAS,
    "": LAMBDAS,
}
ALL_MADE = [[[], [made("1031"), made("1032", 1)]], [made("1033", 2)]]


def settles(campaign, made=(), failure=REFUSED, planned=WAVES):
    return known.settle_seconds({"campaign": campaign, "made": list(made)}, planned, failure)


def failed(*errors):
    """Return the failure of a wave with these errors."""
    return {"Error": "WaveFailed", "failures": [{"Error": error, "Cause": ""} for error in errors]}


def test_so_long_lambdas_live_and_lists_lag():
    assert (edits.UNKNOWN_OUTCOME_SECONDS, known.LISTS_LAG_SECONDS) == (LAMBDAS, LISTS)


@pytest.mark.parametrize("campaign", [CAMPAIGN, WITH_ROLE, WHOLE])
@pytest.mark.parametrize(("error", "seconds"), SECONDS.items())
def test_the_error_says_how_long_something_may_appear(error, seconds, campaign):
    assert settles(campaign, failure={"Error": error, "Cause": ""}) == seconds
    assert settles(campaign, [made("1031")], {"Error": error}) == seconds


@pytest.mark.parametrize(("error", "seconds"), SECONDS.items())
def test_of_a_waves_errors_the_longest_decides(error, seconds):
    assert settles(WHOLE, failure=failed(error)) == seconds
    assert settles(WHOLE, failure=failed("DiscordRefused", error)) == seconds
    assert settles(WHOLE, failure=failed(error, "DiscordUnavailable")) == max(seconds, LISTS)
    assert settles(WHOLE, failure=failed(error, "OutOfTime", "NoAnswer")) == LAMBDAS


@pytest.mark.parametrize("error", [*SECONDS, "NameTaken"])
def test_before_the_plan_has_ended_nothing_can_appear(error):
    assert settles(None, failure={"Error": error}, planned=[]) == 0


@pytest.mark.parametrize("error", [*SECONDS, "NameTaken"])
def test_where_all_that_was_planned_is_recorded_nothing_can_appear(error):
    """*Complete Campaign* creates nothing, however it failed."""
    assert settles(WHOLE, ALL_MADE, {"Error": error, "Cause": ""}) == 0


@pytest.mark.parametrize(
    ("campaign", "channels"),
    [
        (WHOLE, ALL_MADE[:1]),
        (WHOLE, [ALL_MADE[0], not_made(2, "NoAnswer")]),
        (WITH_ROLE, ALL_MADE),
        ({**CAMPAIGN, "category": CATEGORY}, ALL_MADE),
    ],
)
def test_where_one_thing_is_not_recorded_it_may_appear(campaign, channels):
    assert settles(campaign, channels, UNKNOWN) == LAMBDAS
    assert settles(campaign, channels, REFUSED) == 0


TWICE = {"repeated": True}


@pytest.mark.parametrize(
    ("campaign", "channels"),
    [
        ({**WHOLE, "role": {**ROLE, **TWICE}}, ALL_MADE),
        ({**WHOLE, "category": {**CATEGORY, **TWICE}}, ALL_MADE),
        (WHOLE, [ALL_MADE[0], made("1033", 2, **TWICE)]),
        ({**CAMPAIGN, "role": {**ROLE, **TWICE}}, []),
    ],
    ids=["role", "category", "channel", "role alone"],
)
def test_of_what_was_made_repeatedly_a_second_one_may_appear(campaign, channels):
    for known_ in ("DiscordRefused", "OutOfTime"):
        assert settles(campaign, channels, {"Error": known_}) == LISTS
    is_whole = len(channels) > 0
    assert settles(campaign, channels, UNKNOWN) == (LISTS if is_whole else LAMBDAS)


def test_the_causes_of_a_wave_that_failed_are_those_of_its_channels():
    assert known.causes(REFUSED) == [REFUSED]
    both = [REFUSED, UNKNOWN]
    assert known.causes({"Error": "WaveFailed", "failures": both}) == both


# ---- The campaign's things ----


def test_before_the_plan_has_ended_nothing_is_ours():
    everything = {"roles": [LISTED_ROLE], "channels": [LISTED_CATEGORY, *LISTED_CHANNELS]}
    assert found(None, failure=UNKNOWN, **everything) == []


def test_what_is_recorded_is_ours_even_if_no_list_shows_it():
    """However deeply the channels are nested: one list for each earlier wave."""
    nested = [[[[], [made("1031")]], [made("1032", 1)]], [made("1033", 2)]]
    assert found(WHOLE, nested) == ["1031", "1032", "1033", "1020", "1010"]
    everything = known.recorded({"campaign": WHOLE, "made": nested})
    assert [one["id"] for one in everything] == ["1031", "1032", "1033", "1020", "1010"]
    assert [one["id"] for one in known.made({"campaign": WHOLE, "made": nested})] == [
        "1031",
        "1032",
        "1033",
    ]


@pytest.mark.parametrize(
    ("campaign", "ids"), [(None, []), (CAMPAIGN, []), (WITH_ROLE, ["1010"])], ids=str
)
def test_what_is_recorded_is_what_a_state_told(campaign, ids):
    things = known.recorded({"campaign": campaign, "made": [not_made(0, "NoAnswer")]})
    assert [one["id"] for one in things] == ids


def test_what_is_recorded_is_named_and_a_browser_finds_it():
    assert known.recorded({"campaign": WHOLE, "made": []}) == [
        {
            "kind": "category",
            "id": "1020",
            "name": "My Campaign",
            "link": "https://discord.com/channels/1/1020",
        },
        {"kind": "role", "id": "1010", "name": "My Campaign Members"},
    ]


def test_a_channel_that_was_not_made_is_none():
    outcomes = [not_made(0, "NoAnswer"), made("1032", 1)]
    assert known.made({"campaign": WHOLE, "made": outcomes}) == [made("1032", 1)]


@pytest.mark.parametrize(("failure", "is_ours"), [(REFUSED, False), (UNKNOWN, True)])
def test_a_role_or_category_is_known_by_its_marks_only_after_an_unknown_outcome(failure, is_ours):
    assert found(CAMPAIGN, failure=failure, roles=[LISTED_ROLE]) == ["1011"] * is_ours
    category = found(WITH_ROLE, failure=failure, channels=[LISTED_CATEGORY])
    assert category == ["1021"] * is_ours + ["1010"]


@pytest.mark.parametrize("failure", [REFUSED, UNKNOWN])
def test_where_all_is_recorded_nothing_else_is_ours(failure):
    """A look-alike is someone's copy."""
    listed = {"roles": [LISTED_ROLE], "channels": [LISTED_CATEGORY, OUR_CATEGORY, *LISTED_CHANNELS]}
    ours = ["1031", "1032", "1033", "1020", "1010"]
    assert found(WHOLE, ALL_MADE, failure, **listed) == ours


@pytest.mark.parametrize("failure", [REFUSED, UNKNOWN])
def test_a_role_or_category_that_was_made_repeatedly_may_stand_twice(failure):
    twice = {**WHOLE, "role": {**ROLE, **TWICE}, "category": {**CATEGORY, **TWICE}}
    listed = {"roles": [LISTED_ROLE], "channels": [LISTED_CATEGORY, OUR_CATEGORY]}
    assert found(twice, ALL_MADE, failure, **listed)[3:] == ["1020", "1021", "1010", "1011"]


def test_a_channel_that_was_not_begun_cannot_be_ours():
    """A look-alike in our category is someone else's."""
    listed = [OUR_CATEGORY, *LISTED_CHANNELS]
    assert found(WHOLE, failure=UNKNOWN, channels=listed) == ["1020", "1010"]
    begun = [not_made(1, "NoAnswer")]
    assert found(WHOLE, begun, UNKNOWN, channels=listed) == ["1032", "1020", "1010"]


@pytest.mark.parametrize(
    ("error", "is_ours"),
    [
        ("DiscordRefused", False),
        ("OutOfTime", False),
        ("EarlierOutcomeUnknown", True),
        ("NoAnswer", True),
        ("NotTold", True),
        ("Sandbox.Timedout", True),
    ],
)
def test_what_was_refused_was_not_made(error, is_ours):
    listed = [OUR_CATEGORY, *LISTED_CHANNELS]
    ours = found(WHOLE, [not_made(0, error)], channels=listed)
    assert ours == ["1031"] * is_ours + ["1020", "1010"]


@pytest.mark.parametrize("repeated", [False, True])
def test_a_channel_may_stand_twice_if_its_creation_was_repeated(repeated):
    double = {**LISTED_CHANNELS[0], "id": "1039"}
    listed = [OUR_CATEGORY, LISTED_CHANNELS[0], double]
    ours = found(WHOLE, [made("1031", repeated=repeated)], channels=listed)
    assert ours == ["1031", *(["1039"] if repeated else []), "1020", "1010"]
