"""Turns keep their order in a lane, use all of the room and no more, and starve no lane."""

import heapq
import math
import random
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelwright.pace.lane import LOOK_SECONDS, ROUNDING
from channelwright.pace.schedule import COMPANY_SECONDS, SHARE, Schedule, reserve

NOW = 1_800_000_000.0
FAR = NOW + 100_000.0
CAMPAIGN = 0.4  # seconds of Discord's limit


def take(schedule, now, *, priority=False, until=FAR):
    return reserve(schedule, now, CAMPAIGN, until, priority=priority)


def take_many(schedule, now, number, *, priority=False):
    """Take `number` turns; return the schedule and their tickets."""
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
    """Lambdas' clocks differ: one that is behind takes the schedule as it is."""
    schedule, now = Schedule(), NOW
    for priority, pause in asked:
        now += pause
        before = schedule.later(now)
        assert before.at == max(schedule.at, now)
        assert before.priority.begun >= schedule.priority.begun
        assert before.normal.begun >= schedule.normal.begun
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
    """Simulate the waiting, too: a turn begins when it is due, and a newcomer may delay it."""
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
            # One campaign of each lane may just begin.
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
            return  # our turn has begun
        schedule, _ = take(schedule, now, priority=priority)
        later = schedule.begins_at(turn.ticket)
        assert later >= due - 1e-3
        due, given = later, given + priority
    assert due <= turn.ticket.promised + given * CAMPAIGN + 1e-3


def crowded():
    """Take turns for 100 that have to begin within 59 seconds, then for 20 that have more time."""
    schedule, tickets = Schedule(), []
    for number in range(120):
        until = NOW + (59 if number < 100 else 300)
        schedule, turn = take(schedule, NOW, until=until)
        tickets.append(turn.ticket)
    return schedule, tickets


def test_who_would_begin_too_late_gives_up_and_those_behind_begin_as_if_they_were_not_there():
    schedule, tickets = crowded()
    schedule, _ = take_many(schedule, NOW, 1000, priority=True)
    gone = [number for number, one in enumerate(tickets) if schedule.has_given_up(one)]
    every = CAMPAIGN / (1 - SHARE)
    in_time = int(59 / every) + 1
    assert gone == list(range(in_time, 100))
    due = [schedule.begins_at(one) - NOW for one in tickets[100:]]
    assert due == pytest.approx([(in_time + n) * every for n in range(20)], abs=1e-3)


def test_who_has_given_up_stays_so_while_others_begin_and_while_the_last_may_look():
    schedule, tickets = crowded()
    schedule, _ = take_many(schedule, NOW, 1000, priority=True)
    gone = [one for one in tickets if schedule.has_given_up(one)]
    for seconds in range(1, 59 + int(LOOK_SECONDS)):
        schedule = schedule.later(NOW + seconds)
        assert [one for one in tickets if schedule.has_given_up(one)] == gone
    assert schedule.later(NOW + 60 + LOOK_SECONDS).normal.stretches == ()


def test_who_gives_up_behind_all_others_keeps_nobody_who_comes_then():
    schedule, _ = take_many(Schedule(), NOW, 10, priority=True)
    for _ in range(2):
        schedule, last = take(schedule, NOW, until=NOW + 1)
    schedule, _ = take_many(schedule, NOW, 100, priority=True)
    assert schedule.has_given_up(last.ticket)
    schedule, turn = take(schedule, NOW, until=NOW + 300)
    assert turn.wait == pytest.approx(CAMPAIGN / (1 - SHARE))
    assert not schedule.has_given_up(turn.ticket)
    assert schedule.has_given_up(last.ticket)


def test_who_comes_late_when_some_have_given_up_brings_no_place_back():
    schedule, _ = take_many(Schedule(), NOW, 10, priority=True)
    turns = []
    for _ in range(5):
        schedule, turn = take(schedule, NOW, until=NOW + 5)
        turns.append(turn.ticket)
    schedule, _ = take_many(schedule, NOW, 20, priority=True)
    gone = [one for one in turns if schedule.has_given_up(one)]
    assert len(gone) == 2
    now = NOW + 30
    schedule, late = take(schedule, now, until=NOW)
    schedule, following = take(schedule, now, until=NOW + 5)
    assert (late.wait, following.wait) == (0.0, pytest.approx(CAMPAIGN))
    assert [one for one in turns if schedule.has_given_up(one)] == gone


@pytest.mark.parametrize("priority", [False, True])
def test_who_has_begun_does_not_give_up_however_late_it_is(priority):
    schedule, turn = take(Schedule(), NOW, priority=priority, until=NOW - 60)
    schedule, _ = take(schedule, NOW + 0.1, priority=not priority)
    assert not schedule.has_given_up(turn.ticket)
    assert schedule.begins_at(turn.ticket) == NOW + 0.1


def test_who_comes_late_with_an_early_deadline_shares_the_later_one_of_those_before():
    schedule, _ = take_many(Schedule(), NOW, 10)
    for until in (NOW + 60, NOW + 80, NOW + 60, NOW + 80, NOW - 5, NOW + 80):
        schedule, _ = take(schedule, NOW, until=until)
    assert [one.until for one in schedule.normal.stretches] == [FAR]


class Line:
    """Waiting campaigns: each sleeps until the moment that it was told last.

    Deadlines are `patience` (seconds) after the command, rounded down to a multiple of a fifth of
    the patience.
    """

    def __init__(self, patience):
        self.schedule = Schedule()
        self.begun, self.gone, self.most = [], [], 0
        self._every = patience / 5
        self._patience = patience
        self._asleep = []

    def ask(self, now, *, priority):
        self.pass_until(now)
        until = (now + self._patience) // self._every * self._every
        schedule, turn = take(self.schedule, now, priority=priority, until=until)
        if turn.comes_after(until):
            return
        self.schedule = schedule
        self.most = max(
            self.most, *(len(x.stretches) for x in (schedule.priority, schedule.normal))
        )
        heapq.heappush(self._asleep, (turn.begins_at, turn.ticket.place, priority, until, turn))

    def pass_until(self, now):
        while self._asleep and self._asleep[0][0] <= now:
            at, place, priority, until, turn = heapq.heappop(self._asleep)
            schedule = self.schedule.later(at)
            due = schedule.begins_at(turn.ticket)
            if schedule.has_given_up(turn.ticket):
                self.gone.append((at, turn.ticket))
            elif due <= at + ROUNDING:
                assert at <= until + ROUNDING or turn.wait == 0
                self.begun.append((at, turn.ticket))
            else:
                heapq.heappush(self._asleep, (due, place, priority, until, turn))

    def begins(self, *, priority):
        return [at for at, ticket in self.begun if ticket.priority == priority]


@given(asked, st.sampled_from([5.0, 20.0, 60.0]))
def test_with_deadlines_nobody_is_overtaken_or_begins_too_late_or_without_room(asked, patience):
    line, now = Line(patience), NOW
    for number, (priority, pause) in enumerate(asked):
        now += pause / 10
        for _ in range(1 + number % 7):
            line.ask(now, priority=priority)
        for _, ticket in line.gone:
            schedule = line.schedule.later(now)
            assert schedule.has_given_up(ticket) or now > ticket.promised + LOOK_SECONDS
    line.pass_until(math.inf)
    assert line.most <= 2 * (5 + 1 + LOOK_SECONDS / (patience / 5))
    for priority in (True, False):
        places = [ticket.place for _, ticket in line.begun if ticket.priority == priority]
        assert places == sorted(places)
    begins = [at for at, _ in line.begun]
    for number, start in enumerate(begins):
        for seconds in (2.0, 10.0):
            spent = CAMPAIGN * sum(one < start + seconds for one in begins[number:])
            assert spent <= seconds + 3 * CAMPAIGN


@pytest.mark.parametrize(("first", "others"), [(5.0, 1.0), (2.0, 2.0), (1.0, 5.0), (3.0, 0.5)])
def test_all_of_the_room_is_used_while_more_want_it_than_can_be_made(first, others):
    """Each lane asks for this many seconds of room a second; 600 without priority came before."""
    line, chance = Line(120.0), random.Random(1)
    asked = [(chance.uniform(0, 20), False) for _ in range(600)]
    for seconds, priority in ((first, True), (others, False)):
        count = int(600 * seconds / CAMPAIGN)
        asked += [(chance.uniform(5, 605), priority) for _ in range(count)]
    for after, priority in sorted(asked):
        line.ask(NOW + after, priority=priority)
    used = CAMPAIGN * sum(NOW + 20 <= at < NOW + 600 for at, _ in line.begun)
    assert used == pytest.approx(580, rel=0.01)
    mine = line.begins(priority=False)
    assert max(b - a for a, b in pairwise(mine)) < 2 * CAMPAIGN / (1 - SHARE)
    assert line.gone
