"""Which records a sweep marks, unmarks and deletes, and when it does nothing."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelwright.aws.executions import utc
from channelwright.records import sweep
from channelwright.records.sweep import Item, TooManyGone

NOW = 1_800_000_000.0
DAY = 24 * 3600.0


def item(guild, campaign="1", days=None):
    """Return an item of a server that has been gone for `days`."""
    return Item(guild, campaign, "" if days is None else utc(NOW - days * DAY))


def planned(*items, joined=()):
    return sweep.plan(items, set(joined), NOW)


def test_a_server_that_is_there_is_left_alone():
    assert planned(item("7"), item("8"), joined=["7", "8", "9"]) == ([], [], {}, 2)


def test_all_of_a_server_that_is_gone_is_marked():
    snapshot = item("7", "snapshot-1")
    assert planned(item("7"), snapshot, item("8"), joined=["8"]).gone == [item("7"), snapshot]


def test_a_server_that_comes_back_is_unmarked():
    late, early = item("7", "1", 40), item("7", "2", 3)
    assert planned(late, early, item("7", "3"), joined=["7"]) == ([late, early], [], {}, 1)


@pytest.mark.parametrize(("days", "due"), [(0, False), (29.999, False), (30, True), (400, True)])
def test_a_mark_counts_for_thirty_days(days, due):
    one = item("7", days=days)
    assert planned(one) == ([], [], {"7": [one]} if due else {}, 1)


@pytest.mark.parametrize("younger", [None, 0, 29])
def test_a_server_goes_as_a_whole(younger):
    assert planned(item("7", "1", 31), item("7", "2", younger)).overdue == {}


SERVERS = st.integers(1, 30).map(str)
ITEMS = st.lists(
    st.builds(item, SERVERS, st.sampled_from("123"), st.one_of(st.none(), st.floats(0, 60))),
    unique_by=lambda one: (one.guild_id, one.campaign_id),
)


@given(ITEMS, st.sets(SERVERS))
def test_what_happens_to_any_table(items, joined):
    plan = sweep.plan(items, joined, NOW)
    # Nothing of a server that is there is marked or deleted, and afterwards it has no mark.
    marked = {one for one in items if one.gone_since}
    assert set(plan.back) == {one for one in marked if one.guild_id in joined}
    due = [one for each in plan.overdue.values() for one in each]
    assert not {one.guild_id for one in (*plan.gone, *due)} & joined
    assert set(plan.gone) == {
        one for one in items if one.guild_id not in joined and not one.gone_since
    }
    # Whatever is deleted was marked at least thirty days ago, with all that its server has.
    assert set(due) <= {one for one in marked if one.gone_since <= utc(NOW - 30 * DAY)}
    for guild_id, each in plan.overdue.items():
        assert each == [one for one in items if one.guild_id == guild_id]
    # The next sweep has nothing to change.
    after = [one._replace(gone_since="") if one in plan.back else one for one in items]
    after = [one._replace(gone_since=utc(NOW)) if one in plan.gone else one for one in after]
    again = sweep.plan([one for one in after if one not in due], joined, NOW)
    assert (again.back, again.gone, again.overdue) == ([], [], {})


def gone(number, of):
    """Return a plan that marks a `number` of servers, two items each, of so many."""
    items = [item(str(server), campaign) for server in range(of) for campaign in "12"]
    return planned(*items, joined=[str(server) for server in range(number, of)])


@pytest.mark.parametrize(
    ("number", "of"), [(0, 0), (0, 5), (1, 1), (1, 9), (1, 19), (2, 20), (1000, 10_000)]
)
def test_a_tenth_may_be_marked_and_one_server_at_any_rate(number, of):
    sweep.check(gone(number, of))


@pytest.mark.parametrize(("number", "of"), [(2, 2), (2, 19), (3, 20), (20, 20), (1001, 10_000)])
def test_more_than_a_tenth_is_an_error(number, of):
    with pytest.raises(TooManyGone, match=f"^{number} of {of} servers .* more than"):
        sweep.check(gone(number, of))


def test_the_servers_that_are_missing_are_named():
    with pytest.raises(TooManyGone) as told:
        sweep.check(gone(300, 400))
    named = re.findall(r"\d+", str(told.value).partition(": ")[2])
    assert named == [str(number) for number in range(200)]


def test_an_operator_may_allow_more_or_fewer():
    sweep.check(gone(3, 20), may_mark=3)
    for number, may_mark in ((3, 2), (1, 0)):
        with pytest.raises(TooManyGone):
            sweep.check(gone(number, 20), may_mark=may_mark)


def test_servers_that_are_marked_already_do_not_count():
    old = [item(str(server), days=3) for server in range(10, 20)]
    here = [item(str(server)) for server in range(20, 30)]
    joined = [one.guild_id for one in here]
    sweep.check(planned(item("1"), item("2"), *old[:8], *here, joined=joined))


def page(*ids):
    return [{"id": id_, "name": "x"} for id_ in ids]


def test_a_page_of_servers():
    assert sweep.ids_on([], "0") == []
    assert sweep.ids_on(page("9", "10"), "8") == ["9", "10"]


@pytest.mark.parametrize(
    "said",
    [
        None,
        {},
        {"message": "x"},
        ["9"],
        [{}],
        [{"id": 9}],
        page("x"),
        page(""),
        page("10", "9"),
        page("9", "9"),
        page("8"),  # the list does not go on
        page("7", "9"),
    ],
)
def test_anything_else_is_no_page(said):
    with pytest.raises(ValueError):  # noqa: PT011
        sweep.ids_on(said, "8")
