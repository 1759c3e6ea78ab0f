"""A removal without sight: of things that no list ever showed, or without lists at all."""

import pytest

from channelwright.campaign import removal, steps
from channelwright.campaign.known import LISTS_LAG_SECONDS
from channelwright.campaign.removal import Look
from channelwright.discord import snowflake
from tests.unit.removal_steps import (
    ALL,
    CATEGORY,
    NOW,
    ONE,
    ROLE,
    TWO,
    begun,
    deletes,
    first,
    how,
    look,
    look_blindly,
    thing,
    unclear,
    vanished,
)

# Just created.
NEW = thing("channel", str((int(NOW * 1000) - snowflake.DISCORD_EPOCH_MS) << 22))

GUEST = thing("channel", "40")


# ---- Others' channels that a list does not show any more ----


def doubted(step, foreign=()):
    return removal.doubted(step, list(foreign))


def test_a_guest_that_an_earlier_look_showed_is_doubted():
    step = look(recorded=[CATEGORY, ROLE], foreign=[GUEST])
    assert doubted(step) == ["40"]
    assert doubted(step, [GUEST]) == []


def test_a_category_like_ours_is_no_guest():
    assert doubted(look(recorded=[ROLE], foreign=[thing("category", "41")])) == []


def test_without_our_category_nobody_is_in_it():
    step = look(recorded=[CATEGORY, ROLE], foreign=[GUEST])
    assert doubted({**step, "known": [CATEGORY], "deleted": [CATEGORY["id"]]}) == []


def test_what_is_doubted_is_looked_for_once_more_when_lists_are_certain():
    step = look(recorded=[ROLE], foreign=[GUEST])
    shown = Look([ROLE], listed={ROLE["id"]}, doubted=[GUEST["id"]])
    step = steps.step(step, shown, NOW)
    assert (how(step), step["foreign"]) == (("look again", LISTS_LAG_SECONDS), [])


def test_nobody_is_forgotten_if_no_look_follows():
    step = {**look(recorded=[ROLE], foreign=[GUEST]), "looks": steps.MOST_LOOKS}
    shown = Look([ROLE], listed={ROLE["id"]}, doubted=[GUEST["id"]])
    step = steps.step(step, shown, NOW)
    assert (step["next"], step["foreign"]) == ("finished", [GUEST])


# ---- Things that no list ever showed ----


@pytest.mark.parametrize("one", [ONE, CATEGORY])
@pytest.mark.parametrize("end", ["unheard", "refused"])
def test_what_no_list_shows_is_asked_for_if_discord_did_not_delete_it(one, end):
    """The thing may be gone, or hidden from the bot."""
    assert unclear(look(recorded=[one]), **{end: [one]}) == [one["id"]]


def test_it_is_asked_for_until_that_is_answered():
    assert unclear(look(look(recorded=[ONE]), unheard=[ONE])) == ["31"]


def test_they_are_asked_for_in_the_order_of_their_deletion():
    step = look(recorded=[ROLE, CATEGORY, TWO, ONE])
    assert unclear(step, unheard=[ONE, CATEGORY, TWO]) == ["32", "31", "20"]
    assert unclear(step, unheard=[CATEGORY], deleted=[TWO], refused=[ONE]) == ["31", "20"]


def test_a_role_is_not_asked_for():
    """No role is hidden from the bot."""
    assert unclear(look(recorded=[ROLE]), unheard=[ROLE]) == []


@pytest.mark.parametrize("end", ["unheard", "refused"])
def test_a_role_that_no_list_shows_is_gone(end):
    step = look(recorded=[ROLE, ONE])
    assert vanished(step, **{end: [ROLE, ONE]}) == ["10"]
    assert vanished(look(step, **{end: [ROLE]})) == ["10"]
    step = look(step, refused=[ROLE], not_there=[ROLE], deleted=[ONE])
    assert (how(step), step["found"], step["nothing_left"]) == (("finished", 0), [], True)
    assert vanished(step) == []


def test_a_role_that_a_list_shows_or_nobody_tried_to_delete_is_not():
    step = look(recorded=[ROLE])
    assert vanished(step) == []
    assert vanished(step, [ROLE], refused=[ROLE]) == []


def test_what_nobody_tried_to_delete_is_not_asked_for():
    assert unclear(look(recorded=[ONE, CATEGORY])) == []
    assert unclear(look(recorded=[ONE, CATEGORY]), unheard=[ONE]) == ["31"]


@pytest.mark.parametrize("end", ["deleted", "gone"])
def test_what_is_gone_is_not_asked_for(end):
    step = look(recorded=[ONE])
    assert unclear(step, **{end: [ONE]}) == []
    assert unclear(look(step, **{end: [ONE]})) == []


def test_what_is_limited_is_asked_for_and_left_if_it_is_hidden():
    """The next attempt may come too late."""
    step = look(recorded=[ONE])
    assert unclear(step, limited=[ONE]) == [ONE["id"]]
    step = look(step, limited=[ONE], hidden=[ONE])
    assert (unclear(step), step["found"]) == ([], [ONE])
    step = look({**step, "looks": steps.MOST_LOOKS})
    assert (step["next"], step["found"], step["nothing_left"]) == ("finished", [ONE], False)


def test_nor_is_it_when_a_later_attempt_was_not_answered():
    step = look(look(recorded=[ONE]), gone=[ONE])
    assert unclear(step, unheard=[ONE]) == []


def test_what_a_list_shows_is_not_asked_for_but_what_it_showed_before_is():
    """Somebody may have hidden it meanwhile."""
    assert unclear(look(recorded=[ONE]), [ONE], unheard=[ONE]) == []
    assert unclear(look(listed=[ONE]), unheard=[ONE]) == ["31"]


@pytest.mark.parametrize("end", ["unheard", "refused"])
@pytest.mark.parametrize("answer", [{"not_there": [ONE]}, {"hidden": [ONE]}], ids=str)
def test_what_was_asked_for_is_not_asked_for_again(answer, end):
    step = look(look(recorded=[ONE]), **{end: [ONE]}, **answer)
    assert unclear(step) == []
    assert unclear(step, **{end: [ONE]}) == []


def test_what_somebody_deleted_after_a_refusal_is_not_left():
    step = look(look(recorded=[ONE]), refused=[ONE], not_there=[ONE])
    assert (how(step), step["found"], step["nothing_left"]) == (("finished", 0), [], True)


def test_what_stands_though_no_list_shows_it_is_asked_for_at_each_look():
    step = look(look(look(recorded=[ONE]), [], unheard=[ONE]), there=[ONE], unheard=[ONE])
    assert (how(step), step["found"]) == (("look again", steps.SETTLE_SECONDS), [ONE])
    assert unclear(step) == [ONE["id"]]
    step = look(step, there=[ONE], unheard=[ONE])
    assert step["found"] == [ONE]


def test_what_is_said_to_be_gone_is_not_left():
    step = look(look(recorded=[ONE]), unheard=[ONE], not_there=[ONE])
    assert (how(step), step["found"], step["nothing_left"]) == (("finished", 0), [], True)


@pytest.mark.parametrize("end", ["unheard", "refused"])
def test_what_was_just_created_is_asked_for_again(end):
    """Discord may not know it yet."""
    step = look(look(recorded=[NEW]), **{end: [NEW]}, not_there=[NEW])
    assert (step["found"], step["nothing_left"], step["gone"]) == ([NEW], False, [])
    assert how(step) == ("look again", LISTS_LAG_SECONDS)
    assert unclear(step) == [NEW["id"]]
    step = look(step, not_there=[NEW], now=NOW + LISTS_LAG_SECONDS)
    assert (how(step), step["found"], step["nothing_left"]) == (("finished", 0), [], True)


@pytest.mark.parametrize("told", [{"not_there": [NEW], "refused": [NEW]}, {"gone": [NEW]}])
def test_a_look_that_began_before_discord_knew_something_does_not_count(told):
    now = NOW + LISTS_LAG_SECONDS
    step = look(look(recorded=[NEW]), **told, now=now, began=now - 1)
    assert (step["next"], step["nothing_left"]) != ("finished", True)
    step = look(step, not_there=told.get("not_there", ()), now=now + steps.SETTLE_SECONDS)
    assert (how(step), step["found"], step["nothing_left"]) == (("finished", 0), [], True)


def test_a_removal_that_an_earlier_release_began_goes_on():
    step = look(look(recorded=[ONE]), refused=[ONE])
    earlier = {name: value for name, value in step.items() if name != "hidden"}
    assert steps.begin(earlier, 0, NOW)["hidden"] == []


def test_what_is_hidden_is_tried_once_more_and_left():
    step = look(look(recorded=[ONE]), unheard=[ONE], hidden=[ONE])
    assert (deletes(step), step["found"], step["hidden"]) == ([ONE], [ONE], ["31"])
    step = look(step, unheard=[ONE])
    assert (how(step), step["found"], step["nothing_left"]) == (("finished", 0), [ONE], False)


@pytest.mark.parametrize("end", ["deleted", "gone"])
def test_what_was_hidden_and_then_deleted_is_not_left(end):
    step = look(look(recorded=[ONE]), unheard=[ONE], hidden=[ONE])
    step = look(step, **{end: [ONE]})
    assert (how(step), step["found"], step["nothing_left"]) == (("finished", 0), [], True)


def test_what_is_shown_when_it_is_asked_for_is_left_and_deleted_again():
    step = look(look(recorded=[ONE]), [ONE], unheard=[ONE])
    assert (deletes(step), step["found"]) == ([ONE], [ONE])


def test_without_a_look_nobody_is_asked():
    """Each known thing is tried once, and may be left."""
    step = look_blindly(look_blindly(recorded=[ONE]), [ONE], unheard=[ONE])
    assert (step["next"], step["found"]) == ("finished", [ONE])


# ---- Without a look ----


def test_what_is_remembered_is_deleted_without_a_look():
    all_ = [ONE, CATEGORY, ROLE]
    step = look_blindly(recorded=all_)
    assert (deletes(step), how(step)) == ([ONE], ("delete", 0))
    step = look_blindly(step, all_, gone=[ONE])
    assert (deletes(step), how(step)) == ([CATEGORY, ROLE], ("delete", 0))
    step = look_blindly(step, all_, gone=[CATEGORY, ROLE])
    assert (how(step), step["nothing_left"], step["blind"]) == (("finished", 0), True, True)


def test_after_an_unknown_outcome_it_goes_in_order_and_nothing_is_waited_for():
    """No look would show what the wait was for."""
    all_ = [ONE, CATEGORY, ROLE]
    step = look_blindly(begun(57), all_)
    assert (deletes(step), how(step)) == ([ONE], ("delete", 0))
    step = look_blindly(step, all_, deleted=[ONE])
    assert (deletes(step), how(step)) == ([CATEGORY], ("delete", 0))
    step = look_blindly(step, all_, unheard=[CATEGORY])
    assert (deletes(step), how(step)) == ([ROLE], ("delete", 0))
    step = look_blindly(step, all_, deleted=[ROLE])
    assert (how(step), step["found"]) == (("finished", 0), [CATEGORY])


def test_what_a_look_showed_is_remembered():
    before = look(listed=[ONE, CATEGORY, ROLE])
    step = look_blindly(before, [CATEGORY, ROLE], gone=[ONE])
    assert deletes(step) == [CATEGORY, ROLE]
    assert step["found"] == [CATEGORY, ROLE]


def test_what_the_first_step_knew_is_remembered():
    step = look_blindly(first(ALL), deleted=[ONE, TWO])
    assert (deletes(step), step["found"]) == ([CATEGORY, ROLE], [CATEGORY, ROLE])


def test_without_a_look_a_refusal_is_the_last_word():
    step = look_blindly(recorded=[CATEGORY, ROLE])
    step = look_blindly(step, [CATEGORY, ROLE], refused=[CATEGORY], gone=[ROLE])
    assert (step["next"], step["found"]) == ("finished", [CATEGORY])


def test_without_a_look_a_limit_is_waited_for_too():
    step = look_blindly(look_blindly(recorded=[ROLE]), [ROLE], limited=[ROLE])
    assert (how(step), step["found"]) == (("look again", 10), [ROLE])
    assert deletes(look_blindly(step, [ROLE])) == [ROLE]
