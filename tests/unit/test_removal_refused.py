"""Deletions that Discord refuses are retried, then named; those that it limits wait."""

import pytest

from channelwright.campaign import steps
from channelwright.campaign.removal import Look
from tests.unit.removal_steps import (
    ALL,
    CATEGORY,
    NOW,
    ONE,
    ROLE,
    TWO,
    deletes,
    deletion,
    first,
    how,
    look,
    thing,
)

# ---- Refusals ----


def test_what_could_not_be_deleted_is_left_though_no_list_shows_it():
    """Discord does not list a channel that the bot may not see, nor let the bot delete it."""
    step = look(first([ONE, CATEGORY]), [CATEGORY], refused=[ONE])
    assert (deletes(step), step["found"]) == ([ONE], [ONE, CATEGORY])
    step = look(step, [CATEGORY], refused=[ONE])
    assert deletes(step) == [CATEGORY]
    step = look(step, deleted=[CATEGORY])
    assert (how(step), step["found"], step["nothing_left"]) == (("finished", 0), [ONE], False)


def test_what_was_deleted_at_the_second_try_is_not_left():
    step = look(first([ONE]), refused=[ONE])
    step = look(step, gone=[ONE])
    assert (how(step), step["found"], step["nothing_left"]) == (("finished", 0), [], True)


def test_a_deletion_refused_once_is_tried_again_at_once():
    step = look(first([ONE, TWO, CATEGORY, ROLE]), [ONE, CATEGORY, ROLE], gone=[TWO], refused=[ONE])
    assert (deletes(step), how(step)) == ([ONE], ("delete", 0))
    assert step["refused"] == {"31": 1}


def test_a_deletion_refused_twice_is_given_up_and_named():
    step = look(first([ONE, CATEGORY, ROLE]), [ONE, CATEGORY, ROLE], refused=[ONE])
    step = look(step, [ONE, CATEGORY, ROLE], refused=[ONE])
    assert step["refused"] == {"31": 2}
    assert deletes(step) == [CATEGORY, ROLE]
    step = look(step, [ONE], deleted=[CATEGORY, ROLE])
    assert (how(step), step["looks"]) == (("finished", 0), 3)
    assert step["found"] == [ONE]
    assert not step["nothing_left"]


def test_a_deletion_refused_once_and_then_done_is_done():
    step = look(first([ONE]), [ONE], refused=[ONE])
    step = look(step, gone=[ONE])
    assert (how(step), step["found"], step["nothing_left"]) == (("finished", 0), [], True)


@pytest.mark.parametrize("settle_seconds", [0, 10])
@pytest.mark.parametrize("stuck", [CATEGORY, ROLE])
def test_a_category_or_role_refused_twice_keeps_nothing_else(stuck, settle_seconds):
    found, now = [CATEGORY, ROLE], NOW + settle_seconds
    step = look(first([ONE, *found], settle_seconds), found, deleted=[ONE], now=now)
    for _ in range(4):
        if step["next"] == "finished":
            break
        assert how(step) == ("delete", 0)
        tried = step["to_delete"]
        step = look(
            step,
            found := [one for one in found if one not in tried or one == stuck],
            gone=[one for one in tried if one != stuck],
            refused=[one for one in tried if one == stuck],
            now=now,
        )
    assert step["next"] == "finished"
    assert step["found"] == [stuck]
    assert step["refused"] == {stuck["id"]: 2}


# ---- No answers ----


def with_time(*recorded):
    return {**first(recorded), "until": NOW + steps.MOST_OF_A_TRY_SECONDS + 1}


def test_what_discord_does_not_answer_waits_for_the_rest_and_is_tried_twice_more():
    step = with_time(*ALL)
    for tried in ([ONE, TWO], [ONE, TWO], [CATEGORY, ROLE], [CATEGORY, ROLE], [ONE], [ONE]):
        assert deletes(step) == tried
        step = look(step, ALL, unheard=tried)
    assert (how(step), step["found"]) == (("look again", steps.SETTLE_SECONDS), ALL)


def test_one_try_stands_for_all_until_discord_deletes_something():
    step = look(
        look(with_time(ONE, TWO), [ONE, TWO], unheard=[ONE, TWO]), [ONE, TWO], unheard=[ONE, TWO]
    )
    assert deletes(step) == [ONE]
    step = look(step, [TWO], deleted=[ONE])
    assert deletes(step) == [TWO]
    step = look(step, deleted=[TWO])
    assert (how(step), step["found"]) == (("finished", 0), [])


def test_a_deleted_role_says_nothing_of_channels():
    """Its deletion goes another way, which may work while theirs does not."""
    recorded = [ONE, TWO, ROLE]
    step = look(with_time(*recorded), recorded, unheard=[ONE, TWO])
    step = look(step, recorded, unheard=[ONE, TWO])
    assert deletes(step) == [ROLE]
    assert deletes(look(step, [ONE, TWO], deleted=[ROLE])) == [ONE]


def test_what_discord_deletes_again_is_tried_all_at_once():
    three = thing("channel", "33")
    recorded = [ONE, TWO, three, CATEGORY, ROLE]
    step = look(with_time(*recorded), recorded, unheard=[ONE, TWO, three])
    step = look(step, recorded, unheard=[ONE, TWO, three])
    step = look(step, [ONE, TWO, three], deleted=[CATEGORY, ROLE])
    assert deletes(step) == [ONE, TWO, three]
    step = look(step, [TWO, three], deleted=[ONE], unheard=[TWO, three])
    assert deletes(step) == [TWO, three]


def test_what_discord_does_not_answer_is_given_up_if_time_is_short_or_it_was_refused():
    late = NOW + 2
    step = look(look(with_time(ONE), [ONE], unheard=[ONE]), [ONE], unheard=[ONE], now=late)
    assert how(step) == ("look again", steps.SETTLE_SECONDS)
    step = look(look(with_time(ONE), [ONE], refused=[ONE]), [ONE], unheard=[ONE])
    assert how(step) == ("finished", 0)


@pytest.mark.parametrize(
    ("end", "seconds", "next_"),
    [
        ("unheard", 16, "delete"),
        ("unheard", 15, "finished"),
        ("unheard", -119, "finished"),
        ("unheard", -120, "delete"),  # nobody can be told any more, so there is no hurry
        ("limited", -29, "look again"),
        ("limited", -30, "finished"),
        ("deleted", -30, "delete"),
        ("refused", -30, "delete"),
    ],
)
def test_after_a_failure_nothing_is_tried_if_it_would_keep_the_user_from_hearing(
    end, seconds, next_
):
    step = first([ONE, CATEGORY])
    seen = Look([ONE, CATEGORY], listed={"31", "20"})
    step = steps.step({**step, "deletions": [deletion(ONE, end)]}, seen, NOW, seconds)
    assert (step["next"], step["nothing_left"]) == (next_, False)


def unanswered_twice(listed):
    return look(look(with_time(ONE), [ONE], unheard=[ONE]), listed, unheard=[ONE])


def test_what_no_list_shows_any_more_is_not_tried_again():
    step = unanswered_twice(listed=[])
    assert (how(step), step["found"]) == (("finished", 0), [])


def test_a_limit_of_the_last_try_is_waited_for():
    step = unanswered_twice(listed=[ONE])
    assert deletes(step) == [ONE]
    assert how(look(step, [ONE], limited=[ONE])) == ("look again", 10)


def test_a_deletion_that_discord_forbids_for_long_is_given_up_at_once():
    step = first([ONE, TWO, CATEGORY])
    too_long = {"id": ONE["id"], "gone": False, "failure": {"Error": "OutOfTime"}}
    seen = Look(step["known"], listed={"31", "32", "20"})
    step = steps.step({**step, "deletions": [too_long]}, seen, NOW)
    assert deletes(step) == [TWO]
    assert step["found"] == [ONE, TWO, CATEGORY]


# ---- Limits ----


def test_where_deletions_are_limited_all_wait_until_discord_takes_them():
    step = first([ONE, TWO, CATEGORY, ROLE])
    step = look(step, [ONE, TWO, CATEGORY, ROLE], limited=[ONE, TWO], now=NOW + 3)
    assert (how(step), step["to_delete"]) == (("look again", 7), [])
    step = look(step, [ONE, TWO, CATEGORY, ROLE], now=NOW + 10)
    assert (deletes(step), how(step)) == ([ONE], ("delete", 0))  # tests whether the limit is over
    step = look(step, [TWO, CATEGORY, ROLE], deleted=[ONE], now=NOW + 10)
    assert (deletes(step), how(step)) == ([TWO], ("delete", 0))


def test_also_what_is_not_limited_waits():
    step = look(first([ONE, TWO, CATEGORY]), [ONE, CATEGORY], deleted=[TWO], limited=[ONE])
    assert (how(step), step["to_delete"]) == (("look again", 10), [])


def test_the_longest_limit_is_waited_for_in_whole_seconds():
    longer = {"id": TWO["id"], "gone": False, "limited_until": NOW + 20.25}
    step = first([ONE, TWO])
    shown = Look(step["known"], listed={"31", "32"})
    ended = [deletion(ONE, "limited"), longer]
    step = steps.step({**step, "deletions": ended}, shown, NOW)
    assert step["wait_seconds"] == 21


@pytest.mark.parametrize("settle_seconds", [0, 5, 10, 57])
def test_a_limit_and_what_is_unknown_are_waited_for_together(settle_seconds):
    step = look(first([ONE, CATEGORY], settle_seconds), [ONE, CATEGORY], limited=[ONE])
    assert how(step) == ("look again", max(10, settle_seconds))


def test_of_a_limit_only_the_rest_is_waited_for():
    step = look(first([ONE]), [ONE], limited=[ONE], now=NOW + 8.5)
    assert how(step) == ("look again", 2)


def test_a_limit_that_is_over_is_not_waited_for():
    step = look(look(listed=[ONE]), [ONE], limited=[ONE], now=NOW + 10)
    assert (deletes(step), step["looks"], step["wait_seconds"]) == ([ONE], 1, 0)


def test_what_no_list_shows_waits_for_its_limit_too():
    step = look(first([ONE, CATEGORY]), [CATEGORY], limited=[ONE])
    assert (deletes(step), how(step)) == ([], ("look again", 10))


def test_a_limit_of_what_is_gone_is_not_waited_for():
    """Another attempt, or someone else, was faster."""
    ended = [deletion(ONE, "gone"), deletion(ONE, "limited")]
    seen = Look([ONE], began=NOW)
    step = steps.step({**first([ONE]), "deletions": ended}, seen, NOW)
    assert how(step) == ("finished", 0)


def test_a_limit_is_no_attempt():
    step = look(first([ONE]), [ONE], limited=[ONE])
    assert (step["refused"], step["denied"], step["gone"]) == ({}, [], [])


def test_neither_the_look_before_such_a_wait_counts_nor_the_one_after_it():
    step = look(listed=[ONE])
    for _ in range(2 * steps.MOST_LOOKS):
        step = look(step, [ONE], limited=[ONE])
        assert (step["next"], step["looks"]) == ("look again", 1)
        step = look(step, [ONE], now=NOW + 10)
        assert (deletes(step), step["looks"]) == ([ONE], 1)
    assert look(step, refused=[ONE])["looks"] == 2


def limited_for(step, seconds, now):
    """Take a step after Discord limited the deletion of ONE for `seconds`."""
    ended = [{"id": ONE["id"], "gone": False, "limited_until": now + seconds}]
    seen = Look(step["known"])
    return steps.step(steps.begin({**step, "deletions": ended}, 0, now), seen, now)


UNTIL = NOW + steps.LEAST_SECONDS


@pytest.mark.parametrize(
    ("seconds", "now"), [(steps.LEAST_SECONDS, NOW + 1), (steps.SHORT_LIMIT_SECONDS + 1, UNTIL)]
)
def test_patience_with_limits_ends_with_time(seconds, now):
    step = limited_for(first([ONE]), seconds, now)
    assert (how(step), step["found"], step["nothing_left"]) == (("finished", 0), [ONE], False)


@pytest.mark.parametrize("late", [-1, 0, 10_000])
def test_however_late_it_is_a_few_short_limits_are_waited_for(late):
    """Lambdas and Step Functions may be slow in between."""
    step, now, rounds = first([ONE]), UNTIL + late, 0
    while step["next"] != "finished":
        step = limited_for(step, steps.SHORT_LIMIT_SECONDS, now)
        now += step["wait_seconds"]
        rounds += step["next"] == "look again"
        step = steps.step(step, Look(step["known"], began=now), now)
    assert 3 < rounds < steps.MOST_LOOKS
    assert (step["found"], step["nothing_left"]) == ([ONE], False)


@pytest.mark.parametrize("settle_seconds", [0, 57])
@pytest.mark.parametrize("seconds", [1, 10])
def test_fifty_channels_are_deleted_two_at_a_time(seconds, settle_seconds):
    """All channels are deleted, however few deletions Discord takes at a time."""
    channels = [thing("channel", str(100 + n)) for n in range(50)]
    step, now = first(channels, settle_seconds), NOW
    while step["found"]:
        done, limited = step["to_delete"][:2], step["to_delete"][2:]
        ended = [deletion(one, "deleted") for one in done]
        ended += [{**deletion(one, "limited"), "limited_until": now + seconds} for one in limited]
        there = [one for one in step["found"] if one not in done]
        listed = {one["id"] for one in there}
        seen = Look(channels, listed=listed, began=now)
        now += step["wait_seconds"]
        step = steps.step({**step, "deletions": ended}, seen, now)
        assert step["next"] != "finished" or not there
    assert step["looks"] < steps.MOST_LOOKS
    assert now >= NOW + settle_seconds


def test_what_is_gone_beside_a_limit_is_gone():
    step = look(first([ONE, TWO]), [TWO], deleted=[ONE], limited=[TWO])
    assert (step["next"], step["found"], step["deleted"]) == ("look again", [TWO], ["31"])
    assert deletes(look(step, [TWO], now=NOW + 10)) == [TWO]


def test_after_its_last_word_a_deletion_begins_nothing_that_would_end_too_late():
    step = {**look(recorded=[ONE]), "next": "finished"}
    seen = Look([ONE], listed={ONE["id"]}, began=NOW)
    assert steps.step(step, seen, NOW, steps.LAST_TRY_SECONDS)["next"] == "finished"
    assert steps.step(step, seen, NOW, steps.LAST_TRY_SECONDS + 1)["next"] == "delete"
