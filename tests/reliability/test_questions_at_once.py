"""Two questions at the same time both fail: neither is asked again too early."""

import itertools

import pytest

from tests.reliability import catalogue
from tests.reliability.promises import broken
from tests.reliability.schedule import Schedule

AT_ONCE = [
    ("the server", "channels for the plan"),
    ("roles at completion", "channels at completion"),
]
FAULTS = ("429 of 61.5 s", "429 shared", "429 global", "429 of 14 h", "503", "timeout", "403 50001")


@pytest.mark.parametrize("calls", AT_ONCE, ids=lambda calls: calls[0])
@pytest.mark.parametrize("faults", [*itertools.product(FAULTS, repeat=2)], ids=" + ".join)
def test_the_promises_hold(stage_for_all, calls, faults):
    both = tuple(
        catalogue.fault(catalogue.BUILDING[call], catalogue.FAULTS[fault], 1)
        for call, fault in zip(calls, faults, strict=True)
    )
    outcome = stage_for_all.play(Schedule(faults=both))
    assert {fault["hits"] for fault in outcome.discord.faults.list()} == {1}
    assert broken(outcome) == []
