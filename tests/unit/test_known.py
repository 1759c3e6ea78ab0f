"""What is known of a campaign that is to be removed, and what of Discord's lists is its own."""

import pytest

from channelwright import campaign as campaigns
from channelwright import known

CAMPAIGN = {
    "interaction_id": "1000",
    "guild_id": "1",
    "user_id": "2",
    "name": "My Campaign",
    "bot_user_id": "3",
    "in_company": False,
}
# Each was made by one attempt: no other can be ours.
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


def found(campaign, made=(), failure=REFUSED, **listed):
    things = known.find({"campaign": campaign, "made": list(made)}, WAVES, failure, **listed)
    return [one["id"] for one in things]


# ---- Whether an outcome is known ----


@pytest.mark.parametrize(
    ("error", "is_known"),
    [
        ("DiscordRefused", True),
        ("OutOfTime", True),
        ("CampaignIncomplete", True),
        ("CampaignRejected", False),  # nothing was made, nor is anything removed
        ("NameTaken", False),
        ("EarlierOutcomeUnknown", False),
        ("DiscordUnavailable", False),
        ("NoAnswer", False),
        ("RateLimited", False),
        ("EarlierEditUnknown", False),
        ("KeyError", False),
        ("Lambda.Unknown", False),
        ("States.Timeout", False),
        ("ABORTED", False),
        ("TIMED_OUT", False),
    ],
)
def test_after_these_errors_the_outcome_is_known(error, is_known):
    one = {"Error": error, "Cause": ""}
    assert known.is_outcome_known(one) is is_known
    assert known.is_outcome_known({"Error": "WaveFailed", "failures": [one]}) is is_known
    beside = {"Error": "WaveFailed", "failures": [REFUSED, one]}
    assert known.is_outcome_known(beside) is is_known


def test_the_causes_of_a_wave_that_failed_are_those_of_its_channels():
    assert known.causes(REFUSED) == [REFUSED]
    both = [REFUSED, UNKNOWN]
    assert known.causes({"Error": "WaveFailed", "failures": both}) == both


# ---- What is the campaign's ----


def test_before_the_plan_has_ended_nothing_is_ours():
    everything = {"roles": [LISTED_ROLE], "channels": [LISTED_CATEGORY, *LISTED_CHANNELS]}
    assert found(None, failure=UNKNOWN, **everything) == []


def test_what_is_recorded_is_ours_even_if_no_list_shows_it():
    """However deep the channels lie: a list for each wave before."""
    nested = [[[[], [made("1031")]], [made("1032", 1)]], [made("1033", 2)]]
    assert found(WHOLE, nested) == ["1031", "1032", "1033", "1020", "1010"]
    assert [one["id"] for one in known.made({"campaign": WHOLE, "made": nested})] == [
        "1031",
        "1032",
        "1033",
    ]


def test_a_channel_that_was_not_made_is_none():
    outcomes = [not_made(0, "NoAnswer"), made("1032", 1)]
    assert known.made({"campaign": WHOLE, "made": outcomes}) == [made("1032", 1)]


@pytest.mark.parametrize(("failure", "is_ours"), [(REFUSED, False), (UNKNOWN, True)])
def test_a_role_or_category_is_known_by_its_marks_only_after_an_unknown_outcome(failure, is_ours):
    assert found(CAMPAIGN, failure=failure, roles=[LISTED_ROLE]) == ["1011"] * is_ours
    category = found(WITH_ROLE, failure=failure, channels=[LISTED_CATEGORY])
    assert category == ["1021"] * is_ours + ["1010"]


def test_a_channel_that_was_not_begun_cannot_be_ours():
    """Whoever has made the like of it, in our category."""
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
