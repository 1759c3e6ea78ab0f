"""Lambdas die, while Discord may fail, too."""

from tests.reliability import drawn, strategies
from tests.reliability.conftest import EXAMPLES


def test_the_promises_hold(stage_for_all, record_property):
    drawn.play(stage_for_all, strategies.lambdas_die, EXAMPLES, record_property)
