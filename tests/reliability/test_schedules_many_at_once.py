"""Others are made at the same time, and the table that keeps all within the limit fails, too."""

from hypothesis import given, settings

from tests.reliability import strategies
from tests.reliability.conftest import EXAMPLES
from tests.reliability.promises import broken
from tests.reliability.schedule import Schedule


@settings(settings.get_profile("reliability"), max_examples=EXAMPLES // 2)
@given(strategies.many_at_once)
def test_the_promises_hold(stage_for_all, schedule: Schedule):
    assert broken(stage_for_all.play(schedule)) == []
