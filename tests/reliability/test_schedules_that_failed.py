"""Every schedule that ever broke a promise, played again."""

import pytest

from tests.reliability.failed import FAILED
from tests.reliability.promises import broken


@pytest.mark.parametrize("schedule", FAILED, ids=range(len(FAILED)))
def test_the_promises_hold(stage_for_all, schedule):
    assert broken(stage_for_all.play(schedule)) == []
