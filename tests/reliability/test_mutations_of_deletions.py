"""Tests of the tests: mistakes that break a promise about deletions; the checks catch each one."""

from dataclasses import replace
from typing import Any

import pytest

import delete_created
import find_created
import preview_deletion
import report
import start_campaign
from channelwright.campaign import deadlines, last_word, removal, steps
from channelwright.discord import delivery
from channelwright.records import deletion
from tests.reliability import catalogue
from tests.reliability.catalogue import DELETED, DELETING, FAULTS
from tests.reliability.mutation import Mutation, assert_caught, code, constant, machine
from tests.reliability.schedule import Act, Death, Schedule
from tests.statemachine.interpreter import DELETE, REMOVE


def _steps(*steps: str, **more: Any) -> Schedule:
    return Schedule(steps=steps, **more)


def _fails(call: str, what: str, times: int | None = None, **more: Any) -> Schedule:
    fault = catalogue.fault(DELETING[call], FAULTS[what], times)
    return replace(DELETED, faults=(fault,), **more)


def _keep_the_claim(states: dict[str, Any]) -> None:
    for rule in states["How Did It End?"]["Choices"][:3]:
        rule["Next"] = "Campaign Not Undone"


def _note_no_end(states: dict[str, Any]) -> None:
    written = states["Release Campaign"]["Parameters"]
    written["UpdateExpression"] = written["UpdateExpression"].replace(", released = :end", "")
    del written["ExpressionAttributeValues"][":end"]


def _forget_what_is_left(states: dict[str, Any]) -> None:
    for rule in states["How Did It End?"]["Choices"][:3]:
        rule["Next"] = "Forget Campaign"


def _take_a_known_start_for_a_failure(states: dict[str, Any]) -> None:
    del states["Remove Campaign"]["Catch"][0]
    del states["Release Campaign"]["Catch"][0]


def _do_not_ask_who_has_the_claim(states: dict[str, Any]) -> None:
    del states["Release Campaign"]["Catch"][0]


def _start_twice(states: dict[str, Any]) -> None:
    by = "States.Format('{}-remove-by-{}', $.request.campaign_id, States.UUID())"
    states["Remove Campaign"]["Parameters"]["Name.$"] = by


# The queue delivers the press a second time.
LATE_PRESS = _steps("look", "press", deaths=(Death("start_campaign", "before", skip=1),))
# A channel comes into the category, and one look shows it, but a later one does not.
LATE_LISTS = _steps(
    *("look", "press"),
    acts=(Act("add_to_our_category", 9),),
    settings={"stale_reads_ms": 9000, "stale_reads_chance": 0.5},
)
# The last word comes when hardly any time is left, and an earlier edit may still replace it.
TOLD_LATE = _fails(
    *("delete channel for good", "429 shared", 2),
    deaths=(Death("report removal", "late"),),
    acts=(Act("jump", 13, 4),),
    settings={"latency_ms": 900},
)
REFUSED = _fails("delete channel for good", "403 50013")
INSIDE = _steps("look_inside", "press")
NOT_SHOWN = _fails("channels before the category", "403 50013")
LIMITED_LAST_CHANNEL = {
    **catalogue.fault({"method": "DELETE", "path": "/channels/"}, FAULTS["429 of 14 h"], 1),
    "skip": 10,
}
# By promise and mistake: the mutation, a schedule that shows it, a word of the check's message.
CASES: dict[str, tuple[Mutation, Schedule, str]] = {
    "released: a press claims after its removal has ended": (
        code(preview_deletion._next, 'claims.is_overtaken(record, event["claim"])', "False"),
        _steps(
            *("look", "press"),
            deaths=(Death("preview_deletion", "late", skip=1),),
            acts=(Act("time_out", 8),),
        ),
        "keeps its claim",
    ),
    "released: a removal that leaves something notes no end": (
        machine(_note_no_end, REMOVE),
        _steps(
            *("look", "press"),
            deaths=(Death("preview_deletion", "late", skip=1),),
            acts=(Act("time_out", 8),),
        ),
        "keeps its claim",
    ),
    "4 heard: a press that comes late begins": (
        constant(deadlines, "PRESS_SECONDS", deadlines.BUILD_SECONDS),
        _fails(
            *("delete channel for good", "timeout"),
            deaths=(Death("start_campaign", "before", skip=1, times=2),),
        ),
        "outlasts the press's token",
    ),
    "4 heard: a failed deletion is repeated when no time is left": (
        code(steps.step, "is_short=is_short", "is_short=False"),
        _fails(
            *("delete channel for good", "timeout"),
            deaths=(Death("start_campaign", "before", skip=1),),
        ),
        "outlasts the press's token",
    ),
    "4 heard: a look that Discord does not answer is repeated when no time is left": (
        code(steps.is_last_look, "return can", "return False and can"),
        replace(
            LATE_PRESS,
            faults=(
                catalogue.fault({"method": "DELETE"}, FAULTS["timeout"], None),
                catalogue.fault(DELETING["channels before the category"], FAULTS["timeout"], None),
            ),
        ),
        "outlasts the press's token",
    ),
    "4 heard: something is deleted when no time is left": (
        code(steps.step, "_is_over(before, seconds_left)", "False"),
        replace(
            LATE_PRESS,
            faults=(
                catalogue.fault(DELETING["delete channel for good"], FAULTS["429 of 61.5 s"], None),
                catalogue.fault(DELETING["delete role for good"], FAULTS["timeout"], None),
            ),
        ),
        "outlasts the press's token",
    ),
    "4 heard: the last delivery does not ask whether an earlier one has started it": (
        code(start_campaign._start_at_once, "is_last and _was", "False and _was"),
        _steps(
            *("look", "press"),
            deaths=(
                Death("StartExecution", "late", "Lambda.Unknown", skip=1, times=3, late_s=2.0),
            ),
        ),
        "removed, but what is said about it",
    ),
    "3 bystanders: what an earlier look has shown is forgotten": (
        code(find_created._look, "removal.doubted(before, foreign)", "[]"),
        LATE_LISTS,
        "that the bot has seen",
    ),
    "1 once: the removal of a press has another name each time": (
        machine(_start_twice, DELETE),
        DELETED,
        "an execution that nobody expects",
    ),
    "2 as shown: a digest is not compared": (
        code(
            preview_deletion._next,
            'request.get("digest") != shown.digest',
            '"digest" not in request',
        ),
        _steps("look", "write_in_our_channel", "press"),
        "something had changed",
    ),
    "2 as shown: a preview deletes": (
        code(preview_deletion._next, 'request.get("digest") != shown.digest', "False"),
        _steps("look"),
        "deleted without a press",
    ),
    "2 as shown: where people have written does not count": (
        code(deletion.preview, "sorted(talked_in)]", "[]]"),
        _steps("look", "write_in_our_channel", "press"),
        "something had changed",
    ),
    "2 as shown: where a channel is does not count": (
        code(deletion.preview, "sorted(parents.items())", "[]"),
        _steps("look", "move_our_channel_out", "press"),
        "something had changed",
    ),
    "2 whole: what goes last is forgotten": (
        machine(lambda states: states["How Did It End?"]["Choices"].pop(), REMOVE),
        INSIDE,
        "left, and not named",
    ),
    "2 whole: a removal outlasts the press's token": (
        code(
            preview_deletion._remove,
            'deadlines.build_deadline(request["interaction_id"])',
            'deadlines.removal_deadline(request["interaction_id"]) + 3600',
        ),
        _fails("delete role for good", "429 of 61.5 s"),
        "the removal outlasts the press's token",
    ),
    "3 bystanders: the category goes around others' channels": (
        code(find_created._look, 'if known.is_deletion(event["failure"]):', "if False:"),
        _steps("look", "press", acts=(Act("add_to_our_category", 12),)),
        "the category is deleted around",
    ),
    "3 bystanders: without a look the category goes all the same": (
        code(find_created._next, 'if event["blind"] and known.is_deletion(failure):', "if False:"),
        replace(NOT_SHOWN, acts=(Act("add_to_our_category", 12),)),
        "the category is deleted around",
    ),
    "4 heard: a permission is not asked for": (
        code(preview_deletion._next, "server.standing and deletion", "True or deletion"),
        _steps("manager_looks", "take_managers_rights", "manager_presses"),
        "somebody who may not",
    ),
    "4 heard: a timeout takes nothing away": (
        code(deletion.may_delete, "return is_free and", "return"),
        _steps("look", "master_is_timed_out", "press"),
        "somebody who may not",
    ),
    "4 heard: the category that stays is not named": (
        code(last_word._deletion, "removal.join(left, recorded)", "left"),
        replace(NOT_SHOWN, acts=(Act("take_manage_roles", 12),)),
        "left, and not named",
    ),
    "4 heard: the channel that goes last is not named": (
        code(last_word._deletion, "if left and here:", "if False:"),
        replace(REFUSED, steps=INSIDE.steps),
        "left, and not named",
    ),
    "4 heard: a channel that was hidden meanwhile counts as gone": (
        code(removal.unclear, 'kind != "role" and', "False and"),
        _steps(
            *("look", "press"),
            deaths=(Death("delete_created", "before", times=None),),
            acts=(Act("hide_our_channel", 13),),
        ),
        "left, and not named",
    ),
    "4 heard: a channel that is limited and then hidden is not asked for": (
        code(
            removal._unlisted,
            'for one in before["deletions"])',
            'for one in before["deletions"] if "failure" in one)',
        ),
        _fails("delete channel for good", "429 shared", acts=(Act("hide_our_channel", 14, 6),)),
        "left, and not named",
    ),
    "4 heard: a removal goes on after its last word": (
        code(steps._is_over, "was_over or ", ""),
        replace(TOLD_LATE, settings={"latency_ms": 2000}),
        "nothing was",
    ),
    "4 heard: the last word waits for what may come after the token's end": (
        code(
            report._last_word,
            'min(before["late_until"], deadline) if is_private else before["late_until"]',
            'before["late_until"]',
        ),
        TOLD_LATE,
        "nothing was",
    ),
    "4 heard: what Discord has deleted may be left, because no look has shown it": (
        code(find_created._next, "and recorded and", "and False and"),
        _steps(
            *("look", "press"),
            faults=(
                catalogue.fault(
                    {"method": "GET", "path": "/roles$", "skip": 1},
                    FAULTS["429 of 61.5 s"],
                    None,
                ),
            ),
        ),
        "says that something may be left, but Discord has deleted it all",
    ),
    "6 respect: the last channel waits for hours": (
        code(delete_created.handler, 'event.get("until", math.inf)', "math.inf"),
        replace(INSIDE, faults=(LIMITED_LAST_CHANNEL,)),
        "an execution waits",
    ),
    "2 as shown: what a preview kept is forgotten": (
        code(find_created._look, 'campaign.get("guests", [])', "[]"),
        _steps(
            *("look", "move_into_our_category", "press", "press"),
            acts=(Act("take_view_channel", 16),),
        ),
        "no confirmed preview has shown it",
    ),
    "4 heard: what is left is not named": (
        code(steps.step, '"found": left, "n', '"found": [], "n'),
        _fails("delete role for good", "403 50013"),
        "left, and not named",
    ),
    "4 heard: a removal that has started counts as a failure": (
        machine(_take_a_known_start_for_a_failure, DELETE),
        replace(DELETED, deaths=(Death("Remove Campaign", "after"),)),
        "removed, but what is said about it is",
    ),
    "4 heard: a removal of which AWS lost all answers counts as a failure": (
        machine(_do_not_ask_who_has_the_claim, DELETE),
        replace(
            DELETED,
            deaths=(Death("Remove Campaign", "after", times=None),),
            faults=({"seconds": 60, "skip": 20, "times": None, **FAULTS["429 Cloudflare"]},),
            settings={"latency_ms": 500},
        ),
        "removed, but what is said about it is",
    ),
    "4 heard: what is private is written in the channel": (
        code(delivery.write_in_channel, 'if request.get("private"):', "if False:"),
        _fails("deleted edit", "403 50013"),
        "written in the channel",
    ),
    "7 records: a claim is not released": (
        machine(_keep_the_claim, REMOVE),
        REFUSED,
        "keeps its claim",
    ),
    "7 records: what is left is forgotten": (
        machine(_forget_what_is_left, REMOVE),
        REFUSED,
        "something is left, but the record is forgotten",
    ),
    "7 records: what is gone is not forgotten": (
        machine(lambda states: states["How Did It End?"].update(Default="Was It Told?"), REMOVE),
        DELETED,
        "keeps its claim",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_it_is_caught(stage_for_all, case):
    assert_caught(stage_for_all, *CASES[case])
