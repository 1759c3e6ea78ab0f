"""The limiter on its table: slots one after the other, turns, and the pace without the table."""

import json

import boto3
import pytest
from botocore.exceptions import ClientError, ConnectTimeoutError, ReadTimeoutError
from hypothesis import given, settings
from hypothesis import strategies as st
from moto import mock_aws

from bench.thousand_clock import VirtualClock
from bench.thousand_table import DynamoDB
from channelwright.campaign import deadlines
from channelwright.pace import limiter, table
from channelwright.pace.outage import CALLS_SHARE, CAMPAIGNS_SHARE, SHARE_WITHOUT_TABLE, Outage
from channelwright.pace.schedule import Schedule, Ticket, Turn, reserve
from tests import log_lines, tables

STEP = 1 / (50 * CALLS_SHARE)
FAR = 1_000.0


@pytest.fixture
def clock(monkeypatch):
    with mock_aws():
        tables.create()
        clock = VirtualClock()
        monkeypatch.setattr(limiter, "time", clock)
        monkeypatch.setattr("channelwright.pace.outage.time", clock)
        monkeypatch.setattr("channelwright.pace.table._client", None)
        monkeypatch.setattr(limiter, "_outage", Outage())
        yield clock


@pytest.fixture
def busy(clock, monkeypatch):
    """The clock, with the benchmark's table: moto's is too slow for this many requests."""
    monkeypatch.setattr("bench.thousand_table.REQUEST_SECONDS", 0.0)
    table._client = DynamoDB(clock)
    return clock


class Broken:
    """A table that answers every request with an error."""

    exceptions = boto3.client("dynamodb").exceptions

    def __init__(self, error):
        self._error = error

    def _fail(self, **_):
        raise self._error

    get_item = put_item = update_item = _fail


FAILURES = {
    "throttled": ClientError({"Error": {"Code": "ThrottlingException"}}, "UpdateItem"),
    "down": ClientError({"Error": {"Code": "InternalServerError"}}, "UpdateItem"),
    "gone": ClientError({"Error": {"Code": "ResourceNotFoundException"}}, "UpdateItem"),
    "forbidden": ClientError({"Error": {"Code": "AccessDeniedException"}}, "UpdateItem"),
    "slow": ReadTimeoutError(endpoint_url="https://dynamodb"),
    "unreachable": ConnectTimeoutError(endpoint_url="https://dynamodb"),
}


def test_the_first_call_has_its_slot_at_once_and_the_next_ones_follow(clock):
    waits = [limiter.seconds_to_slot() for _ in range(5)]
    assert waits == pytest.approx([n * STEP for n in range(5)], abs=1e-3)


def test_what_the_request_took_is_not_waited_for_again(clock):
    for _ in range(10):
        limiter.seconds_to_slot()
    table._client = Between(table.dynamodb(), lambda: clock.sleep(0.1), times=1)
    assert limiter.seconds_to_slot() == pytest.approx(10 * STEP - 0.1, abs=1e-3)


def test_even_the_shortest_step_is_exact(clock, monkeypatch):
    monkeypatch.setenv("CALLS_PER_SECOND", "700")
    waits = [limiter.seconds_to_slot() for _ in range(100)]
    assert waits[-1] == pytest.approx(99 / (700 * CALLS_SHARE), abs=1e-5)


def test_slots_that_nobody_took_are_gone(clock):
    limiter.seconds_to_slot()
    clock.sleep(60)
    waits = [limiter.seconds_to_slot() for _ in range(2)]
    assert waits == pytest.approx([0, STEP], abs=1e-3)


class Between:
    """The table, where another Lambda does something just before each of the first requests."""

    def __init__(self, client, what, times):
        self._client, self._what, self._times = client, what, times
        self.exceptions = client.exceptions
        self.answers = []

    def __getattr__(self, name):
        def request(**how):
            if self._times:
                self._times -= 1
                table._client = self._client
                self.answers.append(self._what())
                table._client = self
            return getattr(self._client, name)(**how)

        return request


@pytest.mark.parametrize("times", [1, 2, 5])
@pytest.mark.parametrize("pause", [0, 60])
def test_slots_taken_at_the_same_moment_are_all_different(clock, times, pause):
    limiter.seconds_to_slot()
    clock.sleep(pause)
    others = Between(table.dynamodb(), limiter.seconds_to_slot, times)
    table._client = others
    mine = limiter.seconds_to_slot()
    waits = sorted([mine, *others.answers])
    first = 0 if pause else STEP
    expected = [first + n * STEP for n in range(len(waits))]
    assert waits == pytest.approx(expected, abs=1e-3)


def test_no_slot_is_taken_far_ahead(busy):
    while limiter.seconds_to_slot() <= limiter.MOST_AHEAD_SECONDS:
        pass
    again = limiter.seconds_to_slot()
    assert limiter.MOST_AHEAD_SECONDS < again < limiter.MOST_AHEAD_SECONDS + 2 * STEP
    busy.sleep(again)
    assert limiter.seconds_to_slot() == pytest.approx(0, abs=2 * STEP)


def test_turns_follow_each_other_at_the_rate_of_their_calls(clock):
    turns = [limiter.reserve_turn(21, clock.now() + FAR) for _ in range(4)]
    seconds = 21 / (50 * CAMPAIGNS_SHARE)
    waits = [turn.wait for turn in turns]
    assert waits == pytest.approx([n * seconds for n in range(4)], abs=1e-3)
    assert [turn.in_company for turn in turns] == [False, True, True, True]


@pytest.mark.parametrize("times", [1, 2, 5])
def test_turns_reserved_at_the_same_moment_are_all_different(clock, times):
    def take():
        return limiter.reserve_turn(21, clock.now() + FAR)

    others = Between(table.dynamodb(), take, times)
    table._client = others
    waits = sorted(turn.wait for turn in [take(), *others.answers])
    seconds = 21 / (50 * CAMPAIGNS_SHARE)
    assert waits == pytest.approx([n * seconds for n in range(times + 1)], abs=1e-3)


def test_turns_do_not_follow_faster_than_the_operator_allows(clock, monkeypatch):
    monkeypatch.setenv("CAMPAIGNS_PER_MINUTE", "30")
    waits = [limiter.reserve_turn(21, clock.now() + FAR).wait for _ in range(4)]
    assert waits == pytest.approx([0, 2, 4, 6], abs=1e-3)


def test_a_turn_that_would_come_too_late_is_not_reserved(clock):
    latest = clock.now() + 2.0
    turns = [limiter.reserve_turn(21, latest) for _ in range(10)]
    late = [turn for turn in turns if turn.comes_after(latest)]
    assert len(late) == 5
    assert len({turn.begins_at for turn in late}) == 1


def test_who_is_late_himself_but_waits_for_nobody_is_not_refused(clock):
    latest = clock.now() - 60
    assert not limiter.reserve_turn(21, latest).comes_after(latest)


def test_priority_begins_before_those_who_wait_and_they_learn_of_it(clock):
    others = [limiter.reserve_turn(21, clock.now() + FAR) for _ in range(100)]
    first = limiter.reserve_turn(21, clock.now() + FAR, priority=True)
    assert first.wait == 0
    assert limiter.look_up(others[-1].ticket).begins_at > others[-1].begins_at


def crowd(clock, number=1000):
    """Let `number` campaigns with priority come; none of them has to begin soon."""
    for _ in range(number):
        limiter.reserve_turn(21, clock.now() + FAR, priority=True)


def test_who_is_pushed_beyond_the_deadline_keeps_no_room_and_learns_of_it(busy):
    begins = busy.now()
    turns = [limiter.reserve_turn(21, begins + 60) for _ in range(100)]
    crowd(busy, 100)
    late = limiter.look_up(turns[-1].ticket)
    assert late.begins_at > begins + 60
    assert not late.is_kept
    assert [limiter.look_up(turn.ticket).is_kept for turn in turns[:20]] == [True] * 20
    last = [limiter.look_up(turn.ticket).is_kept for turn in turns].index(False)
    new = limiter.reserve_turn(21, begins + FAR)
    assert new.begins_at == pytest.approx(late.begins_at)
    assert new.begins_at == pytest.approx(late.next_begins_at)
    assert new.wait < 60 + turns[1].wait * 5
    # These turns stay given up, even after the turns behind them have begun.
    busy.sleep(new.wait + 1)
    looks = [limiter.look_up(turn.ticket) for turn in turns]
    assert [look.is_kept for look in looks] == [True] * last + [False] * (len(turns) - last)


def test_what_is_written_is_what_is_read(clock):
    turns = [limiter.reserve_turn(21, clock.now() + 60) for _ in range(100)]
    crowd(clock, 100)
    schedule, version = limiter._read()
    assert len(schedule.normal.stretches) == len(schedule.priority.stretches) == 1
    assert schedule.normal.handed_out > schedule.normal.stretches[-1].end
    assert table.put("schedule", limiter._as_item(schedule), version)
    assert limiter._read() == (schedule, version + 1)
    assert schedule.has_given_up(turns[-1].ticket)


def test_the_item_stays_small_however_many_are_in_line():
    """For half an hour, each lane is asked for twice the room that there is."""
    schedule, now, most, every = Schedule(), 1.8e9, 0, deadlines.TURN_DEADLINE_EVERY_SECONDS
    for number in range(30 * 60):
        latest = (now + number + 720) // every * every
        for priority in (False, True):
            after, turn = reserve(schedule, now + number, 2.0, latest, priority=priority)
            if not turn.comes_after(latest):
                schedule = after
        if number % 10 == 0:
            most = max(most, len(json.dumps(limiter._as_item(schedule))))
    assert 4_000 < most < 7_000


@pytest.mark.parametrize("priority", [False, True])
def test_a_turn_that_is_given_back_is_the_next_ones(clock, priority):
    def take():
        return limiter.reserve_turn(21, clock.now() + FAR, priority=priority)

    turns = [take() for _ in range(20)]
    limiter.give_back(turns[19].ticket)
    assert take().wait == pytest.approx(turns[19].wait, abs=1e-3)


@pytest.mark.parametrize("times", [1, 5])
def test_a_turn_is_not_given_back_when_others_took_one_behind_it_meanwhile(clock, times):
    def take():
        return limiter.reserve_turn(21, clock.now() + FAR)

    turns = [take() for _ in range(20)]
    table._client = Between(table.dynamodb(), take, times)
    limiter.give_back(turns[19].ticket)
    assert take().wait == pytest.approx((20 + times) * turns[1].wait, abs=1e-3)


@pytest.fixture
def outage(clock, monkeypatch):
    """Let 100 wait, and the table fail 20 seconds later; return their turns and that moment."""
    turns = [limiter.reserve_turn(21, clock.now() + FAR) for _ in range(100)]
    limiter._read()  # the container learns of the last turn
    clock.sleep(20)
    monkeypatch.setattr("channelwright.pace.table._client", Broken(FAILURES["down"]))
    return turns, clock.now()


STRETCH = CAMPAIGNS_SHARE / SHARE_WITHOUT_TABLE


def test_in_an_outage_turns_come_further_apart_from_then_on(clock, outage):
    turns, since = outage
    assert limiter.look_up(turns[40].ticket) == (since, True, since)
    for turn in turns[50:]:
        promised = turn.ticket.promised
        clock.sleep(max(0.0, promised - clock.now()))
        late = limiter.look_up(turn.ticket).begins_at - since
        assert late == pytest.approx((promised - since) * STRETCH, abs=1e-3)


def test_in_an_outage_who_is_new_begins_behind_them_at_the_starters_pace(
    clock, outage, monkeypatch
):
    turns, since = outage
    monkeypatch.setenv("CAMPAIGNS_PER_MINUTE", "1000")
    end = since + (turns[99].begins_at - since) * STRETCH
    begins = []
    for _ in range(10):
        new = limiter.reserve_turn(21, clock.now() + FAR)
        assert (new.ticket, new.in_company) == (None, False)
        assert new.wait == pytest.approx(new.begins_at - clock.now())
        begins.append(new.begins_at)
        limiter.pace_without_table(21, 5)
    pause = 5 * 21 / (50 * SHARE_WITHOUT_TABLE)
    assert [at - end for at in begins] == pytest.approx([n * pause for n in range(10)], abs=1e-3)
    # No campaign has come for a while, so a new one need not wait.
    clock.sleep(end - since + 10 * pause)
    assert limiter.reserve_turn(21, clock.now() + FAR).wait == 0.0


def test_an_outage_is_over_when_the_table_answers(clock, outage, monkeypatch):
    turns, since = outage
    down = table._client
    limiter.look_up(turns[99].ticket)
    limiter.reserve_turn(21, clock.now() + FAR)
    clock.sleep(5)
    table._client = None
    limiter.look_up(turns[99].ticket)
    monkeypatch.setattr("channelwright.pace.table._client", down)
    promised = turns[99].ticket.promised
    late = limiter.look_up(turns[99].ticket).begins_at - (since + 5)
    assert late == pytest.approx((promised - (since + 5)) * STRETCH, abs=1e-3)


def test_who_is_never_quick_enough_goes_without_a_turn_and_says_so(clock, monkeypatch):
    def another():
        limiter.reserve_turn(21, clock.now() + FAR)

    table._client = Between(table.dynamodb(), another, 2 * table.ATTEMPTS)
    with log_lines.captured() as lines:
        assert limiter.reserve_turn(21, clock.now() + FAR).ticket is None
    assert ["lost 20 write races" in line["message"] for line in lines] == [True]


@pytest.mark.parametrize("failure", FAILURES)
def test_without_the_table_everything_goes_on(clock, monkeypatch, failure):
    monkeypatch.setattr("channelwright.pace.table._client", Broken(FAILURES[failure]))
    with log_lines.captured() as lines:
        assert limiter.reserve_turn(21, clock.now() + FAR) == Turn(clock.now(), 0.0, False)
        assert limiter.seconds_to_slot() == 0.0
        now = clock.now()
        assert limiter.look_up(Ticket(False, 5.0, 0.4, now)) == (now, True, now)
        limiter.give_back(Ticket(False, 5.0, 0.4, clock.now()))
    said = ["relying on Discord's 429s" in line["message"] for line in lines]
    assert said == [True, True, True, False]


def test_a_mistake_of_ours_is_not_taken_for_a_table_that_is_down(clock, monkeypatch):
    monkeypatch.setenv("CALLS_PER_SECOND", "many")
    with pytest.raises(ValueError, match="many"):
        limiter.seconds_to_slot()


@settings(max_examples=8, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(
                ["slot", "slot", "slot", "turn", "first", "back", "look", "invalid", "invalid"]
            ),
            st.sampled_from([0.0, 0.0, 0.01, 0.5, 30.0]),
        ),
        min_size=5,
        max_size=40,
    )
)
def test_the_benchs_table_is_as_motos(steps):
    """The table of the simulation of a thousand campaigns answers as moto's does."""
    assert _play(steps, None) == _play(steps, DynamoDB)


def _play(steps, table):
    with mock_aws(), pytest.MonkeyPatch.context() as patch:
        tables.create()
        clock = VirtualClock()
        patch.setattr(limiter, "time", clock)
        patch.setattr("channelwright.pace.outage.time", clock)
        # Requests take no time, so both tables are asked at the same moments.
        patch.setattr("bench.thousand_table.REQUEST_SECONDS", 0.0)
        patch.setattr("channelwright.pace.table._client", table(clock) if table else None)
        answers, turn = [], None
        for what, pause in steps:
            clock.sleep(pause)
            if what == "slot":
                answers.append(round(limiter.seconds_to_slot(), 3))
            elif what == "invalid":
                for _ in range(PER_MINUTE // 8):
                    limiter.note_invalid()
            elif what == "back":
                if turn:
                    limiter.give_back(turn.ticket)
            elif what == "look":
                if turn:
                    look = limiter.look_up(turn.ticket)
                    answers.append([round(look.begins_at, 3), look.is_kept])
            else:
                turn = limiter.reserve_turn(21, clock.now() + 8, priority=what == "first")
                answers.append(json.dumps([round(turn.wait, 3), turn.in_company]))
        return answers


# ---- Invalid answers ----

PER_MINUTE = round(60 * limiter.INVALID_PER_SECOND)


def invalid(clock, count, seconds_apart=0.0):
    for _ in range(count):
        limiter.note_invalid()
        clock.sleep(seconds_apart)


def test_after_too_many_invalid_answers_all_pause(clock, caplog):
    invalid(clock, PER_MINUTE - 3)
    assert limiter.seconds_to_slot() < 1
    invalid(clock, 6)
    assert limiter.seconds_to_slot() == pytest.approx(limiter.MOST_INVALID_SECONDS, abs=0.1)
    assert caplog.text.count("too many invalid answers") == 1


def test_a_pause_ends_and_the_next_one_comes_as_soon_as_it_has_to(busy):
    invalid(busy, PER_MINUTE + 3)
    busy.sleep(limiter.MOST_INVALID_SECONDS + 1)
    assert limiter.seconds_to_slot() < 1
    invalid(busy, PER_MINUTE + 3)
    assert limiter.seconds_to_slot() > limiter.MOST_INVALID_SECONDS - 1


def test_a_pause_is_not_made_shorter_by_the_slots_that_are_taken(busy):
    for _ in range(200):
        limiter.seconds_to_slot()
    invalid(busy, PER_MINUTE + 3)
    assert limiter.seconds_to_slot() > limiter.MOST_INVALID_SECONDS - 1


def test_now_and_then_an_invalid_answer_stops_nobody(busy):
    invalid(busy, 2 * PER_MINUTE, seconds_apart=1 / limiter.INVALID_PER_SECOND)
    assert limiter.seconds_to_slot() < 1


def test_whatever_discord_answers_the_address_is_not_banned(busy):
    """Fifty calls a second, each answered 403, for ten minutes."""
    began, answered = busy.time(), 0
    while busy.time() < began + 600:
        wait = limiter.seconds_to_slot()
        busy.sleep(wait)
        if wait <= limiter.MOST_AHEAD_SECONDS:
            answered += 1
            limiter.note_invalid()
    assert PER_MINUTE < answered < 5_000


@pytest.mark.parametrize("failure", FAILURES)
def test_without_the_table_an_invalid_answer_is_not_counted(clock, failure):
    table._client = Broken(FAILURES[failure])
    limiter.note_invalid()
