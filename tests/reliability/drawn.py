"""Schedules drawn by Hypothesis: each is played once, and counted."""

import hashlib
from collections.abc import Callable
from dataclasses import replace

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.reliability import counted
from tests.reliability.play import Outcome, Theatre
from tests.reliability.promises import broken
from tests.reliability.schedule import Schedule
from tests.reliability.strategies import with_occasion


def play(
    stage: Theatre, drawn: st.SearchStrategy[Schedule], count: int, note: Callable[..., None]
) -> None:
    """Play so many schedules, none twice; only those count in which something went wrong."""
    played: set[str] = set()
    idle: set[str] = set()

    @settings(settings.get_profile("reliability"), max_examples=count)
    @given(drawn.map(with_occasion), st.sampled_from([4, 4, 5, 1]))
    def the_promises_hold(schedule: Schedule, wave_size: int) -> None:
        schedule = replace(schedule, wave_size=wave_size)
        digest = _digest(schedule)
        assume(schedule.is_faulty and digest not in played | idle)
        outcome = stage.play(schedule)
        mistakes = broken(outcome)
        assert not mistakes, mistakes
        # Only now: Hypothesis plays again what failed.
        (played if went_wrong(outcome) else idle).add(digest)
        assume(digest in played)

    the_promises_hold()
    assert len(played) == count
    note(counted.PLAYED, sorted(played))
    note(counted.IDLE, len(idle))


def _digest(schedule: Schedule) -> str:
    return hashlib.sha256(repr(schedule).encode()).hexdigest()[:16]


def went_wrong(outcome: Outcome) -> bool:
    """Tell whether anything befell the run: what a schedule has may find no occasion."""
    return (
        any(fault["hits"] for fault in outcome.discord.faults.list())
        or any(seen[0] > death.skip for death, seen in outcome.lambdas._deaths)
        or any(call.status is None for call in outcome.calls)  # done late
        or bool(outcome.people.did)
    )
