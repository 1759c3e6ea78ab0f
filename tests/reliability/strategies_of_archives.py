"""Hypothesis's strategies for schedules in which a campaign is archived, and opened again."""

from hypothesis import strategies as st

from tests.reliability import catalogue, strategies, strategies_of_members
from tests.reliability.archivers import ARCHIVING
from tests.reliability.strategies import few

CALLS = catalogue.ARCHIVING | catalogue.DROPPING
LAMBDAS = ("start_campaign", "StartExecution", "DescribeExecution")
# Others may do these before the commands, between two of them, or in the midst of everything.
EVENTS = (
    *("change_our_overwrite", "drop_our_overwrite", "let_somebody_write", "sync_our_channel"),
    *("add_categories", "move_our_category", "open_our_channel", "close_our_channels"),
    *("delete_our_category", "delete_our_channel", "delete_our_role", "hide_our_channel"),
    *("add_to_our_category", "move_our_channel_out", "copy_our_channel", "somebody_leaves"),
    *("somebody_returns", "rename_our_channel", "take_managers_rights", "master_is_timed_out"),
)
OF_THE_BOT = (
    *("take_manage_channels", "take_manage_roles", "take_view_channel", "time_out", "kick"),
    *("stop", "jump"),
)
# Other operations on the campaign; a press needs a preview.
BESIDE = ("look", "press", "add_player", "add_co_gm", "remove_co_gm", "player_leaves_campaign")
# An archiving makes some 20 calls.
MOST_CALLS = 44

_before = st.sampled_from(
    [(), ("add_categories",), ("add_co_gm",), ("look",), ("add_co_gm", "add_categories")]
)
_events = few(st.sampled_from(EVENTS), 2)
steps = st.tuples(
    _before,
    _events,
    st.sampled_from([("archive",), ("archive",), ("manager_archives",), ("both_archive",)]),
    _events,
    few(st.sampled_from([*ARCHIVING, "unarchive", "unarchive", *BESIDE]), 2),
).map(lambda drawn: tuple(one for some in drawn for one in some))
archives = strategies.of_standing(
    calls=st.sampled_from([*CALLS.values()]) | st.sampled_from([*strategies.ROUTES.values()]),
    lambdas=st.sampled_from(catalogue.LAMBDAS_OF_AN_ARCHIVE)
    | st.sampled_from([*LAMBDAS, *catalogue.LAMBDAS_OF_AN_ARCHIVE]),
    late=[{"method": "PUT"}, {"method": "DELETE"}, CALLS["move the category"]],
    kinds=(*EVENTS, *OF_THE_BOT, *["stop"] * 6, *ARCHIVING, *BESIDE),
    at=st.integers(0, MOST_CALLS),
    steps=steps,
    configured=strategies_of_members.settings,
)
