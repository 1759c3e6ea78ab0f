"""Hypothesis's strategies for schedules in which the members of a campaign change."""

from hypothesis import strategies as st

from tests.reliability import catalogue, strategies
from tests.reliability.joiners import CHANGING
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
members = strategies.of_standing(
    calls=st.sampled_from([*CALLS.values()]) | st.sampled_from([*strategies.ROUTES.values()]),
    lambdas=st.sampled_from(LAMBDAS) | st.sampled_from(catalogue.LAMBDAS_OF_MEMBERS),
    late=[{"method": "PUT"}, {"method": "DELETE"}, CALLS["edit about members"]],
    kinds=(*EVENTS, *OF_THE_BOT, *["stop"] * 6, *CHANGING),
    at=st.integers(0, MOST_CALLS),
    steps=steps,
    configured=settings,
)
