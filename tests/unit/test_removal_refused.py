"""What Discord does not delete: what it refuses is tried again, and then named; limits are kept."""

import pytest

from channelwright import edits, removal
from tests.unit.removal_steps import (
    CATEGORY,
    KNOWN,
    NOW,
    ONE,
    ROLE,
    TWO,
    UNKNOWN,
    deletes,
    deletion,
    look,
    thing,
)

# ---- What it refuses ----


def test_what_could_not_be_deleted_is_left_though_no_list_shows_it():
    """Discord lists no channel that the bot may not see, and lets nobody delete it."""
    step = look(listed=[CATEGORY], recorded=[ONE])
    step = look(step, [CATEGORY], refused=[ONE])
    assert (deletes(step), step["found"]) == ([ONE], [ONE, CATEGORY])
    step = look(look(step, [CATEGORY], refused=[ONE]), [CATEGORY])
    step = look(look(step, gone=[CATEGORY]))
    assert (step["next"], step["found"], step["nothing_left"]) == ("finished", [ONE], False)


def test_what_was_deleted_at_the_second_try_is_not_left():
    step = look(look(recorded=[ONE]), refused=[ONE])
    step = look(look(step, gone=[ONE]))
    assert (step["next"], step["found"], step["nothing_left"]) == ("finished", [], True)


def test_a_deletion_refused_once_is_tried_again():
    step = look(listed=[ONE, TWO, CATEGORY, ROLE])
    step = look(step, [ONE, CATEGORY, ROLE], gone=[TWO], refused=[ONE])
    assert deletes(step) == [ONE]
    assert step["refused"] == {"31": 1}


def test_a_deletion_refused_twice_is_given_up_and_named():
    step = look(listed=[ONE, CATEGORY, ROLE])
    step = look(step, [ONE, CATEGORY, ROLE], refused=[ONE])
    step = look(step, [ONE, CATEGORY, ROLE], refused=[ONE])
    assert step["refused"] == {"31": 2}
    assert (step["next"], step["quiet"]) == ("look again", 1)
    step = look(step, [ONE, CATEGORY, ROLE])
    assert deletes(step) == [CATEGORY]
    step = look(step, [ONE, ROLE], gone=[CATEGORY])
    assert deletes(step) == [ROLE]
    step = look(step, [ONE], gone=[ROLE])
    assert step["next"] == "finished"
    assert step["found"] == [ONE]
    assert not step["nothing_left"]


def test_a_deletion_refused_once_and_then_done_is_done():
    step = look(listed=[ONE])
    step = look(step, [ONE], refused=[ONE])
    step = look(look(step, gone=[ONE]))
    assert (step["next"], step["found"], step["nothing_left"]) == ("finished", [], True)


@pytest.mark.parametrize("stuck", [CATEGORY, ROLE])
def test_a_category_or_role_refused_twice_keeps_nothing_else(stuck):
    step = look(look(listed=[CATEGORY, ROLE]), [CATEGORY, ROLE])
    found = [CATEGORY, ROLE]
    for _ in range(6):
        if step["next"] == "finished":
            break
        tried = step["to_delete"]
        step = look(
            step,
            found := [one for one in found if one not in tried or one == stuck],
            gone=[one for one in tried if one != stuck],
            refused=[one for one in tried if one == stuck],
        )
    assert step["next"] == "finished"
    assert step["found"] == [stuck]
    assert step["refused"] == {stuck["id"]: 2}


def test_a_deletion_that_discord_forbids_for_long_is_given_up_at_once():
    step = look(listed=[ONE, TWO])
    too_long = {"id": ONE["id"], "gone": False, "failure": {"Error": "OutOfTime"}}
    seen = {**removal.NOTHING, "known": step["known"], "listed": {"31", "32"}}
    step = removal.step({**step, "deletions": [too_long]}, seen, KNOWN, NOW)
    assert deletes(step) == [TWO]
    assert step["found"] == [ONE, TWO]


# ---- What it limits ----


def test_where_deletions_are_limited_all_wait_until_discord_takes_them():
    step = look(listed=[ONE, TWO, CATEGORY, ROLE])
    step = look(step, [ONE, TWO, CATEGORY, ROLE], limited=[ONE, TWO], now=NOW + 3)
    assert (step["next"], step["to_delete"], step["wait_seconds"]) == ("look again", [], 7)
    step = look(step, [ONE, TWO, CATEGORY, ROLE], now=NOW + 10)
    assert deletes(step) == [ONE, TWO]


def test_the_longest_limit_is_waited_for_in_whole_seconds():
    step = look(listed=[ONE, TWO])
    longer = {"id": TWO["id"], "gone": False, "limited_until": NOW + 20.25}
    shown = {**removal.NOTHING, "known": step["known"], "listed": {"31", "32"}}
    ended = [deletion(ONE, "limited"), longer]
    step = removal.step({**step, "deletions": ended}, shown, KNOWN, NOW)
    assert step["wait_seconds"] == 21


def test_a_wait_is_never_shorter_than_without_a_limit():
    step = look(look(listed=[ONE], failure=UNKNOWN), [ONE], limited=[ONE], failure=UNKNOWN)
    assert step["wait_seconds"] == edits.UNKNOWN_OUTCOME_SECONDS
    step = look(look(listed=[ONE]), [ONE], limited=[ONE], now=NOW + 9)
    assert step["wait_seconds"] == removal.SETTLE_SECONDS


def test_a_limit_that_is_over_is_not_waited_for():
    step = look(look(listed=[ONE]), [ONE], limited=[ONE], now=NOW + 10)
    assert (deletes(step), step["looks"], step["wait_seconds"]) == ([ONE], 1, 3)


def test_a_limit_is_no_attempt():
    step = look(look(listed=[ONE]), [ONE], limited=[ONE])
    assert (step["refused"], step["denied"], step["gone"]) == ({}, [], [])


def test_neither_the_look_before_such_a_wait_counts_nor_the_one_after_it():
    step = look(listed=[ONE])
    for _ in range(2 * removal.MOST_LOOKS):
        step = look(step, [ONE], limited=[ONE])
        assert (step["next"], step["looks"]) == ("look again", 1)
        step = look(step, [ONE], now=NOW + 10)
        assert (deletes(step), step["looks"]) == ([ONE], 1)
    assert look(step, refused=[ONE])["looks"] == 2


def test_patience_with_limits_ends_with_time():
    """Then the Lambda says that there is none left."""
    step = look(look(recorded=[ONE]), limited=[ONE])
    step = look(step, now=NOW + 10)
    late = {"id": ONE["id"], "gone": False, "failure": {"Error": "OutOfTime", "Cause": ""}}
    seen = {**removal.NOTHING, "known": step["known"]}
    step = removal.step({**step, "deletions": [late]}, seen, KNOWN, NOW + 13)
    step = look(step, now=NOW + 16)
    assert (step["next"], step["found"], step["nothing_left"]) == ("finished", [ONE], False)


@pytest.mark.parametrize("seconds", [1, 10])
def test_fifty_channels_are_deleted_two_at_a_time(seconds):
    """However few deletions Discord takes at a time, and for however short, all of them come."""
    channels = [thing("channel", str(100 + n)) for n in range(50)]
    step, now = look(listed=channels), NOW
    while step["found"]:
        done, limited = step["to_delete"][:2], step["to_delete"][2:]
        ended = [deletion(one, "deleted") for one in done]
        ended += [{**deletion(one, "limited"), "limited_until": now + seconds} for one in limited]
        there = [one for one in step["found"] if one not in done]
        listed = {one["id"] for one in there}
        seen = {**removal.NOTHING, "known": channels, "listed": listed}
        now += step["wait_seconds"]
        step = removal.step({**step, "deletions": ended}, seen, KNOWN, now)
        assert step["next"] != "finished"
    assert step["looks"] < removal.MOST_LOOKS


def test_what_is_gone_beside_a_limit_is_gone():
    step = look(look(listed=[ONE, TWO]), [TWO], deleted=[ONE], limited=[TWO])
    assert (step["next"], step["found"], step["deleted"]) == ("look again", [TWO], ["31"])
    assert deletes(look(step, [TWO])) == [TWO]
