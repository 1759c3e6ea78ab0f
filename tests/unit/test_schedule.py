"""Turns: nobody is overtaken in a lane, the room is spent and not more, and nobody is starved."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelwright.schedule import COMPANY_SECONDS, SHARE, Schedule, reserve

NOW = 1_800_000_000.0
CAMPAIGN = 0.4  # seconds of Discord's limit


def take(schedule, now, *, priority=False):
    return reserve(schedule, now, CAMPAIGN, priority=priority)


def test_a_campaign_alone_begins_at_once_and_without_company():
    _, turn = take(Schedule(), NOW)
    assert (turn.begins_at, turn.wait, turn.in_company) == (NOW, 0.0, False)


def test_campaigns_at_once_begin_one_after_the_other():
    schedule, begins = Schedule(), []
    for _ in range(100):
        schedule, turn = take(schedule, NOW)
        begins.append(turn.begins_at - NOW)
    assert begins == pytest.approx([number * CAMPAIGN for number in range(100)], abs=1e-4)


def test_who_begins_shortly_after_another_is_in_company():
    schedule, _ = take(Schedule(), NOW)
    schedule, near = take(schedule, NOW + COMPANY_SECONDS - 1)
    _, far = take(schedule, NOW + 2 * COMPANY_SECONDS)
    assert (near.in_company, far.in_company) == (True, False)


def test_the_room_of_a_quiet_time_is_not_saved_up():
    schedule, _ = take(Schedule(), NOW)
    schedule, first = take(schedule, NOW + 3600)
    _, second = take(schedule, NOW + 3600)
    assert (first.wait, second.wait) == (0.0, pytest.approx(CAMPAIGN))


def test_priority_goes_before_a_thousand_others_and_delays_them_by_no_more_than_it_takes():
    schedule = Schedule()
    for _ in range(1000):
        schedule, last = take(schedule, NOW)
    promised = last.begins_at
    for _ in range(10):
        schedule, first = take(schedule, NOW + 1, priority=True)
    assert first.wait == pytest.approx(9 * CAMPAIGN / SHARE)
    assert schedule.begins_at(last.ticket) == pytest.approx(promised + 10 * CAMPAIGN)


def test_others_get_the_rest_of_the_room_while_priority_wants_it_all():
    schedule = Schedule()
    for _ in range(1000):
        schedule, _ = take(schedule, NOW, priority=True)
    begins = []
    for _ in range(100):
        schedule, turn = take(schedule, NOW)
        begins.append(turn.begins_at - NOW)
    assert begins == pytest.approx([n * CAMPAIGN / (1 - SHARE) for n in range(100)], abs=1e-3)


asked = st.lists(
    st.tuples(st.booleans(), st.floats(0, 5)),
    min_size=1,
    max_size=80,
)


@given(asked)
def test_no_lane_is_overtaken_and_the_room_is_never_overspent(asked):
    """Play the waiting too: a turn of the normal lane begins when its ticket is due."""
    schedule, now = Schedule(), NOW
    tickets, first = [], []
    for priority, pause in asked:
        now += pause
        schedule, turn = take(schedule, now, priority=priority)
        (first if priority else tickets).append((now, turn))
    begins = [max(at, schedule.begins_at(turn.ticket)) for at, turn in tickets]
    assert begins == sorted(begins)
    assert [turn.begins_at for _, turn in first] == sorted(turn.begins_at for _, turn in first)
    everyone = sorted([*begins, *(turn.begins_at for _, turn in first)])
    for start in everyone:
        for seconds in (2.0, 10.0):
            spent = CAMPAIGN * sum(start <= one < start + seconds for one in everyone)
            # One of each lane may just begin, and what was idle in a lane is its own.
            assert spent <= seconds * (1 + (1 - SHARE)) + 3 * CAMPAIGN


@given(asked)
def test_a_ticket_never_gets_earlier_and_never_waits_for_more_than_was_given(asked):
    schedule, now = Schedule(), NOW
    for _ in range(30):
        schedule, turn = take(schedule, now)
    due = schedule.begins_at(turn.ticket)
    given_before = schedule.given
    for priority, pause in asked:
        now += pause
        if due <= now:
            return  # it has begun
        schedule, _ = take(schedule, now, priority=priority)
        later = schedule.begins_at(turn.ticket)
        assert later >= due - 1e-3
        due = later
    assert due <= turn.begins_at + (schedule.given - given_before) / (1 - SHARE) + 1e-3
