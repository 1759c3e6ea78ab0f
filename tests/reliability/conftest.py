"""One theatre for all runs of a worker, and how much Hypothesis tries."""

import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, Phase, settings

from tests.reliability.play import Theatre, theatre

EXAMPLES = int(os.environ.get("SCHEDULES", "450"))

settings.register_profile(
    "reliability",
    deadline=None,
    # The same schedules every time; `make soak` draws others and says from which seed.
    derandomize="SCHEDULES" not in os.environ,
    database=None,
    print_blob=True,
    suppress_health_check=list(HealthCheck),
    # Shrinking replays for minutes; a schedule is short enough to read as it is.
    phases=[Phase.explicit, Phase.generate],
)


@pytest.fixture(scope="package")
def stage_for_all() -> Iterator[Theatre]:
    with theatre() as made:
        yield made
