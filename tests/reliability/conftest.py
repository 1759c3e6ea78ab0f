"""One theatre for all runs of a worker, and Hypothesis's settings."""

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, Phase, settings

from tests.reliability.play import Theatre, theatre

settings.register_profile(
    "reliability",
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
    # No shrinking: a schedule is short enough to read as it is.
    phases=[Phase.generate],
)


@pytest.fixture(scope="package")
def stage_for_all() -> Iterator[Theatre]:
    with theatre() as made:
        yield made
