"""Keep all Lambdas together within Discord's global limit, by a shared table in DynamoDB.

This module uses three items of the table; places.py uses others. `schedule` holds the turns at
which campaigns begin, `calls` the moment from which the next call has room, and `invalid` the same
for invalid answers. A campaign that runs beside others takes a slot for each call, and counts the
answers that Discord counts against us. After too many, all calls pause before Discord bans us.

Without the table, campaigns begin at a slower pace that needs no agreement, and 429s do the rest.

Source: Discord docs, Topics > Rate Limits > Global Rate Limit; Invalid Request Limit; AWS docs,
DynamoDB > Condition expressions.
"""

import json
import os
import time
from typing import Any, Final, NamedTuple

from channelwright.aws import log
from channelwright.pace import table
from channelwright.pace.lane import Lane, Stretch
from channelwright.pace.outage import CALLS_SHARE, CAMPAIGNS_SHARE, SHARE_WITHOUT_TABLE, Outage
from channelwright.pace.schedule import Schedule, Ticket, Turn, reserve

# A call's slot lies at most this far ahead.
MOST_AHEAD_SECONDS: Final = 5.0
# 10,000 invalid answers in ten minutes ban the address. This rate leaves room for calls that have a
# slot already, and for edits of messages, which need none.
INVALID_PER_SECOND: Final = 5.0
# All calls pause for this long once invalid answers have used up this much time ahead.
MOST_INVALID_SECONDS: Final = 60.0


def reserve_turn(calls: int, latest: float, *, priority: bool = False) -> Turn:
    """Reserve a turn for a campaign of `calls`, unless it comes after `latest` (Unix seconds).

    Turns are as far apart as Discord's limit and CAMPAIGNS_PER_MINUTE require.

    Returns the turn, even if it comes after `latest`. If the table does not answer, the turn has no
    ticket, and the starter has to keep the pace (`pace_without_table`).
    """
    seconds = _campaign_seconds(calls, CAMPAIGNS_SHARE)
    try:
        for _ in range(table.ATTEMPTS):
            before, version = _read()
            after, turn = reserve(before, time.time(), seconds, latest, priority=priority)
            if turn.comes_after(latest) or table.put("schedule", _as_item(after), version):
                return turn
        log.error(f"no turn, relying on Discord's 429s: lost {table.ATTEMPTS} write races")
    except table.failures() as error:
        log.error(f"no turn, relying on Discord's 429s: {error}")
    return _outage.turn()


def pace_without_table(calls: int, starters: int) -> None:
    """Sleep so that `starters` in parallel begin no more campaigns than Discord's limit allows."""
    _outage.pause(starters * _campaign_seconds(calls, SHARE_WITHOUT_TABLE))


class Look(NamedTuple):
    """When a turn, and a new one in its lane, would begin as of now; both in Unix seconds.

    Unless it `is_kept`, others have delayed it beyond its deadline, and it never begins.
    """

    begins_at: float
    is_kept: bool
    next_begins_at: float


def look_up(ticket: Ticket) -> Look:
    """Check when a reserved turn begins."""
    try:
        schedule, _ = _read()
    except table.failures() as error:
        log.info(f"no schedule, relying on Discord's 429s: {error}")
        begins_at = _outage.begins_at(ticket.promised)
        return Look(begins_at, True, begins_at)
    schedule = schedule.later(time.time())
    return Look(
        schedule.begins_at(ticket),
        not schedule.has_given_up(ticket),
        schedule.next_begins_at(priority=ticket.priority),
    )


def give_back(ticket: Ticket) -> None:
    """Give back an unused turn, unless its lane has a later one."""
    try:
        for _ in range(table.ATTEMPTS):
            before, version = _read()
            after = before.without(ticket)
            if after == before or table.put("schedule", _as_item(after), version):
                return
    except table.failures() as error:
        log.info(f"could not give back a turn: {error}")


_outage = Outage()


def seconds_to_slot() -> float:
    """Take a slot for a call, and return the seconds until it.

    More than MOST_AHEAD_SECONDS means that no slot was taken: ask again after that time.
    """
    try:
        for _ in range(table.ATTEMPTS):
            now = time.time()
            step = 1 / (_calls_per_second() * CALLS_SHARE)
            free_at = _take_slot("calls", now, step, now + MOST_AHEAD_SECONDS)
            if free_at is not None:
                return max(0.0, free_at - time.time())
    except table.failures() as error:
        log.info(f"no slot, relying on Discord's 429s: {error}")
    return 0.0


def note_invalid() -> None:
    """Count an invalid answer; pause all calls if there were too many."""
    try:
        for _ in range(table.ATTEMPTS):
            now = time.time()
            pause_at = now + MOST_INVALID_SECONDS
            free_at = _take_slot("invalid", now, 1 / INVALID_PER_SECOND, pause_at)
            if free_at is not None:
                break
        if free_at is not None and free_at >= pause_at:
            _pause_until(pause_at)
    except table.failures() as error:
        log.info(f"could not count an invalid answer: {error}")


def _pause_until(moment: float) -> None:
    try:
        table.update(
            "calls",
            "SET free_at = :next",
            "attribute_not_exists(free_at) OR free_at < :next",
            {":next": moment},
        )
    except table.dynamodb().exceptions.ConditionalCheckFailedException:
        return  # another Lambda has set the pause
    log.error(f"too many invalid answers: all calls pause for {MOST_INVALID_SECONDS:.0f} s")


def _take_slot(item: str, now: float, step: float, most: float) -> float | None:
    """Take a slot of `step` seconds and return its moment, or None if another Lambda was faster.

    If the first free moment is after `most`, return it and take nothing. Moments are Unix seconds.
    """
    try:
        answer = table.update(
            item,
            "SET free_at = free_at + :step",
            "free_at BETWEEN :now AND :most",
            {":step": step, ":now": now, ":most": most},
        )
        return float(answer["Attributes"]["free_at"]["N"])
    except table.dynamodb().exceptions.ConditionalCheckFailedException as failed:
        free_at = float(failed.response.get("Item", {}).get("free_at", {"N": 0})["N"])
    if free_at > now:
        return free_at
    try:
        table.update(
            item,
            "SET free_at = :next",
            "attribute_not_exists(free_at) OR free_at <= :now",
            {":next": now + step, ":now": now},
        )
    except table.dynamodb().exceptions.ConditionalCheckFailedException:
        return None
    return now


def _read() -> tuple[Schedule, int]:
    item, version = table.get("schedule")
    schedule = _from_item(item) if item else Schedule()
    _outage.is_over(schedule.latest)
    return schedule, version


def _from_item(item: Any) -> Schedule:
    at, latest = (float(item[name]["N"]) for name in ("at", "latest"))
    return Schedule(at, _lane(item, "priority"), _lane(item, "normal"), latest)


def _lane(item: Any, name: str) -> Lane:
    begun, handed_out = (float(item[f"{name}_{what}"]["N"]) for what in ("begun", "handed_out"))
    stretches = json.loads(item[f"{name}_stretches"]["S"])
    return Lane(begun, handed_out, tuple(Stretch(*one) for one in stretches))


def _as_item(schedule: Schedule) -> dict[str, Any]:
    item: dict[str, Any] = {
        "at": table.number(schedule.at),
        "latest": table.number(schedule.latest),
    }
    for name, lane in (("priority", schedule.priority), ("normal", schedule.normal)):
        stretches = [[round(number, 9) for number in one] for one in lane.stretches]
        item |= {
            f"{name}_begun": table.number(lane.begun),
            f"{name}_handed_out": table.number(lane.handed_out),
            f"{name}_stretches": {"S": json.dumps(stretches)},
        }
    return item


def _campaign_seconds(calls: int, share: float) -> float:
    """Return how many seconds a campaign occupies this share of Discord's limit."""
    fastest = calls / (_calls_per_second() * share)
    return max(fastest, 60 / float(os.environ["CAMPAIGNS_PER_MINUTE"]))


def _calls_per_second() -> float:
    return float(os.environ["CALLS_PER_SECOND"])
