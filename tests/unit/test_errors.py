"""Errors: their texts, and which of several decides."""

import pytest

from channelwright import errors

EARLY, LATE = "2026-11-23T15:04:06Z", "2026-11-23T15:04:07Z"


@pytest.mark.parametrize("kind", [errors.RateLimited, errors.EarlierEditUnknown])
def test_a_wait_names_its_end_and_its_state_between_bars(kind):
    limited = kind(EARLY, "user")
    limited.state = "Create Role"
    assert str(limited) == f"|{EARLY}|Create Role|first|0|"
    assert (limited.until, limited.scope) == (EARLY, "user")


def test_a_wait_tells_whether_an_earlier_attempt_may_have_done_it():
    """Discord did nothing at the limited attempt."""
    limited = errors.RateLimited(EARLY, "user")
    limited.state, limited.attempt = "Create Role", "again"
    assert str(limited) == f"|{EARLY}|Create Role|again|0|"


def test_before_a_state_is_named_a_wait_has_none():
    assert str(errors.RateLimited(EARLY, "user")) == f"|{EARLY}||first|0|"


def test_whoever_waits_for_discord_waits_for_an_earlier_edit_too():
    """The names differ, so the state machines tell the two errors apart."""
    assert issubclass(errors.EarlierEditUnknown, errors.RateLimited)
    assert not issubclass(errors.EarlierEditUnknown, errors.OutcomeKnown)


def test_a_rejection_has_a_line_for_each_reason():
    assert str(errors.CampaignRejected(["One.", "Two."])) == "One.\nTwo."


def test_of_calls_side_by_side_what_is_final_decides():
    """Otherwise the bot would wait for the other call, and repeat the refused one."""
    limited = errors.RateLimited(LATE, "user")
    for final in (errors.DiscordRefused("x", 403, 50013, "x"), errors.OutOfTime("x")):
        assert errors.to_heed([limited, final]) is final
        assert errors.to_heed([final, limited, errors.NoAnswer("x")]) is final


def test_of_calls_side_by_side_the_longest_wait_decides():
    early, late = errors.RateLimited(EARLY, "user"), errors.RateLimited(LATE, "user")
    assert errors.to_heed([errors.NoAnswer("x"), early, late]) is late
    assert errors.to_heed([late, early]) is late


def test_of_calls_side_by_side_that_can_be_made_again_the_first_is_told():
    first = errors.NoAnswer("x")
    assert errors.to_heed([first, errors.DiscordUnavailable("x")]) is first
