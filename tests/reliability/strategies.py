"""Hypothesis's strategies for schedules."""

from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from tests.reliability import catalogue
from tests.reliability.schedule import Act, Death, Late, Schedule
from tests.reliability.table import TABLES

ALL_CALLS = {
    **catalogue.BUILDING,
    **catalogue.GIVEN_AGAIN,
    **catalogue.UNDOING,
    **catalogue.FALLING_BACK,
}
ALL_LAMBDAS = (
    *catalogue.LAMBDAS,
    *catalogue.LAMBDAS_OF_THE_UNDOING,
    *catalogue.ASKED_OF_AWS,
    "start_removal",
    "write_in_channel",
    catalogue.HANDING_OVER,
)
# Faults may affect a whole route, not only one call.
ROUTES: dict[str, dict[str, Any]] = {
    "any": {},
    "reads": {"method": "GET"},
    "creates": {"method": "POST", "path": "/(roles|channels)$"},
    "edits": {"method": "PATCH"},
    "deletes": {"method": "DELETE"},
    "lists": {"method": "GET", "path": "/(roles|channels)$"},
}

_times = st.sampled_from([1, 1, 1, 2, 3, 4, 6, None])
_calls = st.sampled_from([*ALL_CALLS.values()]) | st.sampled_from([*ROUTES.values()])
_whats = st.sampled_from([*catalogue.FAULTS.values()])


def _fault(call: dict[str, Any], what: dict[str, Any], times: int | None, skip: int) -> Any:
    made = catalogue.fault(call, what, times)
    return made if not skip else {**made, "skip": made.get("skip", 0) + skip}


_single = st.builds(_fault, _calls, _whats, _times, st.sampled_from([0, 0, 0, 1, 2, 5]))
_outages = st.builds(
    catalogue.outage,
    st.sampled_from(catalogue.OUTAGES),
    st.sampled_from([5, 20, 60, 200]),
    st.integers(0, 45),
)
# One in six is an outage.
faults = st.sampled_from([_single, _single, _single, _single, _single, _outages]).flatmap(
    lambda one: one
)
deaths = st.builds(
    lambda function, fate, skip, times, late: Death(function, *fate, skip, times, late),
    st.sampled_from(ALL_LAMBDAS),
    st.sampled_from([*catalogue.DEATHS.values()]),
    st.sampled_from([0, 0, 1, 2, 6]),
    _times,
    st.sampled_from([2.0, 20.0, 44.0]),
)
lates = st.builds(
    Late,
    st.sampled_from([call for call in ALL_CALLS.values() if call.get("method") != "GET"]).map(
        lambda call: {key: value for key, value in call.items() if key != "skip"}
    ),
    st.sampled_from([13.0, 20.0, 40.0]),
)
refused = st.just(catalogue.REFUSED_CHANNEL)
settings = st.fixed_dictionaries(
    {},
    optional={
        "stale_reads_ms": st.sampled_from([500, 1500, 3000, 6000, 9000]),
        "stale_reads_chance": st.sampled_from([0.3, 0.7]),
        "ack_delay_ms": st.sampled_from([200, 1500, 4000]),
        "latency_ms": st.sampled_from([50, 900]),
        "latency_spread": st.just(0.5),
        "lost_assignments": st.sampled_from([0, 1]),
        "forbidden_words": st.sampled_from([[], [], ["dice"], ["lore"]]),
    },
)

HANDS = (
    "delete_our_category",
    "delete_our_channel",
    "delete_our_role",
    "rename_our_channel",
    "hide_our_channel",
    "hide_our_category",
    "add_to_our_category",
    "add_same_named_to_our_category",
    "copy_our_category",
    "copy_our_channel",
    "move_into_our_category",
    "make_same_named_role",
    "make_same_named_category",
    "make_same_named_channel",
    "take_manage_channels",
    "take_manage_roles",
    "take_send_messages",
    "take_view_channel",
    "time_out",
    "kick",
)


def acts(kinds: tuple[str, ...]) -> st.SearchStrategy[Act]:
    """Draw acts: building a campaign takes 25 calls, and undoing it about as many."""
    return st.builds(Act, st.sampled_from(kinds), st.integers(0, 45), st.integers(0, 9))


def few(strategy: st.SearchStrategy[Any], most: int, least: int = 0) -> st.SearchStrategy[Any]:
    """Draw a short tuple."""
    return st.lists(strategy, min_size=least, max_size=most).map(tuple)


def of_standing(
    *,
    calls: st.SearchStrategy[Any],
    lambdas: st.SearchStrategy[str],
    late: list[dict[str, Any]],
    kinds: tuple[str, ...],
    at: st.SearchStrategy[int],
    steps: st.SearchStrategy[tuple[str, ...]],
    configured: st.SearchStrategy[dict[str, Any]],
) -> st.SearchStrategy[Schedule]:
    """Draw schedules about a campaign that stands: people play `steps`, and things go wrong.

    `calls` and `lambdas` are those that fail, `late` the calls that may be done late, `kinds` what
    people do meanwhile, and `at` the numbers of calls at which that happens.
    """
    skips = st.sampled_from([0, 0, 0, 1, 2, 5])
    outages = st.builds(
        catalogue.outage,
        st.sampled_from(catalogue.OUTAGES),
        st.sampled_from([5, 20, 60, 200]),
        at,
    )
    singles = st.builds(_fault, calls, _whats, _times, skips)
    dying = st.builds(
        lambda function, fate, skip, times, late: Death(function, *fate, skip, times, late),
        lambdas,
        st.sampled_from([*catalogue.DEATHS.values()]),
        st.sampled_from([0, 0, 1, 2, 6]),
        _times,
        st.sampled_from([2.0, 20.0, 44.0]),
    )
    done_late = st.builds(Late, st.sampled_from(late), st.sampled_from([13.0, 20.0, 40.0]))
    done = st.builds(Act, st.sampled_from(kinds), at, st.integers(0, 9))
    return st.builds(
        Schedule,
        steps=steps,
        faults=few(singles | outages, 2),
        deaths=few(dying, 1),
        lates=few(done_late, 1),
        acts=few(done, 2),
        settings=configured,
        table=st.sampled_from([*["quiet"] * 8, "in company", "down", "throttled later"])
        | st.sampled_from(["quiet", "slow later", "no records at first"]),
        starts=st.sampled_from([1, 1, 1, 2]),
        described_late_s=st.sampled_from([0.0, 0.0, 0.0, 2.5, 90.0]),
    ).map(
        # No Lambda lives for so long that a late call follows a jump.
        lambda one: replace(one, lates=()) if any(act.kind == "jump" for act in one.acts) else one
    )


CALLS_OF_A_BUILDING = 25
WORDS_OF_AN_UNDOING = ("Undoing", "Could not create")


def with_occasion(schedule: Schedule) -> Schedule:
    """Let Discord refuse a channel if a part of the schedule matters only to an undoing."""
    of_an_undoing = (
        any(fault.get("method") == "DELETE" for fault in schedule.faults)
        or any(fault.get("skip", 0) >= CALLS_OF_A_BUILDING for fault in schedule.faults)
        or any(fault.get("body_contains") in WORDS_OF_AN_UNDOING for fault in schedule.faults)
        or any(death.function in catalogue.LAMBDAS_OF_THE_UNDOING for death in schedule.deaths)
        or any(act.at >= CALLS_OF_A_BUILDING for act in schedule.acts)
    )
    if schedule.steps or not of_an_undoing or catalogue.REFUSED_CHANNEL in schedule.faults:
        return schedule
    return replace(schedule, faults=(*schedule.faults, catalogue.REFUSED_CHANNEL))


discord_fails = st.builds(
    lambda found, undo, configured, forums: Schedule(
        faults=(*found, *undo), settings=configured, forums=forums
    ),
    few(faults, 3, 1),
    few(refused, 1),
    settings,
    st.sampled_from([True, True, False]),
)
lambdas_die = st.builds(
    lambda dead, late, found, undo, configured: Schedule(
        deaths=dead, lates=late, faults=(*found, *undo), settings=configured
    ),
    few(deaths, 3, 1),
    few(lates, 1),
    few(faults, 1),
    few(refused, 1),
    settings,
)
people_act = st.builds(
    lambda done, found, undo, configured: Schedule(
        acts=done, faults=(*found, *undo), settings=configured
    ),
    few(acts(HANDS), 3, 1),
    few(faults, 1),
    few(refused, 1),
    settings,
)
stopped_late_and_twice = st.builds(
    lambda done, others, found, undo, names, waits, starts, late: Schedule(
        acts=(*done, *others),
        faults=(*found, *undo),
        campaigns=names,
        waits_s=waits,
        starts=starts,
        described_late_s=late,
    ),
    few(acts(("stop", "jump")), 2),
    few(acts(HANDS), 1),
    few(faults, 2),
    few(refused, 1),
    st.sampled_from(
        [
            ("My Campaign",),
            ("My Campaign",),
            ("My Campaign", "My Campaign"),
            ("My Campaign", "Another"),
        ]
    ),
    st.sampled_from([0.0, 0.0, 5.0, 700.0, 790.0, 895.0, 901.0]),
    st.sampled_from([1, 1, 2]),
    st.sampled_from([0.0, 0.0, 0.5, 2.5, 90.0]),
)
many_at_once = st.builds(
    lambda table, done, dead, found, undo, configured, waits, starts: Schedule(
        table=table,
        acts=done,
        deaths=dead,
        faults=(*found, *undo),
        settings=configured,
        waits_s=waits,
        starts=starts,
    ),
    st.sampled_from([*TABLES]),
    few(acts(("stop", "jump", *HANDS)), 1),
    few(deaths, 1),
    few(faults, 2),
    few(refused, 1),
    settings,
    st.sampled_from([0.0, 0.0, 5.0, 300.0, 790.0, 895.0]),
    st.sampled_from([1, 1, 2]),
)
