"""Decides a removal's next step: to delete something, to look again, or to finish. Pure."""

import math
from collections.abc import Sequence
from typing import Final

from channelwright.campaign import deletions
from channelwright.campaign.deadlines import BUILD_SECONDS, TOKEN_SECONDS
from channelwright.campaign.deletions import Tally
from channelwright.campaign.known import LISTS_LAG_SECONDS
from channelwright.campaign.ownership import Thing
from channelwright.campaign.removal import HowToGoOn, Look, Next, Removal, join
from channelwright.discord.snowflake import created_at
from channelwright.pace import patience

MOST_LOOKS: Final = 16
# Between looks, while lists contradict Discord's other answers.
SETTLE_SECONDS: Final = 3
# A removal has at least this long, however late it begins: enough for brief rate limits.
LEAST_SECONDS: Final = 300
# A try to delete something: five Lambdas that die late, and the time between them.
MOST_OF_A_TRY_SECONDS: Final = 300
# A deletion's last tries of a thing, the category and the role, if Discord answers none of them.
LAST_TRIES_SECONDS: Final = 200
# Even when out of time, a removal waits for a few limits this short.
SHORT_LIMIT_SECONDS: Final = 30
# The state machine repeats a look that Discord does not answer; each interval is twice the last.
FIRST_INTERVAL_SECONDS: Final = 4
# A failed try to delete something that begins later than this before the deadline may be the last.
LAST_TRY_SECONDS: Final = 15


def begin(
    given: Removal, settle_seconds: int, now: float, until: float = 0.0, waits: int = 0
) -> Removal:
    """Return the removal's state before a step; `now` and `until` are in Unix seconds.

    An unrecorded thing may appear for `settle_seconds`. The removal may wait for Discord `until`
    then, and for about `LEAST_SECONDS` from its beginning: nobody knows when that was if Discord
    has limited the first step, but after so many `waits` of one length, this is what is left.
    """
    if given["next"] != "look":
        until = max(given["until"], until)
        is_last = given["looks"] >= MOST_LOOKS - 2  # one after the wait, and one at the end
        patience = until if is_last else max(until, now + SHORT_LIMIT_SECONDS)
        return {
            **deletions.NONE_YET,  # an earlier release may have begun the removal
            **given,
            "until": until,
            # Its Wait state is over, so everything has settled.
            "settled_at": min(given["settled_at"], now),
            "deletions": [deletions.in_time(one, patience) for one in given["deletions"]],
        }
    return {
        **deletions.NONE_YET,
        "next": "look",
        "to_delete": [],
        "wait_seconds": 0,
        "blind": False,
        "until": max(now + LEAST_SECONDS / (1 + waits), until),
        "settled_at": now + settle_seconds,
        "in_order": settle_seconds > 0,
        "looks": 0,
        "limited": False,
        "limits": 0,
        "known": [],
        "found": [],
        "foreign": [],
        "nothing_left": False,
        "deletions": [],
        "event": given.get("event", {}),  # an earlier release may have started the removal
    }


def at_once(before: Removal, recorded: list[Thing], now: float) -> Removal | None:
    """Return the first step if it needs no look, or None.

    Channels are deleted by their ids. Before things have settled, a look would decide nothing.
    Without a category, nobody can have put anything into it. `now` is in Unix seconds.
    """
    settling = _seconds_until(before["settled_at"], now)
    kinds = {one["kind"] for one in recorded}
    was_nothing_made = not recorded and not before["in_order"]
    if before["next"] != "look" and not was_nothing_made:
        return None
    if "category" in kinds and "channel" not in kinds and not settling:
        return None
    to_delete = [] if settling else recorded
    if "channel" in kinds:
        to_delete = _first_kind(recorded)
    return {
        **before,
        "next": "delete" if to_delete else "look again" if settling else "finished",
        "to_delete": to_delete,
        "wait_seconds": settling,
        "known": recorded,
        "found": recorded,
        "nothing_left": not recorded,
    }


def step(before: Removal, look: Look, now: float, seconds_left: float = math.inf) -> Removal:
    """Return the state after a `look`, `now` in Unix seconds; a limited deletion delays all.

    A deletion has so many `seconds_left` until its deadline. When few are left, only one of the
    things that Discord did not answer is tried again, as a test. When none are, the removal ends.
    """
    is_short = seconds_left <= MOST_OF_A_TRY_SECONDS
    tally = _count(before, look, is_short=is_short)
    standing = {*look.listed, *look.there}
    left = [one for one in look.known if deletions.is_left(tally, one["id"], standing)]
    # While time is left, neither the look after limited deletions nor the next one counts.
    has_time = now + SHORT_LIMIT_SECONDS < before["until"]
    limited = has_time and any("limited_until" in one for one in before["deletions"])
    after: Removal = {
        **before,
        **tally,
        "settled_at": _settled_at(before, look, now),
        "looks": before["looks"] + (not limited and not before["limited"]),
        "limited": limited,
        "limits": _limits(before),
        "known": [*look.known],
        "found": left,
    }
    going_on = _how_to_go_on(
        after, standing, now, LAST_TRIES_SECONDS if is_short else MOST_OF_A_TRY_SECONDS
    )
    if _is_over(before, seconds_left):
        going_on = _go_on("finished")
    foreign = before["foreign"]
    if going_on["next"] != "finished":
        # A list may lag: if no other look follows, all that may be left counts.
        left = [one for one in look.known if one in left or one["id"] not in tally["gone"]]
        foreign = [one for one in foreign if one["id"] not in look.doubted]
    # After the category is gone, no look shows that others' channels were in it.
    after["foreign"] = join(foreign, look.foreign)
    return {**after, **going_on, "found": left, "nothing_left": not left, "deletions": []}


def is_last_look(seconds_left: float, retries: int) -> bool:
    """Return whether the state machine would repeat a failed look after a deletion's deadline.

    It has repeated the look so often (`retries`).
    """
    return can_be_told(seconds_left) and seconds_left <= FIRST_INTERVAL_SECONDS * 2**retries


def can_be_told(seconds_left: float) -> bool:
    """Return whether the press's token, which outlives the deadline, still lives."""
    return seconds_left > BUILD_SECONDS - TOKEN_SECONDS


def _is_over(before: Removal, seconds_left: float) -> bool:
    """Return whether another vain try would keep the user from hearing how the removal ended.

    If Discord did not answer, or the user has heard, that is before the deadline; after a limit, a
    few short waits fit in. A refusal takes no time.
    """
    ended, was_over = before["deletions"], before["next"] == "finished"
    if was_over or deletions.went_unanswered(ended):
        latest = LAST_TRY_SECONDS
    elif any("limited_until" in one for one in ended):
        latest = -SHORT_LIMIT_SECONDS
    else:
        return False
    return can_be_told(seconds_left) and seconds_left <= latest


def _count(before: Removal, look: Look, *, is_short: bool) -> Tally:
    tally = deletions.count(before, before["deletions"], is_last=before["blind"], is_short=is_short)
    return {
        **tally,
        "gone": [*tally["gone"], *(id_ for id_ in look.gone if _known_at(id_) <= look.began)],
        "hidden": [*tally["hidden"], *look.hidden],
    }


def _limits(before: Removal) -> int:
    if not before["deletions"]:
        return before["limits"]
    all_limited = all("limited_until" in one for one in before["deletions"])
    return before["limits"] + 1 if all_limited else 0


def _settled_at(before: Removal, look: Look, now: float) -> float:
    """Return from when on (Unix seconds) a thing that Discord did not know is certain to be gone.

    If a list still shows it, or began too early to show it, look again.
    """
    vanished = [one["id"] for one in before["deletions"] if one["gone"] and not one.get("deleted")]
    known_at = [_known_at(id_) for id_ in (*vanished, *look.gone)]
    shown = any(id_ in {*look.listed, *look.there} for id_ in vanished)
    again = shown or any(moment > look.began for moment in known_at)
    late = now + LISTS_LAG_SECONDS if look.doubted else 0.0
    return max([before["settled_at"], *known_at, now + SETTLE_SECONDS if again else 0.0, late])


def _known_at(id_: str) -> float:
    """Return from when on (Unix seconds) Discord knows a thing: not at once when it is created."""
    return created_at(id_) + LISTS_LAG_SECONDS


def _how_to_go_on(after: Removal, standing: set[str], now: float, try_seconds: int) -> HowToGoOn:
    open_, again = _open(after, standing, now + try_seconds)
    settling = 0 if after["blind"] else _seconds_until(after["settled_at"], now)
    limited = _seconds_until(_limited_until(after, now), now)
    if after["looks"] >= MOST_LOOKS:
        return _go_on("finished")
    if (open_ or again) and limited:
        return _go_on("look again", max(limited, settling))
    if to_delete := _ready(after, open_, is_settled=not settling):
        # After a limit only one, to test whether it is over.
        return _go_on("delete", settling, to_delete[:1] if after["limits"] else to_delete)
    if settling:
        return _go_on("look again", settling)
    if again:
        return _go_on("delete", 0, again)
    in_doubt = _is_in_doubt(after, standing)
    return _go_on("look again", SETTLE_SECONDS) if in_doubt else _go_on("finished")


def _open(after: Removal, standing: set[str], end: float) -> tuple[list[Thing], list[Thing]]:
    """Return what can be deleted, and of what Discord never answered, what is tried after that.

    Only one is tried, until Discord deletes a channel or category: a role goes another way. The try
    would `end` then (Unix seconds).
    """
    open_ = [
        thing
        for thing in after["known"]
        if not deletions.is_final(after, thing["id"])
        and (thing["id"] in standing or thing["id"] not in after["gone"])
    ]
    unanswered = [one for one in open_ if deletions.is_unanswered(after, one["id"])]
    again = [one for one in unanswered if one["id"] in standing]
    deleted = {one["id"] for one in after["deletions"] if one.get("deleted")}
    answers = any(one["id"] in deleted and one["kind"] != "role" for one in after["known"])
    has_time = not after["blind"] and end < after["until"]
    return (
        [one for one in open_ if one not in unanswered],
        again[: None if answers else 1] if has_time else [],
    )


def _limited_until(after: Removal, now: float) -> float:
    """Return until when Discord takes no deletion; limits in a row make the wait longer."""
    limits = [one["limited_until"] for one in after["deletions"] if "limited_until" in one]
    if not limits:
        return 0.0
    longer = now + patience.least_seconds(after["limits"] - 1)
    return max(*limits, min(longer, after["until"]))


def _go_on(next_: Next, wait_seconds: int = 0, to_delete: Sequence[Thing] = ()) -> HowToGoOn:
    return {"next": next_, "to_delete": [*to_delete], "wait_seconds": wait_seconds}


def _ready(after: Removal, open_: Sequence[Thing], *, is_settled: bool) -> list[Thing]:
    """Return what can be deleted now."""
    if not is_settled:
        tried = {one["id"] for one in after["deletions"]}
        return [one for one in open_ if one["kind"] == "channel" and one["id"] not in tried]
    if after["in_order"] or any(one["kind"] == "channel" for one in open_):
        return _first_kind(open_)
    return [*open_]


def _first_kind(things: Sequence[Thing]) -> list[Thing]:
    return [thing for thing in things if thing["kind"] == things[0]["kind"]]


def _is_in_doubt(after: Removal, standing: set[str]) -> bool:
    """Return whether late lists may show what Discord reports gone, or did not refuse to delete."""
    left = {one["id"] for one in after["found"]} & standing
    refused = {id_ for id_ in left if deletions.stands(after, id_)} - {*after["gone"]}
    return not after["blind"] and bool(left - refused)


def _seconds_until(moment: float, now: float) -> int:
    return max(0, math.ceil(moment - now))
