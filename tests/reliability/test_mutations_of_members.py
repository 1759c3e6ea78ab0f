"""Tests of the tests: mistakes that break a promise about members; the checks catch each one."""

from collections.abc import Callable
from typing import Any

import pytest

import change_member
import complete_members
import plan_members
from channelwright.records import claims, members
from tests.reliability import catalogue
from tests.reliability.catalogue import FAULTS, JOINING
from tests.reliability.mutation import Mutation, assert_caught, code, machine
from tests.reliability.schedule import Act, Death, Late, Schedule
from tests.statemachine.interpreter import MEMBERS


def _steps(*steps: str, **more: Any) -> Schedule:
    return Schedule(steps=steps, **more)


def _fails(call: str, *steps: str) -> Schedule:
    return _steps(*steps, faults=(catalogue.fault(JOINING[call], FAULTS["403 50013"], None),))


def _next(state: str, after: str) -> Callable[[dict[str, Any]], None]:
    return lambda states: states[state].update(Next=after)


def _fail_the_map(states: dict[str, Any]) -> None:
    del states["Change Members"]["ItemProcessor"]["States"]["Change Member"]["Catch"][1]


def _keep_the_claim(states: dict[str, Any]) -> None:
    states["Plan Members"]["Catch"][1]["Next"] = "Report Members"


def _retry_at_once(states: dict[str, Any]) -> None:
    change = states["Change Members"]["ItemProcessor"]["States"]["Change Member"]
    change["Retry"][-1]["IntervalSeconds"] = 4


# Just when the bot says that the co-GM was added.
LEAVES_AT_ONCE = (Act("co_gm_leaves_campaign", 10),)
CO_GM_OUT = ("add_co_gm", "remove_co_gm")
# By promise and mistake: the mutation, a schedule that shows it, a word of the check's message.
CASES: dict[str, tuple[Mutation, Schedule, str]] = {
    "released: a plan that refuses after a lost attempt keeps its claim": (
        code(claims.let_go, 'answer["next"] != "show"', "True"),
        _steps(
            "add_player",
            deaths=(Death("plan_members", "after"),),
            acts=(Act("delete_our_role", 3),),
        ),
        "keeps its claim",
    ),
    "released: a plan claims after its execution has ended": (
        code(plan_members._claim, "claims.is_overtaken(record, claim)", "False"),
        _steps("add_player", deaths=(Death("plan_members", "late"),)),
        "keeps its claim",
    ),
    "true: a removed leader's overwrite is kept": (
        code(
            change_member._remove,
            "    _write(discord, event, why, is_here=member is not None)\n",
            "",
        ),
        _steps(*CO_GM_OUT),
        "said to be removed, but sees a channel",
    ),
    "true: a removed leader keeps the channels that others know": (
        code(members._change, "or not is_added]", "]"),
        _steps("add_player", "add_co_gm", "open_our_channel", "remove_co_gm"),
        "said to be removed, but sees a channel",
    ),
    "true: a removed player keeps the role": (
        code(change_member._remove, "discord.send(", "("),
        _steps("add_player", "remove_player"),
        "said to be removed, but has the role",
    ),
    "true: a refused role counts as given": (
        code(change_member._add, "refused.code != calls.UNKNOWN_MEMBER", "False"),
        _steps("add_player", acts=(Act("raise_our_role", 4),)),
        "said not to be in the server",
    ),
    "true: somebody has the role, so the channels are not opened": (
        code(
            change_member._add,
            "    _write(discord, event, why)",
            "    has_role or _write(discord, event, why)",
        ),
        _steps("give_role", "give_role", "add_co_gm"),
        "said to lead, but does not see a channel",
    ),
    "true: the record does not learn of it": (
        machine(_next("Complete Members", "Record End"), MEMBERS),
        _steps("add_co_gm"),
        "the record says otherwise",
    ),
    "true: a role that Discord does not show yet is kept": (
        code(
            change_member._remove,
            "        discord.send(",
            '        member and event["role"]["id"] in member["roles"] and discord.send(',
        ),
        _steps("add_player", acts=(Act("remove_player", 5),), settings={"stale_reads_ms": 3000}),
        "said to be removed, but has the role",
    ),
    "true: a list is believed that lags behind the last change": (
        code(plan_members._next, "LISTS_LAG_SECONDS if", "0 if"),
        _steps("add_co_gm", acts=LEAVES_AT_ONCE, settings={"stale_reads_ms": 3000}),
        "said to be removed, but sees a channel",
    ),
    "true: a late write undoes the next command": (
        machine(_retry_at_once, MEMBERS),
        _steps(
            "add_co_gm", acts=(Act("remove_co_gm", 11, 1),), lates=(Late({"method": "PUT"}, 40),)
        ),
        "said to be removed, but has the role",
    ),
    "true: a stopped change is not waited for": (
        code(claims._stopped_until, "+ UNKNOWN_OUTCOME_SECONDS", "- 60"),
        _steps(
            "add_co_gm",
            acts=(Act("stop", 7), Act("remove_co_gm", 9, 1)),
            settings={"stale_reads_ms": 9000},
        ),
        "said to be removed, but sees a channel",
    ),
    "true: what a change did before it failed is not waited for": (
        code(members.settle_seconds, "LISTS_LAG_SECONDS if is_known else", "0 if is_known else"),
        _steps(
            "hand_over",
            acts=(Act("co_gm_leaves_campaign", 10), Act("hide_our_channel", 3, 9)),
            settings={"stale_reads_ms": 3000},
        ),
        "said to be removed, but sees a channel",
    ),
    "true: a last write without an answer is not waited for": (
        code(members.settle_seconds, "else UNKNOWN_OUTCOME_SECONDS", "else 10"),
        _steps(
            "add_player",
            acts=(Act("remove_player", 11),),
            deaths=(Death("change_member", "late", "Lambda.Unknown", 0, 5, 44.0),),
        ),
        "said to be removed, but has the role",
    ),
    "others: a co-GM's other permissions go": (
        code(members._overwrite, "(allow & ~see, deny)", "(0, 0)"),
        _steps("add_player", "add_co_gm", "open_our_channel", "remove_co_gm"),
        "nobody asked for it",
    ),
    "finished: of somebody who has left, an overwrite stays": (
        code(change_member._write, "is_here and ", ""),
        _steps(
            *("add_player", "open_our_channel", "add_co_gm", "remove_player"),
            acts=(Act("somebody_leaves", 8, 3),),
        ),
        "does not change everybody",
    ),
    "others: somebody else loses the role": (
        code(change_member._where, 'event["person"]["user_id"]', 'event["request"]["user_id"]'),
        _steps("give_role", "remove_player"),
        "nobody asked for it",
    ),
    "escalation: a role with power is given on": (
        code(plan_members._reason_against, "is_added and power and not could", "False"),
        _steps("add_co_gm", "give_our_role_power", "co_gm_adds_player"),
        "somebody who may not",
    ),
    "escalation: a role that opens other channels is given on": (
        code(members.power_of, "held + opened", "held"),
        _steps("add_co_gm", "open_elsewhere", "co_gm_adds_player"),
        "somebody who may not",
    ),
    "escalation: a co-GM removes a co-GM": (
        code(plan_members._reason_against, "members.refusal(", "(lambda *_, **__: None)("),
        _steps("add_player", "co_gm_adds_player"),
        "somebody who may not",
    ),
    "one leads: whoever hands over is still the game master": (
        code(members.leaders, "master = user_id", "co_gms.append(user_id)"),
        _steps("hand_over"),
        "asked for a leader, and heard",
    ),
    "one leads: a new game master is still a co-GM": (
        code(members.leaders, "if each != master", "if each"),
        _steps("add_co_gm", "hand_over"),
        "a co-GM, too",
    ),
    "each by itself: one refusal stops the others": (
        machine(_fail_the_map, MEMBERS),
        _fails("give the role", "choose_players"),
        "untold",
    ),
    "released: a plan that dies keeps its claim": (
        machine(_keep_the_claim, MEMBERS),
        _steps("add_player", deaths=(Death("plan_members", "after", times=None),)),
        "keeps its claim",
    ),
    "finished: what half happened is not done again": (
        code(members._overwrite, "allow & see == see", "allow & see"),
        _steps("add_co_gm", "add_player", "add_co_gm", acts=(Act("open_our_channel", 12),)),
        "does not see a channel",
    ),
    "finished: a failure counts as a removal": (
        code(members.leaders, 'one["result"] != "failed"', "True"),
        _fails("close a channel", *CO_GM_OUT),
        "but the record is",
    ),
    "heard: a failure is left out": (
        code(complete_members.handler, "in results]", 'in results if "failure" not in one]'),
        _fails("give the role", "add_player"),
        "nothing is said about somebody",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_it_is_caught(stage_for_all, case):
    assert_caught(stage_for_all, *CASES[case])
