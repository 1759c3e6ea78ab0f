"""Hypothesis's strategies for schedules in which the members of a campaign change."""

from dataclasses import replace

from hypothesis import strategies as st

from tests.reliability import catalogue, strategies
from tests.reliability.joiners import CHANGING
from tests.reliability.schedule import Act, Death, Late, Schedule
from tests.reliability.strategies import few

CALLS = catalogue.JOINING
LAMBDAS = ("start_campaign", *catalogue.LAMBDAS_OF_MEMBERS, "StartExecution", "DescribeExecution")
# Others may do these between two commands, or in the midst of everything.
EVENTS = (
    *("give_role", "take_role", "open_our_channel", "close_our_channels", "raise_our_role"),
    *("give_our_role_power", "open_elsewhere", "somebody_leaves", "somebody_returns"),
    *("delete_our_category", "delete_our_channel", "delete_our_role", "hide_our_channel"),
    *("add_to_our_category", "move_our_channel_out", "take_managers_rights"),
    "master_is_timed_out",
)
OF_THE_BOT = ("take_manage_roles", "take_view_channel", "time_out", "kick", "stop", "jump")
# A change makes 6 to 13 calls.
MOST_CALLS = 24

faults = st.builds(
    strategies._fault,
    st.sampled_from([*CALLS.values()]) | st.sampled_from([*strategies.ROUTES.values()]),
    st.sampled_from([*catalogue.FAULTS.values()]),
    strategies._times,
    st.sampled_from([0, 0, 0, 1, 2, 5]),
) | st.builds(
    catalogue.outage,
    st.sampled_from(catalogue.OUTAGES),
    st.sampled_from([5, 20, 60, 200]),
    st.integers(0, MOST_CALLS),
)
deaths = st.builds(
    lambda function, fate, skip, times, late: Death(function, *fate, skip, times, late),
    st.sampled_from(LAMBDAS) | st.sampled_from(catalogue.LAMBDAS_OF_MEMBERS),
    st.sampled_from([*catalogue.DEATHS.values()]),
    st.sampled_from([0, 0, 1, 2, 6]),
    strategies._times,
    st.sampled_from([2.0, 20.0, 44.0]),
)
lates = st.builds(
    Late,
    st.sampled_from([{"method": "PUT"}, {"method": "DELETE"}, CALLS["edit about members"]]),
    st.sampled_from([13.0, 20.0, 40.0]),
)
acts = st.builds(
    Act,
    st.sampled_from([*EVENTS, *OF_THE_BOT, *["stop"] * 6, *CHANGING]),
    st.integers(0, MOST_CALLS),
    st.integers(0, 9),
)
_between = st.sampled_from([*[()] * 12, *((event,) for event in EVENTS)])
steps = st.tuples(
    st.sampled_from([("add_co_gm",), ("add_player",), ("choose_players",), ("hand_over",), ()]),
    _between,
    few(st.sampled_from(CHANGING), 2, 1),
).map(lambda drawn: (*drawn[0], *drawn[1], *drawn[2]))
# A change does not look whether Discord forgets an assignment.
settings = strategies.settings.map(
    lambda drawn: {name: value for name, value in drawn.items() if name != "lost_assignments"}
)
members = st.builds(
    Schedule,
    steps=steps,
    faults=few(faults, 2),
    deaths=few(deaths, 1),
    lates=few(lates, 1),
    acts=few(acts, 2),
    settings=settings,
    table=st.sampled_from([*["quiet"] * 8, "in company", "down", "throttled later"])
    | st.sampled_from(["quiet", "slow later", "no records at first"]),
    starts=st.sampled_from([1, 1, 1, 2]),
    described_late_s=st.sampled_from([0.0, 0.0, 0.0, 2.5, 90.0]),
).map(
    # No Lambda lives for so long that a late call follows a jump.
    lambda one: replace(one, lates=()) if any(act.kind == "jump" for act in one.acts) else one
)
