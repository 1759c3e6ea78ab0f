"""The deferred message's edits: when one is allowed, and until when one may still arrive."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelwright.discord import edits
from channelwright.discord.edits import NONE_YET, RESERVED, RESERVED_BY_REMOVAL, Bucket

NOW = 1_700_000_000.0
SECONDS = st.integers(0, 60)


def left(count, *, full_in=5.0):
    return {**NONE_YET, "shown": 4, "left": count, "full_at": NOW + full_in}


# ---- The states' data ----


def test_what_is_known_of_the_edits_is_handed_on_as_it_is():
    for known in (NONE_YET, left(3), {**left(0), "late_until": NOW + 9}):
        assert edits.since(known, NOW) == known


def test_what_is_not_known_may_be_an_edit_on_its_way():
    """The first edit is sent while the role is created."""
    may_come = {**NONE_YET, "late_until": NOW + edits.UNKNOWN_OUTCOME_SECONDS}
    assert edits.since(edits.ON_ITS_WAY, NOW) == may_come


def test_while_the_first_edit_is_on_its_way_only_an_earlier_limit_is_known():
    assert edits.on_its_way(NONE_YET) == edits.ON_ITS_WAY == edits.on_its_way(left(0))
    limited = edits.on_its_way({**left(3), "closed_until": NOW + 99})
    assert limited == {"closed_until": NOW + 99}
    for known in (edits.ON_ITS_WAY, limited):
        assert edits.is_on_its_way(known)
        assert not edits.are_known(known)
        assert not edits.is_on_its_way({**known, "died": {"Error": "x"}})
        assert not edits.is_on_its_way(edits.since(known, NOW))
        assert not edits.is_on_its_way(edits.first_on_its_way(known, NOW))


def test_a_limit_outlives_the_first_edit():
    for seconds in (1, 10, 99):
        limited = {"closed_until": NOW + seconds}
        assert edits.since(limited, NOW)["closed_until"] == NOW + seconds
        first = edits.first_on_its_way(limited, NOW)
        assert edits.since(first, NOW)["closed_until"] == NOW + max(seconds, 10)


@pytest.mark.parametrize(
    "error", ["States.Timeout", "Sandbox.Timedout", "Lambda.Unknown", "DiscordUnavailable", "x"]
)
def test_a_lambda_that_died_may_have_sent_an_edit(error):
    died = {"died": {"Error": error, "Cause": "..."}}
    assert edits.since(died, NOW) == edits.since(edits.ON_ITS_WAY, NOW)


@pytest.mark.parametrize(("before", "after"), [(3, 2), (1, 0), (0, 0), (None, None)])
def test_a_lambda_that_died_may_have_spent_one_more_edit(before, after):
    """Everything known of the earlier edits stays."""
    known = {**left(before), "closed_until": NOW + 3, "late_until": NOW + 1}
    died = {**known, "died": {"Error": "States.Timeout", "Cause": "..."}}
    late_until = NOW + edits.UNKNOWN_OUTCOME_SECONDS
    assert edits.since(died, NOW) == {**known, "left": after, "late_until": late_until}


KNOWN = {**left(3), "closed_until": NOW + 3, "late_until": NOW + 1}


@pytest.mark.parametrize(("before", "after"), [(3, 2), (1, 0), (0, 0), (None, None)])
def test_an_execution_that_ended_from_outside_may_have_sent_one_more_edit(before, after):
    """All earlier edits may be known; their limits stay."""
    known = {**KNOWN, "left": before}
    late_until = NOW + edits.UNKNOWN_OUTCOME_SECONDS
    stands = edits.with_one_on_its_way(known, NOW)
    assert stands == {**known, "left": after, "late_until": late_until}
    assert edits.closed_until(stands, NOW) >= NOW + 3


def test_so_it_may_where_nothing_is_known_of_an_edit():
    stands = edits.with_one_on_its_way(edits.ON_ITS_WAY, NOW)
    assert stands == {**NONE_YET, "late_until": NOW + edits.UNKNOWN_OUTCOME_SECONDS}


def test_what_killed_a_progress_before_is_not_handed_on():
    """The dead Lambda's edit arrives no later than the assumed one."""
    died = {**KNOWN, "died": {"Error": "States.Timeout", "Cause": "..."}}
    stands = edits.with_one_on_its_way(died, NOW)
    assert edits.are_known(stands)
    assert stands["late_until"] == NOW + edits.UNKNOWN_OUTCOME_SECONDS
    assert stands["left"] < KNOWN["left"]


def test_what_is_known_of_every_edit_is_told_from_what_is_not():
    for known in (NONE_YET, left(0), {**left(0), "late_until": NOW + 9}):
        assert edits.are_known(known)
        assert not edits.are_known({**known, "died": {"Error": "x"}})
    assert not edits.are_known(edits.ON_ITS_WAY)
    assert not edits.are_known({"died": {"Error": "x"}})


def test_before_the_first_edit_nothing_is_shown_and_nothing_is_closed():
    assert NONE_YET == {
        "shown": 0,
        "left": None,
        "full_at": 0.0,
        "closed_until": 0.0,
        "late_until": 0.0,
    }
    assert set(NONE_YET) == set(edits.Edits.__annotations__)


def test_what_was_caught_is_beside_what_is_known():
    """A Catch passes its error on beside the edits."""
    assert "left" in edits.Edits.__annotations__
    assert "died" not in edits.Edits.__annotations__


# ---- Room for edits ----


@pytest.mark.parametrize("reserved", [0, RESERVED_BY_REMOVAL, RESERVED])
def test_an_edit_leaves_so_many_as_are_reserved(reserved):
    assert edits.allows(left(reserved + 1), NOW, reserved)
    assert not edits.allows(left(reserved), NOW, reserved)
    assert not edits.allows(left(0), NOW, reserved)


def test_the_last_words_have_their_room():
    """A build reserves two edits: "is being removed", and why. A removal reserves the second."""
    assert (RESERVED, RESERVED_BY_REMOVAL) == (2, 1)


def test_a_bucket_of_which_nothing_is_known_allows_an_edit():
    assert edits.allows(NONE_YET, NOW, RESERVED)
    assert edits.allows(left(None), NOW, RESERVED)


def test_the_bucket_is_full_again_when_its_time_has_come():
    assert not edits.allows(left(0, full_in=0.5), NOW, RESERVED)
    assert edits.allows(left(0, full_in=0.5), NOW + 0.5, RESERVED)


def test_a_closed_bucket_allows_no_edit_however_much_is_left():
    for known in (left(None), left(5), left(0, full_in=-1)):
        closed = {**known, "closed_until": NOW + 0.1}
        assert not edits.allows(closed, NOW, 0)
        assert edits.allows(closed, NOW + 0.1, 0) is edits.allows(known, NOW + 0.1, 0)


def test_a_last_word_has_room_when_the_bucket_is_full_again():
    """The last word needs no reserve, and waits for a limit that Discord has announced."""
    assert edits.closed_until(left(0, full_in=2.5), NOW) == NOW + 2.5
    for known in (left(1, full_in=2.5), left(None, full_in=2.5), NONE_YET):
        assert edits.closed_until(known, NOW) <= NOW
        assert edits.closed_until({**known, "closed_until": NOW + 4}, NOW) == NOW + 4
    closed = {**left(0, full_in=2.5), "closed_until": NOW + 1}
    assert edits.closed_until(closed, NOW) == NOW + 2.5
    assert edits.closed_until({**closed, "closed_until": NOW + 4}, NOW) == NOW + 4


def test_an_edit_that_may_come_late_keeps_no_other():
    assert edits.allows({**left(3), "late_until": NOW + 57}, NOW, RESERVED)


# ---- Discord's answer ----


def test_after_an_edit_the_message_stands_as_discord_says():
    before = {**left(5), "closed_until": 1.0, "late_until": NOW + 9}
    for known in (before, {**before, "left": None}, {**before, "left": 0}):
        after = edits.after(known, Bucket(4, 2.5), NOW)
        assert after == {**before, "left": 4, "full_at": NOW + 2.5}


def test_that_none_is_left_is_no_answer_that_says_nothing():
    assert edits.after(left(5), Bucket(0, 2.5), NOW) == left(0, full_in=2.5)


def test_an_edit_whose_answer_says_nothing_of_the_bucket_is_counted():
    assert edits.after(left(3), edits.NO_BUCKET, NOW) == left(2)
    assert edits.after(left(1), edits.NO_BUCKET, NOW) == left(0)
    assert edits.after(left(0), edits.NO_BUCKET, NOW) == left(0)


def test_where_nothing_was_known_such_an_answer_leaves_nothing_known():
    after = edits.after(NONE_YET, edits.NO_BUCKET, NOW)
    assert after == NONE_YET
    assert edits.allows(after, NOW, RESERVED)


@given(st.integers(1, 10), SECONDS, st.lists(SECONDS, max_size=20))
def test_as_long_as_the_bar_moves_the_last_words_find_room(limit, window, pauses):
    """Discord counts edits per window; the bar moves whenever an edit is allowed."""
    known, now, spent, ends = NONE_YET, NOW, 0, 0.0
    for pause in pauses:
        now += pause
        if now >= ends:
            spent = 0
        if edits.allows(known, now, RESERVED):
            ends = now + window if spent == 0 else ends
            spent += 1
            assert spent <= limit
            known = edits.after(known, Bucket(limit - spent, ends - now), now)
            assert known["left"] >= min(limit - 1, RESERVED)
