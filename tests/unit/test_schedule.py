"""Turns: nobody is overtaken in a lane, the room is spent and not more, and nobody is starved."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelwright.schedule import COMPANY_SECONDS, SHARE, Schedule, reserve

NOW = 1_800_000_000.0
CAMPAIGN = 0.4  # seconds of Discord's limit


def take(schedule, now, *, priority=False):
    return reserve(schedule, now, CAMPAIGN, priority=priority)


def take_many(schedule, now, number, *, priority=False):
    """Take so many turns; return their tickets, too."""
    tickets = []
    for _ in range(number):
        schedule, turn = take(schedule, now, priority=priority)
        tickets.append(turn.ticket)
    return schedule, tickets


def promises(tickets):
    return [ticket.promised - NOW for ticket in tickets]


def every(seconds, number):
    return pytest.approx([n * seconds for n in range(number)], abs=1e-3)


def test_a_campaign_alone_begins_at_once_and_without_company():
    _, turn = take(Schedule(), NOW)
    assert (turn.begins_at, turn.wait, turn.in_company) == (NOW, 0.0, False)


@pytest.mark.parametrize("priority", [False, True])
def test_a_lane_that_waits_alone_gets_all_of_the_room(priority):
    _, tickets = take_many(Schedule(), NOW, 100, priority=priority)
    assert promises(tickets) == every(CAMPAIGN, 100)


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
    schedule, others = take_many(Schedule(), NOW, 1000)
    schedule, first = take_many(schedule, NOW, 10, priority=True)
    assert promises(first) == every(CAMPAIGN / SHARE, 10)
    late = schedule.begins_at(others[-1]) - others[-1].promised
    assert late == pytest.approx(10 * CAMPAIGN, abs=1e-3)


def test_others_get_the_rest_of_the_room_while_priority_wants_it_all():
    schedule, _ = take_many(Schedule(), NOW, 1000, priority=True)
    _, others = take_many(schedule, NOW, 100)
    assert promises(others) == every(CAMPAIGN / (1 - SHARE), 100)


def test_priority_that_waited_alone_makes_room_for_others_that_come():
    schedule, first = take_many(Schedule(), NOW, 1000, priority=True)
    schedule, _ = take_many(schedule, NOW + 100, 1000)
    due = [schedule.begins_at(ticket) for ticket in first]
    assert due[:249] == [NOW + 100] * 249
    after = [at - (NOW + 100) for at in due[250:600]]
    assert after == every(CAMPAIGN / SHARE, 350)


@pytest.mark.parametrize("priority", [False, True])
def test_turns_that_are_given_back_last_first_are_others(priority):
    schedule, tickets = take_many(Schedule(), NOW, 100, priority=priority)
    for ticket in reversed(tickets[90:]):
        schedule = schedule.without(ticket)
    _, turn = take(schedule, NOW, priority=priority)
    assert turn.wait == pytest.approx(90 * CAMPAIGN, abs=1e-3)


@pytest.mark.parametrize("priority", [False, True])
def test_who_gives_a_turn_back_moves_nobody_up(priority):
    schedule, tickets = take_many(Schedule(), NOW, 100, priority=priority)
    for ticket in tickets[:99]:
        schedule = schedule.without(ticket)
    assert [schedule.begins_at(ticket) for ticket in tickets] == [t.promised for t in tickets]


def test_a_turn_that_is_given_back_late_or_twice_is_nobody_elses():
    schedule, [first, last] = take_many(Schedule(), NOW, 2)
    later = schedule.later(NOW + 60)
    assert later.without(last).begins_at(last) == NOW + 60
    schedule = schedule.without(last)
    assert schedule.without(last) == schedule
    assert schedule.begins_at(first) == NOW


def test_who_comes_while_the_other_lane_waits_is_in_company():
    schedule, _ = take_many(Schedule(), NOW, 500)
    schedule, _ = take_many(schedule, NOW + 1, 500, priority=True)
    _, turn = take(replace(schedule, latest=0.0), NOW + 300, priority=True)
    assert turn.in_company


@given(st.lists(st.tuples(st.booleans(), st.floats(-3, 5)), min_size=1, max_size=40))
def test_a_clock_that_is_behind_takes_nothing_back(asked):
    """Lambdas' clocks differ: whoever is behind takes the schedule as it is."""
    schedule, now = Schedule(), NOW
    for priority, pause in asked:
        now += pause
        before = schedule.later(now)
        assert before.at == max(schedule.at, now)
        assert before.priority_begun >= schedule.priority_begun
        assert before.normal_begun >= schedule.normal_begun
        schedule, turn = take(schedule, now, priority=priority)
        assert turn.begins_at >= schedule.at
        assert schedule.latest >= turn.begins_at


asked = st.lists(
    st.tuples(st.booleans(), st.floats(0, 5)),
    min_size=1,
    max_size=80,
)


@given(asked)
def test_no_lane_is_overtaken_and_the_room_is_never_overspent(asked):
    """Play the waiting too: a turn begins when it is due, and whoever comes may delay it."""
    schedule, now, waiting = Schedule(), NOW, []
    begins = {True: [], False: []}

    def pass_until(then):
        for ticket in sorted(waiting, key=lambda one: one.place):
            due = schedule.begins_at(ticket)
            if due <= then:
                begins[ticket.priority].append(due)
                waiting.remove(ticket)

    for priority, pause in asked:
        now += pause
        pass_until(now)
        schedule, turn = take(schedule, now, priority=priority)
        waiting.append(turn.ticket)
    pass_until(float("inf"))
    assert begins[True] == sorted(begins[True])
    assert begins[False] == sorted(begins[False])
    everyone = sorted(begins[True] + begins[False])
    assert len(everyone) == len(asked)
    for number, start in enumerate(everyone):
        for seconds in (2.0, 10.0):
            spent = CAMPAIGN * sum(one < start + seconds for one in everyone[number:])
            # One of each lane may just begin.
            assert spent <= seconds + 2 * CAMPAIGN + 1e-3


@given(asked)
def test_a_turn_never_gets_earlier_and_is_delayed_by_the_other_lane_alone(asked):
    schedule, now = Schedule(), NOW
    for _ in range(30):
        schedule, turn = take(schedule, now)
    due, given = turn.ticket.promised, 0
    for priority, pause in asked:
        now += pause
        if due <= now:
            return  # it has begun
        schedule, _ = take(schedule, now, priority=priority)
        later = schedule.begins_at(turn.ticket)
        assert later >= due - 1e-3
        due, given = later, given + priority
    assert due <= turn.ticket.promised + given * CAMPAIGN + 1e-3
