"""Every excuse has its reason where operators read it."""

from pathlib import Path
from typing import get_args

import pytest

from tests.reliability import excuses

PAGE = Path(__file__).parents[2] / "docs" / "reliability.md"


@pytest.mark.parametrize("excuse", get_args(excuses.Excuse))
def test_each_has_its_reason_in_the_documents(excuse):
    _, _, cannot_be_promised = PAGE.read_text(encoding="utf-8").partition("## What cannot be")
    assert f"- **{excuse}.**" in cannot_be_promised


def test_the_schedules_that_it_hits_are_counted():
    excuses.forget()
    for _ in range(2):
        assert not excuses.excused("Gone after a refusal", holds=False)
        assert excuses.excused("Gone after a refusal", holds=True)
        assert excuses.excused("Gone after a refusal", holds=True)
        excuses.count()
    assert excuses.counted == {"Gone after a refusal": 2}
    excuses.forget()
    assert not excuses.counted
