"""How a campaign is removed: each rule of a step. All of them at once: test_removal_any.py."""

import copy

import pytest

from channelwright import edits, removal
from tests.unit.removal_steps import (
    BEGUN,
    CATEGORY,
    KNOWN,
    NOW,
    ONE,
    ROLE,
    SECOND_CATEGORY,
    SECOND_ROLE,
    TWO,
    UNKNOWN,
    deletes,
    look,
    look_blindly,
    thing,
    unclear,
)


def test_before_the_first_look_nothing_is_counted():
    assert {key: BEGUN[key] for key in removal.NOT_LOOKED} == removal.NOT_LOOKED
    assert set(BEGUN) == set(removal.Removal.__annotations__)
    counts = ("looks", "quiet", "known", "seen", "gone", "refused", "deleted", "denied")
    assert not any(BEGUN[count] for count in counts)


def test_what_a_look_left_is_gone_on_with():
    step = look(listed=[ONE])
    assert removal.begin(step) is step


# ---- What is deleted when ----


def test_channels_are_deleted_first_and_at_once():
    step = look(listed=[ONE, TWO, CATEGORY, ROLE])
    assert deletes(step) == [ONE, TWO]
    assert step["found"] == [ONE, TWO, CATEGORY, ROLE]
    assert not step["nothing_left"]


def test_categories_go_after_two_looks_without_a_channel_then_roles():
    step = look(listed=[ONE, CATEGORY, SECOND_CATEGORY, ROLE, SECOND_ROLE])
    step = look(step, [CATEGORY, SECOND_CATEGORY, ROLE, SECOND_ROLE], gone=[ONE])
    assert (step["next"], step["quiet"]) == ("look again", 1)
    step = look(step, [CATEGORY, SECOND_CATEGORY, ROLE, SECOND_ROLE])
    assert deletes(step) == [CATEGORY, SECOND_CATEGORY]
    step = look(step, [ROLE, SECOND_ROLE], gone=[CATEGORY, SECOND_CATEGORY])
    assert deletes(step) == [ROLE, SECOND_ROLE]
    step = look(step, gone=[ROLE, SECOND_ROLE])
    assert step["next"] == "finished"
    assert step["nothing_left"]
    assert step["looks"] == 5


def test_a_channel_between_two_looks_without_one_begins_the_count_anew():
    step = look(listed=[CATEGORY, ROLE])
    assert step["quiet"] == 1
    step = look(step, [ONE, CATEGORY, ROLE])
    assert step["quiet"] == 0
    step = look(step, [CATEGORY, ROLE], gone=[ONE])
    assert (step["next"], step["quiet"]) == ("look again", 1)


def test_a_role_alone_waits_for_two_looks_too():
    """A Lambda may still be making the category."""
    step = look(listed=[ROLE])
    assert step["next"] == "look again"
    assert deletes(look(step, [ROLE])) == [ROLE]


def test_nothing_found_is_the_end_only_when_it_is_seen_twice():
    step = look()
    assert (step["next"], step["nothing_left"]) == ("look again", True)
    assert look(step)["next"] == "finished"


def test_what_is_listed_after_its_deletion_is_deleted_again():
    """The list may be late; or the deletion's 404 was not true."""
    step = look(listed=[ONE, CATEGORY, ROLE])
    step = look(step, [ONE, CATEGORY, ROLE], gone=[ONE])
    assert deletes(step) == step["found"][:1] == [ONE]
    step = look(step, [CATEGORY, ROLE], gone=[ONE])
    assert (step["next"], step["quiet"], step["found"]) == ("look again", 1, [CATEGORY, ROLE])


def test_what_was_deleted_is_gone_however_late_the_lists_are():
    step = look(listed=[ONE])
    step = look(step, [ONE], deleted=[ONE])
    assert (deletes(step), step["found"]) == ([ONE], [])
    step = look(look(step, [ONE], gone=[ONE]), [ONE])
    assert (step["next"], step["found"], step["nothing_left"]) == ("finished", [], True)


@pytest.mark.parametrize("end", ["gone", "unheard"])
def test_what_is_perhaps_gone_is_looked_for_until_the_lists_have_caught_up(end):
    """Another may have deleted it, or an attempt whose answer was lost."""
    step = look(look(look(listed=[ONE]), [ONE], **{end: [ONE]}), [ONE], **{end: [ONE]})
    assert (step["next"], step["quiet"]) == ("look again", 1)
    while step["looks"] < removal.MOST_LOOKS - 1:
        step = look(step, [ONE])
        assert (step["next"], step["found"]) == ("look again", [ONE])
    late = look(step)
    assert (late["next"], late["found"], late["nothing_left"]) == ("finished", [], True)
    stays = look(step, [ONE])
    assert (stays["next"], stays["found"], stays["nothing_left"]) == ("finished", [ONE], False)


def test_what_is_unknown_is_waited_for_once():
    step = look(listed=[ONE], failure=UNKNOWN)
    assert step["wait_seconds"] == edits.UNKNOWN_OUTCOME_SECONDS
    step = look(step, [ONE], deleted=[ONE], failure=UNKNOWN, now=NOW + 50.5)
    assert step["wait_seconds"] == 7
    step = look(step, [ONE], failure=UNKNOWN, now=NOW + edits.UNKNOWN_OUTCOME_SECONDS)
    assert step["wait_seconds"] == removal.SETTLE_SECONDS


def test_what_discord_did_not_answer_for_is_gone_if_the_lists_show_it_no_more():
    step = look(look(listed=[ONE]), unheard=[ONE])
    assert deletes(step) == [ONE]
    step = look(look(step, unheard=[ONE]))
    assert (step["next"], step["found"], step["nothing_left"]) == ("finished", [], True)


def test_what_is_recorded_is_deleted_even_if_no_list_shows_it():
    step = look(listed=[CATEGORY], recorded=[ONE])
    assert deletes(step) == [ONE]
    assert step["found"] == [CATEGORY]
    step = look(step, [CATEGORY], gone=[ONE])
    assert (step["next"], step["quiet"]) == ("look again", 1)


def test_what_was_once_found_is_known_when_its_mark_is_gone():
    """A channel that cannot be deleted loses its parent with the category."""
    step = look(listed=[ONE, CATEGORY])
    ids = {ONE["id"]}
    seen = {**removal.NOTHING, "known": removal.join(step["known"], []), "listed": ids}
    assert removal.step(step, seen, KNOWN, NOW)["found"] == [ONE]
    assert removal.join([ROLE, TWO], [CATEGORY, ONE, TWO]) == [TWO, ONE, CATEGORY, ROLE]


def test_a_step_changes_nothing_that_it_was_given():
    before = look(listed=[ONE, TWO, CATEGORY, ROLE], foreign=[thing("channel", "40")])
    kept = copy.deepcopy(before)
    found = [ONE, CATEGORY, ROLE]
    look(before, found, gone=[TWO], refused=[ONE], foreign=[thing("channel", "41")])
    assert before == kept
    assert found == [ONE, CATEGORY, ROLE]


def test_the_deletions_of_before_a_look_count_once():
    step = look(look(listed=[ONE]), [ONE], refused=[ONE])
    assert step["deletions"] == []
    assert look(step, [ONE])["refused"] == step["refused"] == {"31": 1}


def test_the_looks_have_an_end():
    step = BEGUN
    for n in range(removal.MOST_LOOKS):
        assert step["next"] != "finished"
        step = look(step, [thing("channel", str(100 + n)), CATEGORY, ROLE])
    assert step["next"] == "finished"
    assert step["looks"] == removal.MOST_LOOKS
    assert step["to_delete"] == []
    assert not step["nothing_left"]
    assert [one["kind"] for one in step["found"]] == ["channel", "category", "role"]


# ---- What no list ever showed ----


@pytest.mark.parametrize("one", [ONE, CATEGORY])
def test_what_no_list_ever_showed_is_asked_for_if_discord_did_not_answer_for_it(one):
    """It may be gone, or hidden from the bot."""
    assert unclear(look(recorded=[one]), unheard=[one]) == [one["id"]]


def test_it_is_asked_for_until_that_is_answered():
    assert unclear(look(look(recorded=[ONE]), unheard=[ONE])) == ["31"]


def test_they_are_asked_for_in_the_order_of_their_deletion():
    step = look(recorded=[ROLE, CATEGORY, TWO, ONE])
    assert unclear(step, unheard=[ONE, CATEGORY, TWO]) == ["32", "31", "20"]
    assert unclear(step, unheard=[CATEGORY], deleted=[TWO], refused=[ONE]) == ["20"]


def test_a_role_is_not_asked_for():
    """No role is hidden from the bot."""
    assert unclear(look(recorded=[ROLE]), unheard=[ROLE]) == []


def test_what_nobody_tried_to_delete_is_not_asked_for():
    assert unclear(look(recorded=[ONE, CATEGORY])) == []
    assert unclear(look(recorded=[ONE, CATEGORY]), unheard=[ONE]) == ["31"]


@pytest.mark.parametrize("end", ["deleted", "gone", "refused", "limited"])
def test_what_discord_answered_for_is_not_asked_for(end):
    step = look(recorded=[ONE])
    assert unclear(step, **{end: [ONE]}) == []
    assert unclear(look(step, **{end: [ONE]})) == []


@pytest.mark.parametrize("end", ["gone", "refused"])
def test_nor_is_it_when_a_later_attempt_was_not_answered(end):
    step = look(look(recorded=[ONE]), **{end: [ONE]})
    assert unclear(step, unheard=[ONE]) == []


def test_what_a_list_shows_or_once_showed_is_not_asked_for():
    assert unclear(look(recorded=[ONE]), [ONE], unheard=[ONE]) == []
    assert unclear(look(listed=[ONE]), unheard=[ONE]) == []


@pytest.mark.parametrize(
    "answer", [{"not_there": [ONE]}, {"hidden": [ONE]}, {"listed": [ONE]}], ids=str
)
def test_what_was_asked_for_is_not_asked_for_again(answer):
    step = look(look(recorded=[ONE]), unheard=[ONE], **answer)
    assert unclear(step) == []
    assert unclear(step, unheard=[ONE]) == []


def test_what_stands_though_no_list_shows_it_is_asked_for_at_each_look():
    step = look(look(look(recorded=[ONE]), [], unheard=[ONE]), there=[ONE], unheard=[ONE])
    assert step["found"] == [ONE]
    assert unclear(step) == [ONE["id"]]
    step = look(step, there=[ONE], unheard=[ONE])
    assert step["found"] == [ONE]


def test_what_is_said_to_be_gone_is_not_left():
    step = look(look(recorded=[ONE]), unheard=[ONE], not_there=[ONE])
    assert (step["next"], step["quiet"], step["found"]) == ("look again", 1, [])
    step = look(step)
    assert (step["next"], step["found"], step["nothing_left"]) == ("finished", [], True)


def test_what_is_hidden_is_tried_once_more_and_left():
    step = look(look(recorded=[ONE]), unheard=[ONE], hidden=[ONE])
    assert (deletes(step), step["found"], step["denied"]) == ([ONE], [ONE], ["31"])
    step = look(look(step, unheard=[ONE]))
    assert (step["next"], step["found"], step["nothing_left"]) == ("finished", [ONE], False)


@pytest.mark.parametrize("end", ["deleted", "gone"])
def test_what_was_hidden_and_then_deleted_is_not_left(end):
    step = look(look(recorded=[ONE]), unheard=[ONE], hidden=[ONE])
    step = look(look(step, **{end: [ONE]}))
    assert (step["next"], step["found"], step["nothing_left"]) == ("finished", [], True)


def test_what_is_shown_when_it_is_asked_for_is_left_and_deleted_again():
    step = look(look(recorded=[ONE]), [ONE], unheard=[ONE])
    assert (deletes(step), step["found"]) == ([ONE], [ONE])


def test_without_a_look_nobody_is_asked():
    """What is known is tried once, and may be left."""
    step = look_blindly(look_blindly(recorded=[ONE]), [ONE], unheard=[ONE])
    assert (step["next"], step["found"]) == ("finished", [ONE])


# ---- What others put in ----


def test_what_others_put_in_is_remembered_once():
    rules, dice = thing("channel", "40"), thing("channel", "41")
    step = look(listed=[CATEGORY], foreign=[rules])
    step = look(step, [CATEGORY], foreign=[rules, dice])
    assert step["foreign"] == [rules, dice]
    # with the category gone, no look shows them any more
    step = look(step, gone=[CATEGORY])
    assert step["foreign"] == [rules, dice]
    assert step["nothing_left"]


# ---- Without a look ----


def test_what_is_remembered_is_deleted_without_a_look():
    all_ = [ONE, CATEGORY, ROLE]
    step = look_blindly(recorded=all_)
    assert deletes(step) == [ONE]
    step = look_blindly(step, all_, gone=[ONE])
    assert deletes(step) == [CATEGORY]
    step = look_blindly(step, all_, gone=[CATEGORY])
    assert deletes(step) == [ROLE]
    step = look_blindly(step, all_, gone=[ROLE])
    assert (step["next"], step["nothing_left"], step["blind"]) == ("finished", True, True)


def test_what_a_look_showed_is_remembered():
    before = look(listed=[ONE, CATEGORY, ROLE])
    step = look_blindly(before, [CATEGORY, ROLE], gone=[ONE])
    assert deletes(step) == [CATEGORY]
    assert step["found"] == [CATEGORY, ROLE]


def test_without_a_look_a_refusal_is_the_last_word():
    step = look_blindly(recorded=[CATEGORY, ROLE])
    step = look_blindly(step, [CATEGORY, ROLE], refused=[CATEGORY])
    assert deletes(step) == [ROLE]
    step = look_blindly(step, [CATEGORY, ROLE], gone=[ROLE])
    assert (step["next"], step["found"]) == ("finished", [CATEGORY])


def test_without_a_look_a_limit_is_waited_for_too():
    step = look_blindly(look_blindly(recorded=[ROLE]), [ROLE], limited=[ROLE])
    assert (step["next"], step["found"], step["wait_seconds"]) == ("look again", [ROLE], 10)
    assert deletes(look_blindly(step, [ROLE])) == [ROLE]
