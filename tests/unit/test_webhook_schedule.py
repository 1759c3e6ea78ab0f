"""The waits between attempts: the specification's, longer if the receiver asks, and jittered."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelwright.webhooks import schedule

NOW = 784_111_777.0  # Sun, 06 Nov 1994 08:49:37 GMT, the date of RFC 9110's examples
NUMBERS = st.floats(0, 1, exclude_max=True)


def waits(random, asked=0.0):
    return [schedule.wait(n, asked, lambda: random) for n in range(1, schedule.ATTEMPTS + 1)]


def test_the_waits_are_those_of_the_specification():
    minutes, hours = 60, 3600
    usual = [5, 5 * minutes, 30 * minutes, *(n * hours for n in (2, 5, 10, 14, 20, 24))]
    assert waits(0.0) == [*usual, None]


@given(NUMBERS)
def test_jitter_makes_every_wait_longer_by_a_tenth_at_most(random):
    for base, wait in zip(schedule.WAITS, waits(random), strict=False):
        assert base <= wait <= base * 1.1 + 1
        assert isinstance(wait, int)


def test_jitter_comes_from_the_given_numbers():
    assert len({tuple(waits(n / 10)) for n in range(10)}) == 10


@given(st.floats(0, schedule.LONGEST_ASKED), NUMBERS, st.integers(1, schedule.ATTEMPTS - 1))
def test_a_receiver_does_not_hear_from_us_before_it_asks(asked, random, attempt):
    wait = schedule.wait(attempt, asked, lambda: random)
    assert wait >= max(asked, schedule.WAITS[attempt - 1])
    assert wait <= 1.1 * max(asked, schedule.WAITS[attempt - 1]) + 1


@pytest.mark.parametrize("attempt", [schedule.ATTEMPTS, schedule.ATTEMPTS + 1])
def test_after_the_last_attempt_there_is_no_other_whatever_the_receiver_asks(attempt):
    assert schedule.wait(attempt, 5.0, lambda: 0.5) is None


@pytest.mark.parametrize(
    ("retry_after", "seconds"),
    [
        (None, 0),
        ("0", 0),
        ("120", 120),
        (" 120 ", 120),
        ("86400", 86400),
        ("86401", 86400),
        ("9" * 5000, 86400),
        # RFC 9110, 5.6.7: the form that is sent, and the two obsolete ones.
        ("Sun, 06 Nov 1994 08:50:37 GMT", 60),
        ("Sunday, 06-Nov-94 08:50:37 GMT", 60),
        ("Sun Nov  6 08:50:37 1994", 60),
        ("Sun, 06 Nov 1994 08:49:37 GMT", 0),
        ("Sun, 06 Nov 1993 08:49:37 GMT", 0),
        ("Sun, 06 Nov 2094 08:49:37 GMT", 86400),
        ("", 0),
        ("-5", 0),
        ("1.5", 0),
        ("soon", 0),
        ("\N{SUPERSCRIPT TWO}", 0),
        ("Sun, 99 Nov 1994 08:49:37 GMT", 0),
        ("Sun, 06 Nov 99999 08:49:37 GMT", 0),
    ],
)
def test_retry_after_is_seconds_or_a_date_and_a_day_at_most(retry_after, seconds):
    assert schedule.asked(retry_after, NOW) == seconds


DATES = st.lists(
    st.sampled_from(
        ["Sun,", "06", "Nov", "0001", "9999", "08:49:37", "GMT", "+9999", "-", ":", ","]
    )
).map(" ".join)


@given(st.text() | DATES)
def test_no_receiver_can_make_it_fail(retry_after):
    assert 0 <= schedule.asked(retry_after, NOW) <= schedule.LONGEST_ASKED


@pytest.mark.parametrize("zone", ["America/New_York", "Asia/Tokyo"])
def test_the_zone_of_this_machine_does_not_matter(monkeypatch, zone):
    import time

    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        assert schedule.asked("Sun Nov  6 08:50:37 1994", NOW) == 60
    finally:
        monkeypatch.undo()
        time.tzset()
