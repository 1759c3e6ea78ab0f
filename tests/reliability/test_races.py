"""Two operations on one campaign at once: whoever is second is told what is going on."""

import pytest

from tests.reliability.archives import Archive
from tests.reliability.deletions import Deletion
from tests.reliability.memberships import Change
from tests.reliability.promises import Campaign, broken
from tests.reliability.schedule import Act, Schedule

TWO = ("My Campaign", "My Campaign")
SLOW = {"latency_ms": 900, "latency_spread": 0.5}
# The calls of a press and its removal, after those of a preview; another preview makes four.
BEFORE, AFTER, ANOTHER = 5, 25, 4
# The calls of a change of one player.
JOINED = 5


@pytest.mark.parametrize("order", range(8))
@pytest.mark.parametrize("settings", [{}, SLOW], ids=["fast", "slow"])
def test_of_two_builds_of_a_name_one_stands(stage_for_all, order, settings):
    outcome = stage_for_all.play(Schedule(campaigns=TWO, settings=settings, order=order))
    first, second = (Campaign(outcome, one) for one in outcome.requests)
    assert broken(outcome) == []
    assert "summary" in {first.kind, second.kind}
    [told] = [one.words for one in (first, second) if one.kind != "summary"]
    assert "My Campaign" in told


def test_a_build_during_a_deletion_is_refused_or_whole(stage_for_all):
    """Once the role and the category are gone, only the record refuses it."""
    kinds = set()
    for at in range(BEFORE, AFTER):
        outcome = stage_for_all.play(Schedule(steps=("look", "press"), acts=(Act("build", at),)))
        [request] = [one for one in outcome.requests if "campaign_id" not in one]
        build, press = Campaign(outcome, request), Deletion(outcome, outcome.people.asked[-1])
        assert broken(outcome) == [], at
        assert (press.kind, outcome.people.left_then) == ("deleted", []), at
        assert build.kind == "summary" or "is being removed just now" in build.words, build.words
        kinds.add(build.kind)
    assert "rejection" in kinds


@pytest.mark.parametrize("order", range(3))
@pytest.mark.parametrize("at", range(BEFORE + ANOTHER, AFTER + ANOTHER))
def test_a_second_deletion_hears_of_the_first(stage_for_all, at, order):
    steps = ("look", "manager_looks", "press")
    outcome = stage_for_all.play(
        Schedule(steps=steps, acts=(Act("manager_presses", at),), order=order)
    )
    one, other = (Deletion(outcome, asked) for asked in outcome.people.asked[2:])
    assert broken(outcome) == []
    assert outcome.people.left_then == []
    assert outcome.people.known_then is None
    assert "deleted" in {one.kind, other.kind}
    assert {one.kind, other.kind} <= {"deleted", "being", "unknown"}


@pytest.mark.parametrize("order", range(8))
@pytest.mark.parametrize("presses", ["press_twice", "both_press"])
def test_of_two_presses_at_once_one_deletes(stage_for_all, presses, order):
    steps = ("look", "manager_looks", presses)
    outcome = stage_for_all.play(Schedule(steps=steps, order=order))
    one, other = (Deletion(outcome, asked) for asked in outcome.people.asked[2:])
    assert broken(outcome) == []
    assert outcome.people.left_then == []
    assert sorted({one.kind, other.kind}) == ["being", "deleted"]


@pytest.mark.parametrize("second", ["player_leaves_campaign", "remove_player", "hand_over"])
@pytest.mark.parametrize("order", range(3))
def test_a_second_change_of_members_hears_of_the_first_or_follows_it(stage_for_all, second, order):
    """The checks of the promises compare each line with who is in the campaign in the end."""
    kinds = set()
    for at in range(JOINED):
        steps, acts = ("give_role", "add_player"), (Act(second, at),)
        outcome = stage_for_all.play(Schedule(steps=steps, acts=acts, order=order))
        [scene] = [one for one in outcome.people.scenes if len(one.asked) == 2]
        pair = [Change(outcome, asked, scene).kind for asked in scene.asked]
        assert broken(outcome) == [], at
        assert set(pair) <= {"changed", "being"}, at
        assert "changed" in pair, at
        kinds |= {*pair}
    assert kinds == {"changed", "being"}


# The calls of an archiving, and of one beside.
ARCHIVED = 20


@pytest.mark.parametrize("second", ["manager_archives", "manager_unarchives"])
@pytest.mark.parametrize("order", range(2))
def test_of_two_archivings_one_works_and_the_other_hears_of_it(stage_for_all, second, order):
    kinds = set()
    for at in range(ARCHIVED):
        steps, acts = ("add_categories", "archive"), (Act(second, at),)
        outcome = stage_for_all.play(Schedule(steps=steps, acts=acts, order=order))
        pair = _pair(outcome, Archive)
        assert broken(outcome) == [], at
        assert set(pair) <= {"archived", "being", "already", "restored", "open"}, at
        assert {"archived", "restored"} & {*pair}, at
        kinds |= {*pair}
    assert {"archived", "being"} <= kinds


@pytest.mark.parametrize("second", ["add_player", "add_co_gm", "player_leaves_campaign"])
@pytest.mark.parametrize("order", range(2))
def test_members_change_before_or_after_an_archiving(stage_for_all, second, order):
    for at in range(ARCHIVED):
        steps, acts = ("add_categories", "archive"), (Act(second, at),)
        outcome = stage_for_all.play(Schedule(steps=steps, acts=acts, order=order))
        [scene] = [one for one in outcome.people.scenes if len(one.asked) == 2]
        one, other = scene.asked
        archived, changed = Archive(outcome, one, scene).kind, Change(outcome, other, scene).kind
        assert broken(outcome) == [], at
        assert (archived, changed) in {
            ("archived", "being"),
            ("archived", "archived"),
            ("archived", "changed"),
            ("being", "changed"),
        }, at


@pytest.mark.parametrize("order", range(2))
def test_a_deletion_beside_an_archiving(stage_for_all, order):
    """Whichever claims the campaign first; what is left of the other is told."""
    kinds = set()
    for at in range(BEFORE, BEFORE + 17):
        schedule = Schedule(steps=("look", "archive"), acts=(Act("press", at),), order=order)
        outcome = stage_for_all.play(schedule)
        [scene] = [one for one in outcome.people.scenes if len(one.asked) == 2]
        one, press = scene.asked
        pair = Archive(outcome, one, scene).kind, Deletion(outcome, press).kind
        assert broken(outcome) == [], (at, pair)
        kinds.add(pair)
    assert kinds == {("being", "deleted"), ("archived", "being"), ("archived", "deleted")}


def _pair(outcome, sort):
    [scene] = [one for one in outcome.people.scenes if len(one.asked) == 2]
    return [sort(outcome, asked, scene).kind for asked in scene.asked]
