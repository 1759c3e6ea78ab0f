"""A removal's steps, rule by rule. test_removal_any.py tests all rules together."""

import copy

import pytest

from channelwright.campaign import removal, steps
from tests.unit.removal_steps import (
    ALL,
    BEGUN,
    CATEGORY,
    NOW,
    ONE,
    ROLE,
    SECOND_CATEGORY,
    SECOND_ROLE,
    TWO,
    at_once,
    begun,
    deletes,
    deletion,
    first,
    how,
    look,
    thing,
)


def test_before_the_first_step_nothing_is_counted():
    assert {key: BEGUN[key] for key in removal.NOT_LOOKED} == removal.NOT_LOOKED
    assert set(BEGUN) == {
        *removal.Removal.__annotations__,
        *removal.HowToGoOn.__annotations__,
        *removal.Tally.__annotations__,
    }
    counts = ("looks", "known", "gone", "refused", "deleted", "denied", "to_delete")
    assert not any(BEGUN[count] for count in counts)


def test_the_first_step_begins_what_is_waited_for():
    assert (BEGUN["settled_at"], BEGUN["in_order"]) == (NOW, False)
    unsettled = begun(57)
    assert (unsettled["settled_at"], unsettled["in_order"]) == (NOW + 57, True)


def test_a_first_step_that_is_taken_again_counts_from_then_on():
    """The first step's Lambda died, so the state machine has no result."""
    assert begun(10, NOW + 4)["settled_at"] == NOW + 14


def test_what_a_step_left_is_gone_on_with():
    unheard = {**first(ALL), "deletions": [deletion(ONE, "unheard")]}
    for step in (first(ALL), first([], 57), look(listed=[CATEGORY], foreign=[ONE]), unheard):
        settled_at = min(step["settled_at"], NOW + 3)
        assert steps.begin(step, 57, NOW + 3) == {**step, "settled_at": settled_at}


# ---- The first step ----


def test_channels_are_deleted_at_once_without_a_look():
    step = first(ALL)
    assert (deletes(step), how(step)) == ([ONE, TWO], ("delete", 0))
    assert (step["looks"], step["known"], step["found"]) == (0, ALL, ALL)
    assert not step["nothing_left"]


def test_they_are_deleted_at_once_whatever_is_unknown_and_the_look_waits():
    step = first(ALL, 57)
    assert (deletes(step), how(step)) == ([ONE, TWO], ("delete", 57))


@pytest.mark.parametrize("recorded", [[CATEGORY, ROLE], [ROLE], []])
def test_while_something_is_unknown_no_category_and_no_role_is_deleted(recorded):
    step = first(recorded, 10)
    assert (deletes(step), how(step)) == ([], ("look again", 10))
    assert (step["known"], step["found"], step["looks"]) == (recorded, recorded, 0)
    assert step["nothing_left"] is not bool(recorded)


def test_where_nothing_was_made_and_nothing_is_unknown_it_is_over():
    step = first([])
    assert (how(step), step["looks"], step["nothing_left"]) == (("finished", 0), 0, True)
    assert (step["found"], step["foreign"]) == ([], [])


def test_a_role_alone_is_deleted_at_once():
    """Without a category, no one can have put anything into it."""
    step = first([ROLE])
    assert (deletes(step), how(step)) == ([ROLE], ("delete", 0))
    step = look(step, deleted=[ROLE])
    assert (how(step), step["looks"], step["nothing_left"]) == (("finished", 0), 1, True)


def test_before_a_category_goes_there_is_a_look():
    assert at_once([CATEGORY, ROLE]) is None
    step = look(recorded=[CATEGORY, ROLE], listed=[CATEGORY, ROLE], foreign=[ONE])
    assert (deletes(step), step["foreign"]) == ([CATEGORY, ROLE], [ONE])


@pytest.mark.parametrize("next_", ["delete", "look again", "finished"])
def test_only_the_first_step_can_do_without_a_look(next_):
    for settle_seconds in (0, 57):
        before = {**begun(settle_seconds), "next": next_}
        assert steps.at_once(before, ALL, NOW) is None
        assert steps.at_once(before, [ROLE], NOW) is None
    assert steps.at_once({**begun(57), "next": next_}, [], NOW) is None


def test_where_nothing_was_made_no_later_step_looks_either():
    """The last word had to wait, and another step comes before its retry."""
    assert how(steps.at_once(first([]), [], NOW + 62)) == ("finished", 0)


# ---- Where everything is known ----


def test_category_and_role_go_together_and_a_last_look_follows():
    step = look(first(ALL), [CATEGORY, ROLE], deleted=[ONE, TWO])
    assert (deletes(step), how(step)) == ([CATEGORY, ROLE], ("delete", 0))
    step = look(step, deleted=[CATEGORY, ROLE])
    assert (how(step), step["looks"]) == (("finished", 0), 2)
    assert (step["found"], step["nothing_left"]) == ([], True)


def test_what_is_recorded_is_deleted_even_if_no_list_shows_it():
    step = look(first(ALL), deleted=[ONE, TWO])
    assert deletes(step) == [CATEGORY, ROLE]


def test_before_the_end_all_that_may_be_left_counts_as_left():
    """Lists may lag, and no other look may follow."""
    step = look(first(ALL), deleted=[ONE])
    assert (step["next"], step["found"]) == ("delete", [TWO, CATEGORY, ROLE])
    assert not step["nothing_left"]
    step = look(step, deleted=[TWO])
    assert step["found"] == [CATEGORY, ROLE]
    step = look(step, deleted=[CATEGORY, ROLE])
    assert (step["next"], step["found"]) == ("finished", [])


def test_a_channel_that_is_left_goes_before_category_and_role():
    step = look(first(ALL), [TWO, CATEGORY, ROLE], deleted=[ONE], refused=[TWO])
    assert (deletes(step), how(step)) == ([TWO], ("delete", 0))
    step = look(step, [CATEGORY, ROLE], deleted=[TWO])
    assert deletes(step) == [CATEGORY, ROLE]


def test_a_channel_that_discord_knows_no_more_is_no_reason_to_wait():
    """Someone else has deleted the channel, and the list does not show it either."""
    step = look(first(ALL), [CATEGORY, ROLE], deleted=[ONE], gone=[TWO])
    assert (deletes(step), how(step)) == ([CATEGORY, ROLE], ("delete", 0))


# ---- Unknown outcomes ----


def test_what_is_unknown_is_waited_for_once_and_then_all_goes_in_order():
    step = first(ALL, 57)
    late = NOW + 57
    step = look(step, [CATEGORY, ROLE], deleted=[ONE, TWO], now=late)
    assert (deletes(step), how(step)) == ([CATEGORY], ("delete", 0))
    step = look(step, [ROLE], deleted=[CATEGORY], now=late)
    assert (deletes(step), how(step)) == ([ROLE], ("delete", 0))
    step = look(step, deleted=[ROLE], now=late)
    assert (how(step), step["looks"]) == (("finished", 0), 3)
    assert step["nothing_left"]


def test_what_appears_meanwhile_is_removed_in_the_same_order():
    step = look(first([CATEGORY, ROLE], 57), [TWO, CATEGORY, SECOND_CATEGORY, ROLE], now=NOW + 57)
    assert deletes(step) == [TWO]
    found = [CATEGORY, SECOND_CATEGORY, ROLE, SECOND_ROLE]
    step = look(step, found, deleted=[TWO], now=NOW + 57)
    assert deletes(step) == [CATEGORY, SECOND_CATEGORY]
    step = look(step, found[2:], deleted=found[:2], now=NOW + 57)
    assert deletes(step) == [ROLE, SECOND_ROLE]


def test_a_look_before_its_time_deletes_what_channels_it_shows():
    """Such a look may follow a wait for Discord's limit."""
    step = look(first([ONE, CATEGORY, ROLE], 57), ALL[1:], deleted=[ONE], now=NOW + 30.5)
    assert (deletes(step), how(step)) == ([TWO], ("delete", 27))


def test_a_look_before_its_time_leaves_category_and_role():
    step = look(first(ALL, 57), [CATEGORY, ROLE], deleted=[ONE, TWO], now=NOW + 56.5)
    assert (deletes(step), how(step)) == ([], ("look again", 1))
    assert step["found"] == [CATEGORY, ROLE]


def test_a_look_before_its_time_ends_nothing():
    step = look(first([], 10), now=NOW + 3)
    assert (how(step), step["nothing_left"]) == (("look again", 7), True)
    step = look(step, now=NOW + 10)
    assert (how(step), step["nothing_left"]) == (("finished", 0), True)


def test_before_its_time_no_channel_is_tried_twice_in_a_row():
    """A second attempt would be too early as well."""
    step = look(first(ALL, 57), ALL, refused=[ONE], gone=[TWO], now=NOW + 20)
    assert (deletes(step), how(step)) == ([], ("look again", 37))
    step = look(step, ALL, now=NOW + 57)
    assert (deletes(step), how(step)) == ([ONE, TWO], ("delete", 0))


# ---- Deletions in doubt ----


@pytest.mark.parametrize("listed", [ALL, ALL[1:]])
def test_a_deletion_without_an_answer_is_tried_once_more_at_once(listed):
    """The state has retried the deletion for longer than a list lags."""
    step = look(first(ALL), listed, unheard=[ONE], deleted=[TWO])
    assert (deletes(step), how(step)) == ([ONE], ("delete", 0))
    step = look(step, [CATEGORY, ROLE], deleted=[ONE])
    assert (deletes(step), how(step)) == ([CATEGORY, ROLE], ("delete", 0))


def test_a_404_for_what_a_list_shows_is_waited_for_before_it_is_tried_again():
    step = look(first([ONE, CATEGORY, ROLE]), [ONE, CATEGORY, ROLE], gone=[ONE])
    assert (deletes(step), how(step)) == ([], ("look again", steps.SETTLE_SECONDS))
    step = look(step, [ONE, CATEGORY, ROLE], now=NOW + steps.SETTLE_SECONDS)
    assert (deletes(step), how(step)) == ([ONE], ("delete", 0))


def test_a_404_for_what_is_there_when_it_is_asked_for_is_waited_for_too():
    step = look(first([ONE]), gone=[ONE], there=[ONE])
    assert how(step) == ("look again", steps.SETTLE_SECONDS)


def test_what_a_404_wants_never_shortens_what_is_unknown():
    step = look(first(ALL, 57), ALL, gone=[ONE, TWO])
    assert how(step) == ("look again", 57)
    step = look(first(ALL, 57), ALL, gone=[ONE, TWO], now=NOW + 56)
    assert how(step) == ("look again", steps.SETTLE_SECONDS)


def test_what_was_deleted_is_gone_however_late_the_lists_are():
    """The removal neither waits nor tries again."""
    step = look(first(ALL), ALL, deleted=[ONE, TWO])
    assert (deletes(step), how(step)) == ([CATEGORY, ROLE], ("delete", 0))
    assert step["found"] == [CATEGORY, ROLE]
    step = look(step, ALL, deleted=[CATEGORY, ROLE])
    assert (how(step), step["found"], step["nothing_left"]) == (("finished", 0), [], True)


def test_what_is_perhaps_gone_is_looked_for_until_the_lists_have_caught_up():
    """An attempt whose answer was lost may have deleted the channel."""
    assert_looked_for(look(look(first([ONE]), [ONE], unheard=[ONE]), [ONE], unheard=[ONE]))


def test_what_another_has_perhaps_deleted_is_looked_for_as_long():
    step = look(look(first([ONE]), [ONE], gone=[ONE]), [ONE], now=NOW + 3)
    step = look(step, [ONE], gone=[ONE], now=NOW + 3)
    assert how(step) == ("look again", steps.SETTLE_SECONDS)
    assert_looked_for(look(step, [ONE], now=NOW + 6))


def assert_looked_for(step):
    late = NOW + 60
    while step["looks"] < steps.MOST_LOOKS - 1:
        assert (how(step), step["found"]) == (("look again", steps.SETTLE_SECONDS), [ONE])
        step = look(step, [ONE], now=late)
    gone = look(step, now=late)
    assert (how(gone), gone["found"], gone["nothing_left"]) == (("finished", 0), [], True)
    stays = look(step, [ONE], now=late)
    assert (how(stays), stays["found"], stays["nothing_left"]) == (("finished", 0), [ONE], False)


def test_what_discord_did_not_answer_for_is_gone_if_the_lists_show_it_no_more():
    step = look(look(listed=[ONE]), unheard=[ONE])
    assert deletes(step) == [ONE]
    step = look(step, unheard=[ONE])
    assert (how(step), step["found"], step["nothing_left"]) == (("finished", 0), [], True)


# ---- The memory of a step ----


def test_what_was_once_found_is_known_when_its_mark_is_gone():
    """A channel that Discord does not delete loses its parent with the category."""
    step = look(listed=[ONE, CATEGORY])
    step = look(step, [ONE], refused=[ONE], deleted=[CATEGORY])
    assert step["found"] == [ONE]
    assert removal.join([ROLE, TWO], [CATEGORY, ONE, TWO]) == [TWO, ONE, CATEGORY, ROLE]


def test_what_a_step_was_given_it_does_not_change():
    before = look(listed=[ONE, TWO, CATEGORY, ROLE], foreign=[thing("channel", "40")])
    kept = copy.deepcopy(before)
    found = [ONE, CATEGORY, ROLE]
    look(before, found, gone=[TWO], unheard=[ONE], foreign=[thing("channel", "41")])
    assert before == kept
    assert found == [ONE, CATEGORY, ROLE]
    recorded, unsettled = [*ALL], begun(57)
    assert steps.at_once(unsettled, recorded, NOW)
    assert (recorded, unsettled) == (ALL, begun(57))


def test_the_deletions_of_before_a_look_count_once():
    step = look(first([ONE]), [ONE], refused=[ONE])
    assert step["deletions"] == []
    assert look(step, [ONE])["refused"] == step["refused"] == {"31": 1}


def test_the_looks_have_an_end():
    step = BEGUN
    for n in range(steps.MOST_LOOKS):
        assert step["next"] != "finished"
        step = look(step, [thing("channel", str(100 + n)), CATEGORY, ROLE])
    assert step["next"] == "finished"
    assert step["looks"] == steps.MOST_LOOKS
    assert step["to_delete"] == []
    assert not step["nothing_left"]
    assert [one["kind"] for one in step["found"]] == ["channel", "category", "role"]


def test_what_discord_said_to_be_gone_is_told_before_the_next_step_counts_it():
    step = look(first(ALL), [TWO, CATEGORY, ROLE], deleted=[ONE], refused=[TWO])
    assert removal.gone(step) == {"31"}
    ended = [{"id": "32", "gone": True}, {"id": "20", "gone": False, "limited_until": NOW}]
    assert removal.gone({**step, "deletions": ended}) == {"31", "32"}


# ---- Others' channels ----


def test_what_others_put_in_is_remembered_once():
    rules, dice = thing("channel", "40"), thing("channel", "41")
    step = look(listed=[CATEGORY], foreign=[rules])
    step = look(step, [CATEGORY], foreign=[rules, dice])
    assert step["foreign"] == [rules, dice]
    # with the category gone, no look shows them any more
    step = look(step, deleted=[CATEGORY])
    assert step["foreign"] == [rules, dice]
    assert step["nothing_left"]


@pytest.mark.parametrize(("waits", "seconds"), [(0, 300), (1, 150), (9, 30)])
def test_a_first_look_that_is_limited_again_and_again_gives_up(waits, seconds):
    assert steps.begin(removal.NOT_LOOKED, 0, NOW, waits=waits)["until"] == NOW + seconds
    assert steps.begin(removal.NOT_LOOKED, 0, NOW, NOW + 500, waits)["until"] == NOW + 500
