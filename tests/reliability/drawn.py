"""Schedules drawn by Hypothesis: each is played once, and counted."""

import hashlib
from collections.abc import Callable
from dataclasses import replace

from hypothesis import assume, given, seed, settings
from hypothesis import strategies as st

from tests.reliability import counted, excuses, strategies
from tests.reliability.play import Outcome, Theatre
from tests.reliability.promises import broken
from tests.reliability.schedule import Schedule

# In each family of schedules other things go wrong.
FAMILIES: dict[str, st.SearchStrategy[Schedule]] = {
    "Discord fails": strategies.discord_fails,
    "Lambdas die": strategies.lambdas_die,
    "people act": strategies.people_act,
    "stopped, late and twice": strategies.stopped_late_and_twice,
    "many at once": strategies.many_at_once,
}
WAVE_SIZES = (4, 4, 5, 1)
# The order of those that are ready at the same moment; with 0 it is that in which they came.
ORDERS = (0, 0, 1, 2, 3)
MOST_SHOWN = 20


def play(
    stage: Theatre, family: str, part: str, count: int, note: Callable[..., None]
) -> list[str]:
    """Play so many schedules of a family, none twice; only those count in which anything befell.

    The words of `part` draw the same again. Returns what broke which promises: to raise it at once
    would have Hypothesis play others than the words say.
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
        (played if went_wrong(outcome) else idle).add(digest)
        assume(digest in played)

    draw()
    assert len(played) == count
    note(counted.PLAYED, sorted(played))
    note(counted.IDLE, len(idle))
    note(counted.EXCUSED, dict(excuses.counted))
    return found


def shown(found: list[str]) -> str:
    """Show what broke promises, with the schedules that show it again."""
    more = [f"… and {len(found) - MOST_SHOWN} more"] if len(found) > MOST_SHOWN else []
    return "\n".join([f"{len(found)} promises broken:", *found[:MOST_SHOWN], *more])


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def went_wrong(outcome: Outcome) -> bool:
    """Tell whether anything befell the run: what a schedule has may find no occasion."""
    return (
        any(fault["hits"] for fault in outcome.discord.faults.list())
        or any(seen[0] > death.skip for death, seen in outcome.lambdas._deaths)
        or any(call.status is None for call in outcome.calls)  # done late
        or bool(outcome.people.did)
    )
