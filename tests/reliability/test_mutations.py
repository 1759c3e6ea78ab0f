"""A test of the tests: for each promise, mistakes that break it; each must be caught."""

from typing import Any

import pytest

import clean_up_campaign
import complete_campaign
import start_campaign
from channelwright import answers, calls, campaign, delivery, discord, history, ownership, rollback
from local.simulator.contract import named_by_environment
from tests.reliability import catalogue
from tests.reliability.mutation import Mutation, assert_caught, code, machine
from tests.reliability.schedule import Act, Death, Schedule


def _befallen(call: str, what: str, times: int | None = 1, **more: Any) -> Schedule:
    calls = catalogue.BUILDING | catalogue.UNDOING | catalogue.FALLING_BACK
    return Schedule(faults=(catalogue.fault(calls[call], catalogue.FAULTS[what], times),), **more)


def _undone(*others: dict[str, Any], **more: Any) -> Schedule:
    return Schedule(faults=(*others, catalogue.REFUSED_CHANNEL), **more)


def _without(name: str, error: str) -> Mutation:
    """Take away a state's Catch of an error."""

    def change(states: dict[str, Any]) -> None:
        state = states[name]
        state["Catch"] = [one for one in state["Catch"] if error not in one["ErrorEquals"]]

    return machine(change)


def _undo_nothing(states: dict[str, Any]) -> None:
    states["Build Waves"]["Catch"][-1]["Next"] = "Nothing Was Made"


def _never_wait(states: dict[str, Any]) -> None:
    states["Wait for Discord"] = {"Type": "Pass", "Next": "Where to Go On?"}


def _build_in_any_case(states: dict[str, Any]) -> None:
    states["Ready for Channels?"]["Choices"] = states["Ready for Channels?"]["Choices"][:1]


LATE_ROLE = Schedule(deaths=(Death("create_role", "late", late_s=44.0, times=None),))

# promise, mistake, a schedule that shows it, a word of what the checker says
CASES: dict[str, tuple[Mutation, Schedule, str]] = {
    "1 once: a second start is another execution": (
        code(
            start_campaign._start,
            "name=interaction_id,",
            'name=__import__("uuid").uuid4().hex,',
        ),
        Schedule(starts=2),
        "without an execution",
    ),
    "1 once: a repeated create adopts nothing": (
        code(ownership.roles, "and role.get(", "and not role.get("),
        _befallen("create role", "done, then reset"),
        "role My Campaign Members",
    ),
    "2 all or nothing: a failed wave is not undone": (
        machine(_undo_nothing),
        _undone(),
        "says that nothing was left behind",
    ),
    "2 all or nothing: it goes on without the role given": (
        machine(_build_in_any_case),
        _befallen("assign role", "403 50013", None),
        "the game master has not got the role",
    ),
    "2 all or nothing: late effects are not waited for": (
        code(rollback.is_outcome_known, "return all(", "return True or all("),
        LATE_ROLE,
        "left",
    ),
    "2 all or nothing: only what is recorded is undone": (
        code(
            ownership.all_of,
            "in_server = categories(campaign, listed_channels)",
            "in_server = []; listed_roles = []",
        ),
        Schedule(deaths=(Death("create_category", "after", times=None),)),
        "channel My Campaign",
    ),
    "2 all or nothing: a stopped execution is not cleaned up": (
        code(clean_up_campaign.handler, "error in OUR_ENDS or", 'error != "FAILED" or'),
        Schedule(acts=(Act("stop", 14),)),
        "left",
    ),
    "3 bystanders: what has a channel's name is ours": (
        code(
            ownership.channels,
            'and _same(channel.get("topic") or "", topic)',
            "",
        ),
        _befallen(
            "create text, first wave", "500", acts=(Act("add_same_named_to_our_category", 10, 0),)
        ),
        "general",
    ),
    "3 bystanders: what was made at once is looked for": (
        code(complete_campaign.handler, "campaigns.not_certain(", "(lambda planned, _: planned)("),
        Schedule(acts=(Act("add_same_named_to_our_category", 18, 2),)),
        "a bystander is changed",
    ),
    "3 bystanders: what was not tried is looked for": (
        code(
            history.recall,
            "planned = _begun(state)",
            'tried.update((channel["position"], channel)'
            ' for wave in state["waves"] for channel in wave["channels"])',
        ),
        _befallen(
            "create text, first wave",
            "403 50013",
            acts=(Act("add_same_named_to_our_category", 8, 2),),
        ),
        "voice-chat",
    ),
    "3 bystanders: a role of the name is ours": (
        code(ownership.roles, 'role["id"] == recorded', '_same(role["name"], name)'),
        _undone(acts=(Act("make_same_named_role", 8),)),
        "a bystander is changed",
    ),
    "3 bystanders: others' channels are not named": (
        code(ownership.foreign, "return [", "return [][:0] and ["),
        _undone(acts=(Act("add_to_our_category", 20),)),
        "a guest of our category is not named",
    ),
    "4 heard: nothing is written in the channel": (
        code(delivery.deliver, 'write_in_channel if event.get("in_channel") else ', ""),
        _undone(catalogue.DEAD_TOKEN),
        "untold",
    ),
    "4 heard: a state is left without a Catch": (
        machine(lambda states: states["Report Failure"].pop("Catch")),
        _undone(catalogue.DEAD_TOKEN),
        "untold",
    ),
    "4 heard: what is left is not named": (
        code(rollback.step, '"found": left', '"found": []'),
        _undone(
            catalogue.fault(catalogue.UNDOING["delete role"], catalogue.FAULTS["403 50013"], None)
        ),
        "says that nothing was left behind",
    ),
    "4 heard: what is hidden is not named": (
        code(rollback._is_left, 'id_ in tally["refused"]', "False"),
        _undone(acts=(Act("hide_our_channel", 20),)),
        "says that nothing was left behind",
    ),
    "5 evidence: a starter that cannot speak keeps silent": (
        code(start_campaign._tell_in_channel, "RateLimitTooLong", "ChannelwrightError"),
        _befallen("message in the channel", "503", None, waits_s=901.0),
        "ended as []",
    ),
    "6 respect: a wait is cut to whole seconds": (
        code(campaign.utc, "int(-(-seconds // 1))", "int(seconds)"),
        _befallen("create role", "429 of 61.5 s"),
        "too early",
    ),
    "6 respect: a wait is not waited for": (
        machine(_never_wait),
        _befallen("create role", "429 of 61.5 s"),
        "too early",
    ),
    "6 respect: a refusal is taken for silence": (
        code(answers.result, "if 400 <= status < 500:", "if 400 <= status < 401:"),
        _befallen("create category", "403 50013", None),
        "invalid answers",
    ),
    "6 respect: a wait beyond the deadline is waited for": (
        code(discord.Discord._limited, "if until >= self._deadline:", "if until < 0:"),
        _befallen("create role", "429 of 14 h", None),
        "waits",
    ),
}
if named_by_environment():
    CASES["6 respect: a request is not what Discord's document says"] = (
        code(calls.create_role, '"color":', '"colour":'),
        Schedule(),
        "request of POST /guilds/{guild_id}/roles",
    )


@pytest.mark.parametrize("case", CASES)
def test_it_is_caught(stage_for_all, case):
    assert_caught(stage_for_all, *CASES[case])
