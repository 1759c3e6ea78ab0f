"""Others are made at the same time, and the table that keeps all within the limit fails, too."""

from tests.reliability import drawn, strategies
from tests.reliability.conftest import EXAMPLES


def test_the_promises_hold(stage_for_all, record_property):
    drawn.play(stage_for_all, strategies.many_at_once, EXAMPLES // 2, record_property)
