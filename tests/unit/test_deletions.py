"""The attempts to delete something, counted."""

import copy

import pytest

from channelwright import errors
from channelwright.campaign import deletions
from channelwright.campaign.deletions import MOST_DELETIONS, NONE_YET
from tests.unit.removal_steps import ENDS, ONE, TWO, deletion

LISTED: set[str] = {"31"}
NOT_LISTED: set[str] = set()


def failed(error, one=ONE):
    return {"id": one["id"], "gone": False, "failure": {"Error": error, "Cause": "{}"}}


def counted(*ends, before=NONE_YET, is_last=False):
    """Count attempts to delete one channel, one after another."""
    for end in ends:
        before = deletions.count(before, [deletion(ONE, end)], is_last=is_last)
    return before


# ---- The number of attempts ----


def test_at_first_nothing_is_counted():
    assert set(NONE_YET) == set(deletions.Tally.__annotations__)
    assert not any(NONE_YET.values())


def test_every_attempt_is_counted_as_it_ended():
    ended = [deletion(ONE, "deleted"), deletion(TWO, "gone"), failed("NoAnswer")]
    assert deletions.count(NONE_YET, [*ended, failed("DiscordRefused", TWO)], is_last=False) == {
        "gone": ["31", "32"],
        "deleted": ["31"],
        "denied": ["32"],
        "hidden": [],
        "refused": {"31": 1, "32": 1},
    }


def test_the_attempts_before_count_too():
    before = {
        "gone": ["32"],
        "deleted": ["32"],
        "denied": [],
        "hidden": ["33"],
        "refused": {"33": 1},
    }
    tally = counted("unheard", "refused", "gone", before=before)
    assert tally == {
        "gone": ["32", "31"],
        "deleted": ["32"],
        "denied": ["31"],
        "hidden": ["33"],
        "refused": {"33": 1, "31": 2},
    }


def test_an_attempt_that_discord_limits_is_none():
    assert counted("limited", "limited") == NONE_YET


def test_to_count_changes_nothing_that_was_counted_before():
    before = counted("refused")
    kept = copy.deepcopy(before)
    counted("refused", "deleted", before=before)
    assert before == kept
    assert not any(NONE_YET.values())


@pytest.mark.parametrize(
    "ends", [("refused", "unheard"), ("gone", "gone"), ("unheard", "gone"), ("refused", "refused")]
)
def test_two_attempts_are_the_last_word(ends):
    assert MOST_DELETIONS == 2
    assert not deletions.is_final(counted(ends[0]), "31")
    assert deletions.is_final(counted(*ends), "31")
    assert not deletions.is_final(counted(*ends), "32")


def test_what_is_deleted_is_not_tried_again():
    assert deletions.is_final(counted("deleted"), "31")
    assert not deletions.is_final(counted("deleted"), "32")


def test_one_without_time_is_the_last_word():
    """Otherwise the bot would call Discord again despite a limit too long to wait for."""
    tally = deletions.count(NONE_YET, [failed("OutOfTime")], is_last=False)
    assert deletions.is_final(tally, "31")


def test_what_discord_twice_does_not_know_is_not_tried_again():
    once = deletions.count(NONE_YET, [failed("NotFound")], is_last=False)
    assert not deletions.is_final(once, "31")
    assert deletions.is_final(deletions.count(once, [failed("NotFound")], is_last=False), "31")


@pytest.mark.parametrize("end", ["refused", "unheard"])
def test_where_there_is_no_other_attempt_one_is_the_last_word(end):
    assert deletions.is_final(counted(end, is_last=True), "31")
    assert not deletions.is_final(counted("limited", is_last=True), "31")


# ---- The outcome ----


@pytest.mark.parametrize("error", sorted(errors.OUTCOME_KNOWN))
def test_what_is_refused_is_denied(error):
    assert deletions.denied([failed(error)]) == ["31"]


@pytest.mark.parametrize(
    "error", ["NoAnswer", "DiscordUnavailable", "States.Timeout", "Lambda.Unknown", "KeyError"]
)
def test_after_any_other_failure_it_is_perhaps_deleted(error):
    assert deletions.denied([failed(error), failed("DiscordRefused", TWO)]) == ["32"]


@pytest.mark.parametrize("end", ["deleted", "gone", "limited"])
def test_what_did_not_fail_is_not_denied(end):
    assert deletions.denied([deletion(ONE, end)]) == []


# ---- Things left ----


@pytest.mark.parametrize("ends", [(), *((end,) for end in ENDS if end != "deleted")])
def test_what_a_look_shows_is_left(ends):
    assert deletions.is_left(counted(*ends), "31", LISTED)


@pytest.mark.parametrize("ends", [("deleted",), ("unheard", "deleted"), ("deleted", "gone")])
def test_but_not_if_discord_has_deleted_it(ends):
    """A late list may still show the thing."""
    assert not deletions.is_left(counted(*ends), "31", LISTED)


@pytest.mark.parametrize("ends", [("refused",), ("unheard", "refused"), ("refused", "unheard")])
def test_what_discord_refused_to_delete_is_left_though_no_look_shows_it(ends):
    assert deletions.is_left(counted(*ends), "31", NOT_LISTED)


@pytest.mark.parametrize(
    "ends", [(), ("gone",), ("deleted",), ("unheard",), ("limited",), ("refused", "gone")]
)
def test_anything_else_that_no_look_shows_is_not_left(ends):
    assert not deletions.is_left(counted(*ends), "31", NOT_LISTED)
