"""Tests of the tests: mistakes that break a promise about archives; the checks catch each one."""

from typing import Any

import pytest

import plan_archive
import report
import write_archive
from channelwright.archive import findings, order, overwrites, steps
from channelwright.records import claims, record
from tests.reliability import catalogue
from tests.reliability.catalogue import ARCHIVING, FAULTS, RESTORING
from tests.reliability.mutation import Mutation, assert_caught, code, constant, machine
from tests.reliability.schedule import Act, Death, Late, Schedule
from tests.statemachine.interpreter import ARCHIVE


def _steps(*steps: str, **more: Any) -> Schedule:
    return Schedule(steps=steps, **more)


def _fails(call: str, *steps: str, times: int | None = None, **more: Any) -> Schedule:
    fault = catalogue.fault(ARCHIVING[call], FAULTS["403 50013"], times)
    return _steps(*steps, faults=(fault,), **more)


def _limits(matching: dict[str, Any], name: str, **more: Any) -> Schedule:
    """Limit one call of an archiving for longer than it may wait."""
    return _steps("archive", faults=(catalogue.fault(matching, FAULTS[name], 1),), **more)


def _forget_the_end(states: dict[str, Any]) -> None:
    states["Plan Archive"]["Catch"][1]["Next"] = "Release Campaign"


def _keep_the_claim(states: dict[str, Any]) -> None:
    states["Plan Archive"]["Catch"][1]["Next"] = "Report Archive"


BOTH = ("archive", "unarchive")
# A write whose outcome is unknown comes after another one was refused.
LATE = _fails(
    "write a later overwrite", *BOTH, times=1, lates=(Late(ARCHIVING["write an overwrite"], 40.0),)
)
# An operator stops the execution while a write is under way.
STOPPED_LATE = _steps(
    "archive",
    acts=(Act("stop", 8), Act("unarchive", 10)),
    lates=(Late(ARCHIVING["write an overwrite"], 40.0),),
)
# By promise and mistake: the mutation, a schedule that shows it, a word of the check's message.
CASES: dict[str, tuple[Mutation, Schedule, str]] = {
    "released: a plan claims after its execution has ended": (
        machine(_forget_the_end, ARCHIVE),
        _steps("archive", deaths=(Death("plan_archive", "late", times=None, late_s=44.0),)),
        "keeps its claim",
    ),
    "restored: a channel that a deleted role made like its category keeps what that had": (
        code(overwrites.without_deleted_roles, "or id_ in there", "or True"),
        _steps(
            *("change_our_overwrite", "somebody_returns", "both_archive"),
            *("let_somebody_write", "delete_our_role", "manager_archives"),
            faults=(
                catalogue.fault(
                    {"method": "GET", "path": "/channels$", "skip": 6}, FAULTS["timeout"], None
                ),
            ),
            settings={"stale_reads_ms": 6000},
        ),
        "restored, but an overwrite is",
    ),
    "people: the category is moved by what a look showed before a limit": (
        code(
            write_archive._written,
            'steps.rows(taken, progress["way"], channels)',
            'vars(steps).setdefault("_" + progress["way"], '
            'steps.rows(taken, progress["way"], channels))',
        ),
        _steps(
            *("add_categories", "archive", "unarchive"),
            faults=(
                catalogue.fault(RESTORING["move the category back"], FAULTS["429 of 61.5 s"], 1),
            ),
            acts=(Act("move_our_category", 38, 2),),
        ),
        "people's order of the categories is lost",
    ),
    "archived: a bit is not denied": (
        constant(overwrites, "ARCHIVE_DENIES", overwrites.ARCHIVE_DENIES & ~(1 << 38)),
        _steps("archive"),
        "archived, but an overwrite is",
    ),
    "archived: a member may still write": (
        code(overwrites._denied, "one.allow & ARCHIVE_DENIES", "(one.type == 0) * one.allow"),
        _steps("let_somebody_write", "archive"),
        "archived, but an overwrite is",
    ),
    "archived: the category stays where it is": (
        code(order.to_the_bottom, "return [{", "return [][:0] and [{"),
        _steps("add_categories", "archive"),
        "not below the others",
    ),
    "restored: a bit is not restored": (
        code(overwrites._merged, "mine & ~changed", "mine & ~changed & ~2048"),
        _steps("let_somebody_write", *BOTH),
        "restored, but an overwrite is",
    ),
    "restored: the category stays below": (
        code(order.back, "return rows", "return []"),
        _steps("add_categories", *BOTH),
        "not at its place",
    ),
    "restored: what did not follow is left": (
        code(steps._items, "first or pending", "first or pending[:0]"),
        _steps(*BOTH),
        "but an overwrite is",
    ),
    "restored: a refused archiving does not turn back": (
        code(steps._noted, 'before["way"] == "archive"', "False"),
        _fails("write a later overwrite", "archive", times=1),
        "but an overwrite is",
    ),
    "restored: turning back does not wait for a late write": (
        constant(steps, "UNKNOWN_OUTCOME_SECONDS", 10),
        LATE,
        "but an overwrite is",
    ),
    "heeded: turning back does not wait for the limit": (
        code(write_archive._heed_limit, "until > time.time()", "until < 0"),
        _limits(
            ARCHIVING["channels at a write"] | {"skip": 6},
            "429 of 61.5 s",
            acts=(Act("jump", 13, 1),),
        ),
        "write_archive repeats GET",
    ),
    "heeded: turning back waits for any limit": (
        code(write_archive._heed_limit, "until >= deadline", "until < 0"),
        _limits(ARCHIVING["write an overwrite"] | {"skip": 1}, "429 of 14 h"),
        "an execution waits",
    ),
    "restored: a half archived state is taken for the earlier one": (
        code(plan_archive._next, "if is_open else", "if is_open or True else"),
        _steps(*BOTH, acts=(Act("stop", 12),)),
        "but an overwrite is",
    ),
    "restored: a late write of a stopped execution is not waited for": (
        code(claims._stopped_until, "+ UNKNOWN_OUTCOME_SECONDS", "- 60"),
        STOPPED_LATE,
        "but an overwrite is",
    ),
    "restored: a late write of an earlier archiving is not waited for": (
        code(record.settled_at, "max(seconds, least_seconds)", "10"),
        _steps(
            "archive",
            acts=(Act("unarchive", 18),),
            lates=(Late(ARCHIVING["write an overwrite"], 40.0),),
        ),
        "restored, but an overwrite is",
    ),
    "archived: lists that show what was before are believed": (
        code(record.settled_at, "max(seconds, least_seconds)", "0"),
        _steps(
            *BOTH,
            acts=(Act("archive", 36),),
            settings={"stale_reads_ms": 6000, "stale_reads_chance": 0.7},
        ),
        "archived, but an overwrite is",
    ),
    "archived: a list is believed that lags behind a change of members": (
        code(plan_archive._next, "claim, LISTS_LAG_SECONDS", "claim"),
        _steps(
            *("add_co_gm", "remove_co_gm"),
            acts=(Act("archive", 28),),
            settings={"stale_reads_ms": 9000},
        ),
        "said to be removed, but sees a channel",
    ),
    "archived: a late plan claims again": (
        code(claims.is_overtaken, ">=", "=="),
        _steps(
            "archive",
            acts=(Act("unarchive", 17),),
            deaths=(Death("plan_archive", "late", "Lambda.Unknown", 0, 1, 44.0),),
        ),
        "but the record says archiving",
    ),
    "people: their changes are overwritten": (
        code(overwrites._merged, "changed = reduce(", "changed = 0 * reduce("),
        _steps("archive", "let_somebody_write", "unarchive"),
        "a person's change is lost",
    ),
    "named: what is not restored is not": (
        code(findings._answer, 'for id_ in progress["failed"]', "for id_ in ()"),
        _fails("write a later overwrite", "archive", "unarchive"),
        "an overwrite is",
    ),
    "untold: a late answer waits no longer than a build": (
        code(report._answer, "answer_deadline", "build_deadline"),
        _steps(
            *("master_is_timed_out", "manager_archives", "unarchive"),
            acts=(Act("jump", 0, 3),),
            faults=(catalogue.outage("429 Cloudflare", 20, 6),),
            order=2,
        ),
        "untold, though Discord would have",
    ),
    "released: a plan that dies keeps its claim": (
        machine(_keep_the_claim, ARCHIVE),
        _steps("archive", deaths=(Death("plan_archive", "after", times=None),)),
        "keeps its claim",
    ),
    "finished: a stopped archiving cannot be continued": (
        code(claims.is_at_work, '== "RUNNING"', '!= "SUCCEEDED"'),
        _steps("archive", acts=(Act("stop", 12),)),
        "the same command does not finish it",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_it_is_caught(stage_for_all, case):
    assert_caught(stage_for_all, *CASES[case])
