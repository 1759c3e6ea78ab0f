"""The waves of channels, and when the bar moves."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelwright import layout, waves


def channels(count, kind="text"):
    return [
        {"name": f"c{n}", "type": kind, "topic": "", "gm_only": False, "position": n}
        for n in range(count)
    ]


@given(st.integers(1, 50), st.integers(1, 10), st.floats(0, 3))
def test_waves_hold_every_channel_once_in_order(count, size, call_seconds):
    made = waves.cut(channels(count), size, call_seconds=call_seconds, between_edits=1)
    assert waves.channels_of(made) == channels(count)
    assert [wave["last"] for wave in made] == [False] * (len(made) - 1) + [True]
    assert made[-1]["done"] == count
    assert all(len(wave["channels"]) <= size and wave["total"] == count for wave in made)


@given(st.integers(1, 50), st.integers(1, 10), st.floats(0, 3))
def test_each_edit_shows_what_was_made_since_the_last(count, size, call_seconds):
    shown = []
    for wave in waves.cut(channels(count), size, call_seconds=call_seconds, between_edits=1):
        if wave["shown"]:
            shown += [one["name"] for one in (*wave["unshown"], *wave["channels"])]
            assert shown == [f"c{n}" for n in range(wave["done"])]


@given(st.integers(1, 50), st.integers(1, 10), st.floats(0, 3), st.floats(0, 3))
def test_edits_are_so_far_apart_as_they_should_be(count, size, call_seconds, between_edits):
    """Told from a campaign that is played: every call takes as long as the plan's."""
    made = waves.cut(channels(count), size, call_seconds=call_seconds, between_edits=between_edits)
    now, edits = 0.0, [0.0]
    now += 2 * call_seconds  # role, category
    for wave in made:
        now += call_seconds
        if wave["shown"]:
            now += call_seconds
            edits.append(now)
    edits.append(now + 2 * call_seconds)  # the look, the summary
    gaps = [later - earlier for earlier, later in pairwise(edits)]
    assert len(gaps) == 1 or min(gaps) >= between_edits - 1e-6


@pytest.mark.parametrize(
    ("call_seconds", "shown"),
    [(0.15, []), (0.3, []), (0.34, [5]), (1, [5]), (3, [5])],
)
def test_the_default_layout_in_waves_of_five(call_seconds, shown):
    made = waves.cut(layout.load(), 5, call_seconds=call_seconds, between_edits=1)
    assert [wave["done"] for wave in made if wave["shown"]] == shown


@pytest.mark.parametrize(
    ("call_seconds", "shown"),
    [(0.05, []), (0.15, [20]), (0.3, [5, 20, 35]), (1, [5, 10, 15, 20, 25, 30, 35, 40, 45])],
)
def test_a_big_layout_in_waves_of_five(call_seconds, shown):
    made = waves.cut(channels(49), 5, call_seconds=call_seconds, between_edits=1)
    assert [wave["done"] for wave in made if wave["shown"]] == shown


def test_without_a_pace_the_bar_moves_after_every_wave_but_the_last():
    made = waves.cut(layout.load(), 4)
    assert [(wave["done"], wave["shown"]) for wave in made] == [(4, True), (8, True), (10, False)]
    assert [wave["unshown"] for wave in made[:2]] == [[], []]


@pytest.mark.parametrize(("in_doubt", "kind"), [(False, "forum"), (True, None)])
def test_a_forum_that_may_become_a_text_channel_has_no_kind_yet(in_doubt, kind):
    [first, *_] = [
        wave["unshown"]
        for wave in waves.cut(
            channels(6, "forum"), 1, call_seconds=0.2, between_edits=1, forums_in_doubt=in_doubt
        )
        if wave["unshown"]
    ]
    assert first == [{"name": "c0", "type": kind}]
