"""Checks how the bot treats Discord: what it sends, what it retries, how soon and how often."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from tests.reliability.deliveries import MAX_RECEIVES
from tests.reliability.excuses import excused
from tests.reliability.play import Outcome
from tests.reliability.refused import MOST_TRIES
from tests.reliability.wire import Call
from tests.statemachine.interpreter import Run

if TYPE_CHECKING:
    pass

NOT_THERE_YET = {10008, 10015}
UNKNOWN_MEMBER, UNKNOWN_OVERWRITE = 10007, 10009
INVALID = {401, 403, 404}
MOST_INVALID_A_CALL = 2
MOST_INVALID_A_RUN = 60
# For a build and its removal together, by how many calls a wave makes: each is repeated once a
# minute, and both lists for as long again.
MOST_LIMITED_A_CALL = 26
LEAST_WAVE = 4
# While Discord cannot be reached, each call is retried a few times: each of a removal's, and the
# last one of the build.
MOST_OF_THE_EDGE_A_REMOVAL = 120
MOST_TRIES_OF_A_LOOK = 7
BARS = ("report progress", "report removal")
OF_BUILDS = {
    "plan_campaign",
    "create_role",
    "create_category",
    "create_channel",
    "complete_campaign",
}
OF_REMOVALS = {"find_created", "delete_created"}
LONGEST_WAIT_SECONDS = 25 * 60
OF_DELETIONS = ("report removal", "report failure")


def broken(outcome: Outcome) -> list[str]:
    return [
        *outcome.violations,
        *too_early(outcome),
        *too_long(outcome),
        *repeated(outcome),
        *bucket_exceeded(outcome),
        *held_up(outcome),
    ]


def too_early(outcome: Outcome) -> Iterator[str]:
    """No call is repeated before Retry-After allows.

    Edits and assignments count as the same call across functions, other calls within one function.
    """
    closed: dict[Any, tuple[float, int]] = {}
    stopped_branches = {id_ for id_, runs in outcome.runs.items() if _stopped_a_branch(runs)}
    for number, call in enumerate(outcome.calls):
        who = _identity(call)
        until, since = closed.get(who, (0.0, 0))
        is_early = call.at < until - 1e-6 and not call.lost
        if is_early and not _could_not_know(outcome, stopped_branches, since, number):
            early = f"{until - call.at:.1f} s too early"
            yield f"{call.function} repeats {call.method} {_path(call)} {early}"
        if call.status == 429 and call.retry_after is not None and not call.lost:
            closed[who] = max((until, since), (call.answered_at + call.retry_after, number))


def _could_not_know(outcome: Outcome, stopped_branches: set[str], since: int, now: int) -> bool:
    """Tell whether the maker of call number `now` cannot know the answer to call number `since`."""
    said_to = outcome.calls[since]
    is_edit = said_to.method == "PATCH" and "/webhooks/" in said_to.path
    is_first_edit = is_edit and "% (0/" in said_to.body["content"]
    in_branch = is_first_edit and said_to.key.strip() in stopped_branches
    # Two starters with the same message do not know each other's answers; nor do their executions.
    starters = said_to.function == "" or outcome.calls[now].function == ""
    # SQS also delivers it again if AWS did not confirm that an execution has started.
    fails = any(
        death.function == "StartExecution"
        or (death.function == "start_campaign" and death.when != "before")
        for death in outcome.schedule.deaths
    )
    anew = starters and (outcome.schedule.starts > 1 or fails)
    return (
        excused(
            "The removal of a stopped execution does not know waits", _stopped(outcome, since, now)
        )
        or excused("A branch that is stopped", in_branch)
        or excused("A starter does not know waits", anew or _is_unconfirmed(outcome, since, now))
        or excused("An assignment beside a category that failed", _is_forgotten(outcome, said_to))
    )


def _is_unconfirmed(outcome: Outcome, since: int, now: int) -> bool:
    """Tell whether a press and the removal that it has started do not know of each other."""
    calls = {outcome.calls[since].function, outcome.calls[now].function}
    has_started = any(
        death.function == "Remove Campaign" and death.when == "after"
        for death in outcome.schedule.deaths
    )
    return (
        has_started
        and outcome.table.has_failed
        and calls in ({"report answer", last} for last in OF_DELETIONS)
    )


def _is_forgotten(outcome: Outcome, assignment: Call) -> bool:
    """Tell whether the assignment's attempt to create the category failed and was repeated."""
    return assignment.method == "PUT" and any(
        call.function == "create_category"
        and call.key == assignment.key
        and call.began > assignment.began
        for call in outcome.calls
        if assignment.function == "create_category"
    )


def _stopped(outcome: Outcome, since: int, now: int) -> bool:
    """Tell whether, between two calls, an execution ended from outside and lost what it knew."""
    return any(since < begin <= now for begin in outcome.clean_ups)


def _stopped_a_branch(runs: list[Run]) -> bool:
    """Tell whether the create beside the first edit failed, or had to wait."""
    entered = [state for run in runs[:1] for state in run.states]
    begun, done = entered.count("Begin Building"), entered.count("Create Category") > 0
    return begun > 1 or (begun > 0 and not done)


def too_long(outcome: Outcome) -> Iterator[str]:
    """No execution waits for longer than a removal may wait for Discord."""
    longest = max(outcome.waits, default=0)
    if longest > LONGEST_WAIT_SECONDS:
        yield f"an execution waits {longest:.0f} s"


def _identity(call: Call) -> Any:
    if call.method == "PATCH" and call.path.startswith("/webhooks/"):
        return call.method, call.path
    if call.method in {"PATCH", "PUT"}:  # another interaction's execution cannot know
        return call.method, f"{call.path} {call.key.partition(' ')[0]}"
    return call.function, call.key, call.method, call.path, repr(call.body)


def _path(call: Call) -> str:
    return "@original" if call.path.endswith("@original") else call.path


def repeated(outcome: Outcome) -> Iterator[str]:
    """No call is retried after 401, 403 or 404, except when SQS delivers its message again."""
    invalid = [
        call
        for call in outcome.calls
        if call.status in INVALID
        and call.refused
        and not call.lost
        and not (call.method == "PATCH" and call.code in NOT_THERE_YET)
        and not _is_gone_already(call)
    ]
    for (who, body), count in Counter(
        (_identity(call), repr(call.body)) for call in invalid
    ).items():
        by_the_starter = who[0] == ""
        by_sqs = MAX_RECEIVES * outcome.schedule.starts
        most = by_sqs if by_the_starter else MOST_INVALID_A_CALL * _executions(outcome, who[0])
        if count > most:
            call = f"{who[-2 if len(who) == 2 else 2]} {body[:60]}"
            yield f"{count} invalid answers to the same call: {call}"
    if len(invalid) > MOST_INVALID_A_RUN * len(outcome.requests):
        yield f"{len(invalid)} invalid answers in one run"
    limited = [c for c in outcome.calls if c.status == 429 and not c.lost]
    for who, count in Counter(map(_identity, limited)).items():
        if count > MOST_LIMITED_A_CALL * _executions(outcome, who[0]):
            yield f"{count} answers of 429 to one call"
    at_once = max(LEAST_WAVE, outcome.schedule.wave_size)
    if len(limited) > MOST_LIMITED_A_CALL * at_once * len(outcome.requests):
        yield f"{len(limited)} answers of 429 in one run"
    of_the_edge = [c for c in outcome.calls if c.status in INVALID and not c.refused]
    # A bar that is not taken is not repeated.
    of_the_edge = [c for c in of_the_edge if c.function not in BARS]
    made = sum("create" in entry.action for entry in outcome.people.guild.audit_log)
    # Each thing, in two rounds, and in the end one that stands for all.
    tried = 2 * MOST_TRIES * (made + len(outcome.requests))
    most = max(tried, MOST_OF_THE_EDGE_A_REMOVAL * len(outcome.requests))
    most *= _executions(outcome, "delete_created")
    others = {(c.function, c.key, c.path) for c in of_the_edge if c.method != "DELETE"}
    if len(of_the_edge) > most + MOST_TRIES_OF_A_LOOK * max(1, len(others)):
        yield f"{len(of_the_edge)} answers of the edge in one run"


def _is_gone_already(call: Call) -> bool:
    """Tell whether a look found that somebody has left, or a change that an overwrite is gone.

    Repeated, a state looks and deletes again.
    """
    has_left = (call.method, call.code) == ("GET", UNKNOWN_MEMBER)
    deleted = call.function, call.method, call.code
    return has_left or deleted == ("change_member", "DELETE", UNKNOWN_OVERWRITE)


def _executions(outcome: Outcome, function: str) -> int:
    """Return the number of executions of one interaction that may call a function."""
    runs = max([1, *(len(runs) for runs in outcome.runs.values())])
    if function in OF_BUILDS:
        return 1
    return max(1, runs - 1) if function in OF_REMOVALS else runs


def bucket_exceeded(outcome: Outcome) -> Iterator[str]:
    """No edit exceeds Discord's bucket.

    Only the answer to the previous edit, if it arrived, tells how many more are allowed.
    """
    edits = [(number, c) for number, c in enumerate(outcome.calls) if c.method == "PATCH"]
    edits.sort(key=lambda one: one[1].path)
    stopped_branches = {id_ for id_, runs in outcome.runs.items() if _stopped_a_branch(runs)}
    for (since, before), (now, edit) in itertools.pairwise(edits):
        if edit.status != 429 or edit.scripted or before.path != edit.path:
            continue
        stopped = _stopped(outcome, since, now)
        in_branch = edit.key.strip() in stopped_branches
        by_starters = outcome.schedule.starts > 1 and "" in (before.function, edit.function)
        if (
            excused("The removal of a stopped execution does not know waits", stopped)
            or excused("A branch that is stopped", in_branch)
            or excused("A starter does not know waits", by_starters)
            or excused("An answer without a bucket", before.scripted or before.lost)
        ):
            continue
        yield "an edit more than Discord's bucket allows"


def held_up(outcome: Outcome) -> Iterator[str]:
    """No final message waits because the bar has used up the message's edits."""
    edits = [call for call in outcome.calls if call.method == "PATCH"]
    all_is_heard = all(call.status == 200 and not call.scripted for call in edits)
    limited = any(call.status == 429 for call in outcome.calls)
    alone = outcome.schedule.table == "quiet" and not outcome.schedule.deaths
    runs = [run for runs in outcome.runs.values() for run in runs]
    stopped = bool(outcome.clean_ups) or any(map(_stopped_a_branch, outcome.runs.values()))
    if all_is_heard and alone and not limited and not stopped:
        yield from ("a last word waits" for run in runs if _has_last_word_waited(run.states))


def _has_last_word_waited(states: list[str]) -> bool:
    return any(
        before.startswith("Report ") and after == "Read Rate Limit"
        for before, after in itertools.pairwise(states)
    )
