"""Names, waves, colours, deadlines."""

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelwright.aws import executions
from channelwright.campaign import campaign, deadlines, name_mistakes
from channelwright.discord import snowflake


@pytest.mark.parametrize(
    "name",
    [
        "A",
        "Curse of Strahd",
        "x" * 80,
        "Ravnica: 7 🎲",
        "👨‍👩‍👧",
        "🏳️‍🌈 🧑🏽‍🚀 ⚔️",  # joiners, a skin tone, variation selectors
        "\U0001f3f4\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",  # Scotland's flag
        "**bold**",
        "呪い",
        "葛\U000e0100城",  # an ideograph with a variation selector
        "नि",
        "क्\u200dष",  # a Devanagari half form
        "می\u200cخواهم",  # Persian, with a zero-width non-joiner
        "\u0600٢٣",  # a visible format character
        "ᠠ\u180b",  # a Mongolian letter with a variation selector
        "!",
    ],
)
def test_good_names(name):
    assert name_mistakes.name_mistake(name) is None


@pytest.mark.parametrize(
    ("name", "mistake"),
    [
        ("", "is empty"),
        ("\u200b\u200b", "is empty"),
        ("\u3000 \u00a0", "is empty"),
        ("\u3164\u115f", "is empty"),  # Hangul fillers count as letters
        ("\u2800", "is empty"),  # the blank Braille pattern counts as a symbol
        ("\u0301\ufe0f", "is empty"),  # marks without a base character
        ("x" * 81, "has 81 characters"),
        ("a\nb", "contains a control character or a line break"),
        ("a\x00b", "contains a control character or a line break"),
        ("a\u2028b", "contains a control character or a line break"),
        ("a\u202eb", "contains a control character or a line break"),
        ("a\ud800b", "contains a control character or a line break"),
        *(
            (name, "contains an invisible character")
            for name in (
                "Str\u200bahd",  # zero-width space
                "Str\u00adahd",  # soft hyphen
                "Strahd\u200f",  # a direction mark
                "\u061cStrahd",
                "Str\u2060ahd",  # word joiner
                "\ufeffStrahd",
                "Str\u200dahd",  # a joiner between letters that do not need it
                "Str\u200cahd",
                "Strahd\u200d",
                "\u200d🎲",
                "🎲\u200dStrahd",
                "Strahd \ufe0f",  # a variation selector after a space
                "Strahd⚔\ufe0f\ufe0f",
                "Strahd\U000e0061",  # a tag character
                "\U0001f3f4\U000e0061\U000e007f",  # no region's flag
                "Str\u3164ahd",  # the Hangul filler
                "Str\u034fahd",
                "Str\u180bahd",
            )
        ),
    ],
)
def test_bad_names(name, mistake):
    assert name_mistakes.name_mistake(name) == mistake


@given(st.integers(1, 2**63))
def test_a_colour_is_a_visible_rgb_and_always_the_same(interaction_id):
    colour = campaign.colour(str(interaction_id))
    assert 0 < colour <= 0xFFFFFF  # 0 means "no colour"
    assert colour == campaign.colour(str(interaction_id))


def test_colours_tell_campaigns_apart():
    colours = {campaign.colour(str(175928847299117063 + n)) for n in range(2000)}
    assert len(colours) > 1980


@pytest.mark.parametrize(
    "after",
    ["", executions.REMOVAL_SUFFIX, executions.AGAIN_SUFFIX, "-remove-2", "-campaign-created"],
)
def test_an_execution_is_named_with_its_interaction(after):
    assert executions.interaction_id_of("175928847299117063" + after) == "175928847299117063"


def test_deadlines_count_from_the_interaction():
    interaction_id = "175928847299117063"  # the example in Discord's documentation
    made = snowflake.created_at(interaction_id)
    assert made == pytest.approx(1462015105.796)
    assert deadlines.build_deadline(interaction_id) == made + 13 * 60
    assert not deadlines.has_expired(interaction_id, made + 15 * 60 - 1)
    assert deadlines.has_expired(interaction_id, made + 15 * 60)


def test_a_removal_may_begin_late_and_then_has_its_own_deadline():
    made = snowflake.created_at("175928847299117063")
    assert deadlines.removal_deadline("175928847299117063") == made + 25 * 60
    assert deadlines.removal_deadline("175928847299117063", made) == made + 25 * 60
    assert deadlines.removal_deadline("175928847299117063", made + 3600) == made + 3600


@given(st.floats(0, 10**6))
def test_campaigns_that_came_within_seconds_share_a_turn_deadline(after):
    id_ = str(int((1_800_000_000 + after - 1_420_070_400) * 1000) << 22)
    deadline = deadlines.turn_deadline(id_)
    assert deadline % deadlines.TURN_DEADLINE_EVERY_SECONDS == 0
    early = snowflake.created_at(id_) + 12 * 60 - deadline
    assert 0 <= early < deadlines.TURN_DEADLINE_EVERY_SECONDS


@given(st.floats(1e9, 4e9))
def test_utc_never_comes_early(seconds):
    written = datetime.fromisoformat(executions.utc(seconds)).timestamp()
    assert seconds <= written < seconds + 1
