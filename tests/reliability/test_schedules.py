"""The promises hold in thousands of schedules: of a fixed seed, or of the one that SEED names."""

import os

import pytest

from tests.reliability import drawn

# Schedules of each family; `make soak` sets the number.
COUNT = int(os.environ.get("SCHEDULES", "400"))
SEED = os.environ.get("SEED", "always the same")
# Parts are short, so that several processors share them evenly.
MOST_OF_A_PART = 500
COUNTS = {family: COUNT // drawn.SHARES.get(family, 1) for family in drawn.FAMILIES}
PARTS = [
    (family, part)
    for family, count in COUNTS.items()
    for part in range(-(-count // MOST_OF_A_PART))
]


@pytest.mark.parametrize(("family", "part"), PARTS)
def test_the_promises_hold(stage_for_all, record_property, family, part):
    count = min(MOST_OF_A_PART, COUNTS[family] - part * MOST_OF_A_PART)
    found = drawn.play(stage_for_all, family, f"{SEED} {part}", count, record_property)
    assert not found, drawn.shown(found)
