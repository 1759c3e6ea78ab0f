"""The last word: the game master's last message, and the execution's output."""

import json

import pytest

from channelwright.campaign import last_word, removal, steps
from channelwright.words import messages, refusals

REQUEST = {"interaction_id": "1000", "guild_id": "1", "campaign_name": "My *Campaign*"}
ROLE = {"id": "1010", "name": "My *Campaign* Members", "repeated": False}
CATEGORY = {"id": "1020", "name": "My *Campaign*", "repeated": False}
CAMPAIGN = {
    "interaction_id": "1000",
    "guild_id": "1",
    "name": "My *Campaign*",
    "role": ROLE,
    "category": CATEGORY,
}
CHANNELS = [
    {"id": "1032", "name": "general", "type": "text", "gm_only": False, "position": 0},
    {"id": "1031", "name": "gm-notes", "type": "text", "gm_only": True, "position": 1},
]
MADE = [{"ok": True, "repeated": False, **channel} for channel in CHANNELS]


def failure(error, message):
    return {"Error": error, "Cause": json.dumps({"errorMessage": message, "errorType": error})}


# ---- A rejection ----


def rejection(message, error="CampaignRejected"):
    failed = failure(error, message)
    return last_word.of({"says": "rejection", "request": REQUEST, "failure": failed})


def test_a_rejection_says_every_reason():
    word = rejection("One thing.\nAnother *thing*.")
    reasons = ["One thing.", "Another *thing*."]
    assert word.content == messages.rejection("My *Campaign*", reasons)
    assert word.output == {
        "status": "rejected",
        "interaction_id": "1000",
        "guild_id": "1",
        "reasons": reasons,
    }


def test_one_reason_is_a_sentence():
    word = rejection("One thing.")
    assert word.output["reasons"] == ["One thing."]
    assert "\nOne thing.\n" in word.content


# ---- A summary ----


def summary(**completed):
    done = {"channels": CHANNELS, "instead_of_forum": False, **completed}
    event = {"says": "summary", "request": REQUEST, "campaign": CAMPAIGN, "completed": done}
    return last_word.of({**event, "failure": None})


def test_a_summary_shows_the_campaign_and_puts_out_its_ids():
    word = summary()
    assert word.content == messages.summary(
        "My *Campaign*", "1010", CHANNELS, instead_of_forum=False
    )
    assert word.output == {
        "status": "created",
        "interaction_id": "1000",
        "guild_id": "1",
        "role_id": "1010",
        "category_id": "1020",
        "channel_ids": ["1032", "1031"],
    }


def test_a_summary_tells_that_a_text_channel_took_a_forums_place():
    said = "This server cannot have forum channels"
    assert said in summary(instead_of_forum=True).content
    assert said not in summary().content


# ---- A failure ----

THING = {"kind": "role", "id": "1019", "name": "My *Campaign* Members"}
FOREIGN = {"kind": "channel", "id": "40", "name": "house-rules"}
BECAUSE = failure("OutOfTime", "Because.")


def said(removed, *, campaign=CAMPAIGN, why=BECAUSE):
    word = last_word.of(
        {
            "says": "failure",
            "request": REQUEST,
            "failure": why,
            "known": {"campaign": campaign, "made": [MADE]},
            "removal": {**steps.begin(removal.NOT_LOOKED, 0, 0.0), **removed},
        }
    )
    assert word.output is None
    return word.content


def expected(left, *, looked, foreign=()):
    return messages.failure("My *Campaign*", "Because.", left, looked=looked, foreign=foreign)


def test_a_failure_says_why_and_that_nothing_was_left():
    content = said({"next": "finished"})
    assert content == expected([], looked=True)
    assert content.endswith("Because.\n\nNothing was left behind.")


def test_a_failure_names_what_is_left_and_what_is_others():
    content = said({"next": "finished", "found": [THING], "foreign": [FOREIGN]})
    assert content == expected([THING], looked=True, foreign=[FOREIGN])
    assert "<@&1019>" in content
    assert "<#40>" in content


def test_without_a_look_nothing_is_claimed_to_be_gone():
    content = said({"next": "finished", "blind": True})
    assert content == expected([], looked=False)
    assert "Nothing was left" not in content


@pytest.mark.parametrize("next_", ["look again", "delete"])
def test_a_removal_that_was_given_up_claims_nothing(next_):
    content = said({"next": next_, "found": [THING]})
    assert content == expected([THING], looked=False)


def test_before_any_look_what_is_known_may_be_there():
    left = [
        *({"kind": "channel", "id": one["id"], "name": one["name"]} for one in CHANNELS),
        {"kind": "category", **CATEGORY},
        {"kind": "role", **ROLE},
    ]
    content = said({"next": "look"})
    assert content == expected(left, looked=False)
    assert "Perhaps left behind:\n- the channel <#1032> (**general**)" in content


def test_before_the_plan_nothing_was_made_that_could_be_left():
    assert said({"next": "look"}, campaign=None) == expected([], looked=False)


def test_what_is_not_our_own_error_is_said_in_the_users_words():
    content = said({"next": "finished"}, why={"Error": "States.Timeout", "Cause": "x"})
    assert refusals.unexpected("1000") in content


def test_what_else_could_be_said_is_a_slip():
    with pytest.raises(KeyError):
        last_word.of({"says": "progress", "request": REQUEST})
