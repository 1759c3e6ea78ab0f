"""Every call with every fault, one row each: ``python -m tests.reliability.matrix``."""

import contextlib
import multiprocessing
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace

import tests.conftest  # noqa: F401 - no real AWS
from tests.reliability import catalogue
from tests.reliability.archivers import Archivers
from tests.reliability.archives import Archive
from tests.reliability.deletions import Deletion
from tests.reliability.memberships import Change
from tests.reliability.play import Outcome, Theatre, theatre
from tests.reliability.promises import Campaign, broken
from tests.reliability.schedule import Death, Schedule

NOTHING_FAILED = "the fault found no occasion"


@dataclass(frozen=True)
class Row:
    """A schedule of one fault, and its description."""

    call: str
    fault: str
    times: str
    schedule: Schedule


def rows() -> Iterator[Row]:
    """Return the whole matrix."""
    for calls, context in catalogue.CONTEXTS:
        for call, matching in calls.items():
            for name, what in catalogue.FAULTS.items():
                for times, number in catalogue.TIMES.items():
                    fault = catalogue.fault(matching, what, number)
                    with_others = (fault, *context.faults)
                    yield Row(call, name, times, replace(context, faults=with_others))
    yield from _deaths(catalogue.LAMBDAS, Schedule())
    yield from _deaths(catalogue.LAMBDAS_OF_THE_UNDOING, catalogue.UNDONE)
    yield from _deaths((catalogue.HANDING_OVER, "start_removal"), catalogue.UNDONE)
    yield from _deaths(("report rejection",), Schedule(server="make_same_named_role"))
    yield from _deaths(("write_in_channel",), Schedule(faults=(catalogue.DEAD_TOKEN,)))
    cleaning = (
        *catalogue.LAMBDAS_OF_THE_UNDOING,
        "start_removal",
        "DescribeExecution",
        "GetExecutionHistory",
    )
    yield from _deaths(cleaning, catalogue.STOPPED, "clean-up: ")
    # The first call is the starter's.
    yield from _deaths(("StartExecution",), catalogue.STOPPED, "clean-up: ", skip=1)
    yield from _deaths(("StartExecution",), Schedule())
    yield from _deaths(("DescribeExecution",), Schedule(waits_s=901.0))
    yield from _deaths(catalogue.LAMBDAS_OF_A_DELETION, catalogue.DELETED, "deletion: ")
    yield from _deaths((catalogue.HANDING_OVER,), catalogue.DELETED, "deletion: ")
    yield from _deaths(("remove_controls",), catalogue.DELETED_BY_UNDO, "deletion: ")
    yield from _deaths(catalogue.LAMBDAS_OF_MEMBERS, catalogue.CHANGED, "members: ")
    yield from _deaths(catalogue.LAMBDAS_OF_AN_ARCHIVE, catalogue.ARCHIVED, "archive: ")
    # The first two are the archiving's: its plan and its answer.
    back = ("plan_archive", "report answer")
    yield from _deaths(back, catalogue.RESTORED, "the way back: ", skip=1)
    yield from _described_late()


def _deaths(
    functions: tuple[str, ...], context: Schedule, words: str = "", skip: int = 0
) -> Iterator[Row]:
    for function in functions:
        for name, (when, error) in catalogue.DEATHS.items():
            for times, number in catalogue.TIMES.items():
                death = Death(function, when, error, skip, number)
                yield Row(words + function, name, times, replace(context, deaths=(death,)))


def _described_late() -> Iterator[Row]:
    """Yield builds whose start and end Step Functions describes late: stopped, undone, untold."""
    untold = Schedule(faults=(catalogue.DEAD_TOKEN, catalogue.NOT_WRITTEN))
    contexts = {"stopped": catalogue.STOPPED, "undone": catalogue.UNDONE, "untold": untold}
    for words, context in contexts.items():
        for seconds in (1.0, 90.0):
            call, fault = f"the end of a build, {words}", f"described {seconds:.0f} s late"
            # Slow enough for a build to outlast the delay of its description.
            late = replace(context, described_late_s=seconds, settings={"latency_ms": 5000})
            yield Row(call, fault, "for ever", late)


def result(stage: Theatre, row: Row) -> tuple[str, list[str]]:
    """Play a row; return what happened, and the broken promises."""
    outcome = stage.play(row.schedule)
    if not struck(outcome):
        return NOTHING_FAILED, broken(outcome)
    return _what_happened(outcome), broken(outcome)


def _what_happened(outcome: Outcome) -> str:
    if not isinstance(outcome.people, Archivers):
        return Campaign(outcome, outcome.requests[0]).what_happened
    [scene, *_] = [one for one in reversed(outcome.people.scenes) if one.asked]
    asked = outcome.people.asked[-1]
    match asked.request["kind"]:
        case "archive":
            return Archive(outcome, asked, scene).kind or "untold"
        case "members":
            return Change(outcome, asked, scene).kind or "untold"
    said = Deletion(outcome, asked).kind or "untold"
    return f"{said}, {'something' if outcome.people.left_then else 'nothing'} left"


def struck(outcome: Outcome) -> bool:
    """Tell whether the row's death, or its fault (the schedule's first), found an occasion."""
    if outcome.schedule.described_late_s:
        return True
    if outcome.schedule.deaths:
        return any(seen[0] > death.skip for death, seen in outcome.lambdas._deaths)
    return bool(outcome.discord.faults.list()[0]["hits"])


def _play(row: Row) -> tuple[Row, str, list[str]]:
    return (row, *result(_stages[0], row))


_open_for_good = contextlib.ExitStack()
_stages: list[Theatre] = []


def _open() -> None:
    _stages.append(_open_for_good.enter_context(theatre()))


def main() -> int:
    """Print the matrix as a table; fail if a promise was broken."""
    began, count, bad = time.monotonic(), 0, 0
    wanted = sys.argv[1] if len(sys.argv) > 1 else ""
    chosen = [row for row in rows() if wanted in f"{row.call}: {row.fault}, {row.times}"]
    print("| call | fault | times | what happened |\n|---|---|---|---|")
    with multiprocessing.get_context("spawn").Pool(initializer=_open) as pool:
        for row, happened, mistakes in pool.imap(_play, chosen, chunksize=8):
            count, bad = count + 1, bad + bool(mistakes)
            said = happened + "".join(f" **BROKEN: {one}**" for one in mistakes)
            print(f"| {row.call} | {row.fault} | {row.times} | {said} |", flush=True)
    print(f"\n{count} rows, {bad} broken, {time.monotonic() - began:.0f} s")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
