"""A state that Discord limits again and again waits longer each time."""

import pytest

from channelwright.pace import patience


@pytest.mark.parametrize(
    ("before", "seconds"),
    [(-1, 0), (0, 0), (1, 4), (2, 16), (3, 64), (4, 256), (5, 480), (99, 480), (9999, 480)],
)
def test_waits_grow_to_a_most(before, seconds):
    assert patience.least_seconds(before) == seconds


@pytest.mark.parametrize(
    ("limited", "times"),
    [
        (None, 0),
        ({"state": "Create Role", "times": "4"}, 4),
        ({"state": "Create Role"}, 1),  # from an execution that an earlier release started
        ({"state": "Create Category", "times": "4"}, 0),
    ],
)
def test_only_the_waits_of_the_same_state_count(limited, times):
    with patience.after(limited, "Create Role"):
        assert patience.times() == times
    assert patience.times() == 0
