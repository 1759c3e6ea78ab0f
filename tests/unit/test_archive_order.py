"""The category's way below the others, and back behind its neighbour."""

from hypothesis import assume, given
from hypothesis import strategies as st

from channelwright.archive import order

IDS = [str(n) for n in range(10, 20)]


@st.composite
def servers(draw):
    """Draw categories with any positions, also with ties and gaps, and channels among them."""
    ids = draw(st.permutations(IDS))[: draw(st.integers(1, 10))]
    categories = [
        {"id": id_, "type": 4, "position": draw(st.integers(0, 12)), "parent_id": None}
        for id_ in ids
    ]
    text = [{"id": "5", "type": 0, "position": draw(st.integers(0, 12)), "parent_id": ids[0]}]
    return categories + text


def after(channels, rows):
    positions = {one["id"]: one["position"] for one in rows}
    assert len(positions) == len(rows)
    return [{**one, "position": positions.get(one["id"], one["position"])} for one in channels]


def drawn(data, channels):
    return data.draw(st.sampled_from(order.ids(channels)))


@given(servers(), st.data())
def test_it_goes_below_the_others_with_one_row(channels, data):
    category = drawn(data, channels)
    rows = order.to_the_bottom(channels, category)
    assert len(rows) <= 1
    moved = after(channels, rows)
    others = [id_ for id_ in order.ids(channels) if id_ != category]
    assert order.ids(moved) == [*others, category]
    assert order.to_the_bottom(moved, category) == []


@given(servers(), st.data())
def test_it_returns_to_where_it_was(channels, data):
    category, before = drawn(data, channels), order.ids(channels)
    below = after(channels, order.to_the_bottom(channels, category))
    rows = order.back(below, category, before)
    again = after(below, rows)
    assert order.ids(again) == before
    assert order.back(again, category, before) == []
    assert not order.was_moved(below, category, before)
    assert not order.was_moved(again, category, before)
    assert {row["id"] for row in rows} <= {*before[before.index(category) :]}
    assert again[-1] == channels[-1], "channels that are no categories stay"


@given(servers(), st.data())
def test_what_was_made_or_deleted_meanwhile_changes_nothing_else(channels, data):
    category, before = drawn(data, channels), order.ids(channels)
    below = after(channels, order.to_the_bottom(channels, category))
    gone = data.draw(st.sets(st.sampled_from(before))) - {category}
    left = [one for one in below if one["id"] not in gone]
    new = {"id": "99", "type": 4, "position": data.draw(st.integers(0, 20)), "parent_id": None}
    again = order.ids(after([*left, new], order.back([*left, new], category, before)))
    assert [id_ for id_ in again if id_ != "99"] == [id_ for id_ in before if id_ not in gone]
    others = [id_ for id_ in order.ids([*left, new]) if id_ != category]
    assert [id_ for id_ in again if id_ != category] == others


@given(servers(), st.data())
def test_one_that_somebody_moved_stays(channels, data):
    category, before = drawn(data, channels), order.ids(channels)
    places = data.draw(st.permutations(range(len(before))))
    positions = dict(zip(before, places, strict=True))
    moved = [{**one, "position": positions.get(one["id"], 0)} for one in channels]
    now = order.ids(moved)
    assume(now[-1] != category)
    neighbours = [ids[: ids.index(category)][-1:] for ids in (before, now)]
    assert order.was_moved(moved, category, before) == (neighbours[0] != neighbours[1])
    assert order.back(moved, category, before) == []


def test_a_category_that_is_gone_is_not_moved():
    channels = [{"id": "10", "type": 4, "position": 0}]
    assert order.to_the_bottom(channels, "11") == []
    assert order.back(channels, "11", ["10", "11"]) == []
    assert not order.was_moved(channels, "11", ["10", "11"])
