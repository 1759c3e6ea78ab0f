"""Schedules drawn by Hypothesis, each played once and counted."""

import hashlib
from collections.abc import Callable
from dataclasses import replace

from hypothesis import assume, given, seed, settings
from hypothesis import strategies as st

from tests.reliability import (
    catalogue,
    counted,
    excuses,
    strategies,
    strategies_of_archives,
    strategies_of_deletions,
    strategies_of_members,
)
from tests.reliability.archivers import ASKING
from tests.reliability.play import Outcome, Theatre
from tests.reliability.promises import broken
from tests.reliability.schedule import Schedule

# Different things go wrong in each family of schedules.
FAMILIES: dict[str, st.SearchStrategy[Schedule]] = {
    "Discord fails": strategies.discord_fails,
    "Lambdas die": strategies.lambdas_die,
    "people act": strategies.people_act,
    "stopped, late and twice": strategies.stopped_late_and_twice,
    "many at once": strategies.many_at_once,
    "deletions": strategies_of_deletions.deletions,
    "members": strategies_of_members.members,
    "archives": strategies_of_archives.archives,
}
# Of those that do less than builds, fewer are drawn.
SHARES = {"deletions": 4, "members": 8, "archives": 8}
WAVE_SIZES = (4, 4, 5, 1)
# The order of tasks that are ready at the same moment; 0 is first come, first served.
ORDERS = (0, 0, 1, 2, 3)
MOST_SHOWN = 20


def play(
    stage: Theatre, family: str, part: str, count: int, note: Callable[..., None]
) -> list[str]:
    """Play `count` schedules of a family, none twice; uneventful runs do not count.

    The same `part` draws the same schedules again. Returns the broken promises with their
    schedules: if it raised at once, Hypothesis would draw other schedules than `part` stands for.
    """
    played: set[str] = set()
    idle: set[str] = set()
    found: list[str] = []
    excuses.forget()

    @seed(int(_digest(f"{family} {part}"), 16))
    @settings(settings.get_profile("reliability"), max_examples=count)
    @given(
        FAMILIES[family].map(strategies.with_occasion),
        st.sampled_from(WAVE_SIZES),
        st.sampled_from(ORDERS),
    )
    def draw(schedule: Schedule, wave_size: int, order: int) -> None:
        schedule = replace(schedule, wave_size=wave_size, order=order)
        digest = _digest(repr(schedule))
        assume(schedule.is_faulty and digest not in played | idle)
        outcome = stage.play(schedule)
        found.extend(f"{mistake}\n    {schedule!r}" for mistake in broken(outcome))
        excuses.count()
        (played if went_wrong(outcome) else idle).add(digest)
        assume(digest in played)

    draw()
    assert len(played) == count
    note(counted.PLAYED, sorted(played))
    note(counted.IDLE, len(idle))
    note(counted.EXCUSED, dict(excuses.counted))
    return found


def shown(found: list[str]) -> str:
    """List the broken promises, each with the schedule that breaks it again."""
    more = [f"… and {len(found) - MOST_SHOWN} more"] if len(found) > MOST_SHOWN else []
    return "\n".join([f"{len(found)} promises broken:", *found[:MOST_SHOWN], *more])


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def went_wrong(outcome: Outcome) -> bool:
    """Tell whether anything went wrong in the run: a schedule's faults may find no occasion."""
    return (
        any(fault["hits"] for fault in outcome.discord.faults.list())
        or any(seen[0] > death.skip for death, seen in outcome.lambdas._deaths)
        or any(call.status is None for call in outcome.calls)  # takes effect late
        or bool(outcome.people.did - ASKING)
        or len(outcome.schedule.steps) > len(catalogue.DELETED.steps)
    )
