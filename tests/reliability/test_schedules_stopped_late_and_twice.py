"""Operators stop it, it starts late or twice, and there are two campaigns at once."""

from tests.reliability import drawn, strategies
from tests.reliability.conftest import EXAMPLES


def test_the_promises_hold(stage_for_all, record_property):
    drawn.play(stage_for_all, strategies.stopped_late_and_twice, EXAMPLES, record_property)
