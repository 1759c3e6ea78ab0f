"""Hypothesis's strategies for schedules in which a campaign is deleted."""

from typing import Any

from hypothesis import strategies as st

from tests.reliability import catalogue, strategies

CALLS = catalogue.DELETING
LAMBDAS = (
    "start_campaign",
    *catalogue.LAMBDAS_OF_A_DELETION,
    "remove_controls",
    "StartExecution",
    "DescribeExecution",
    catalogue.HANDING_OVER,
)
# Others may do these between the preview and the press, or in the midst of everything.
EVENTS = (
    "delete_our_category",
    "delete_our_channel",
    "delete_our_role",
    "rename_our_channel",
    "hide_our_channel",
    "add_to_our_category",
    "copy_our_channel",
    "move_into_our_category",
    "move_our_channel_out",
    "write_in_our_channel",
    "take_managers_rights",
    "master_leaves",
    "master_is_timed_out",
)
OF_THE_BOT = (
    "take_manage_channels",
    "take_manage_roles",
    "take_view_channel",
    "time_out",
    "kick",
    "stop",
    "jump",
)
# The removal begins after so many calls, and ends after 27.
BEGUN, MOST_CALLS = 8, 30
# Most schedules matter to the removal.
OF_REMOVALS = [
    call for name, call in CALLS.items() if "preview" not in name and "press" not in name
]

_looks = st.sampled_from(
    [
        *[("look",), ("undo",), ("look_inside",), ("manager_looks",)],
        *[("look", "manager_looks"), ("look", "look")],
    ]
)
_between = st.sampled_from([*[()] * 26, *((event,) for event in EVENTS)])
_presses = {
    ("manager_looks",): [("manager_presses",), ("manager_presses",) * 2],
    ("look", "manager_looks"): [("both_press",), ("press", "manager_presses")],
    ("look", "look"): [("press_first", "press"), ("press", "press_first")],
}
PRESSES: list[Any] = [("press",), ("press",), ("press", "press"), ("press_twice",)]
_steps = st.tuples(_looks, _between).flatmap(
    lambda begun: st.sampled_from(_presses.get(begun[0], PRESSES)).map(
        lambda presses: (*begun[0], *begun[1], *presses)
    )
)
deletions = strategies.of_standing(
    calls=st.sampled_from(OF_REMOVALS)
    | st.sampled_from([*CALLS.values(), *strategies.ROUTES.values()]),
    lambdas=st.sampled_from(LAMBDAS) | st.sampled_from(catalogue.LAMBDAS_OF_THE_UNDOING),
    late=[CALLS["deleting edit"], CALLS["deleted edit"], {"method": "DELETE"}],
    kinds=(*EVENTS, *OF_THE_BOT, *["stop"] * 6),
    at=st.integers(0, MOST_CALLS) | st.integers(BEGUN, MOST_CALLS),
    steps=_steps,
    configured=strategies.settings,
)
