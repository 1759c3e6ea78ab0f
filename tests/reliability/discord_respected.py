"""Checks how the bot treats Discord: what it sends, what it retries, how soon and how often.

Other functions tell what Discord refused.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from channelwright.campaign.deadlines import REMOVAL_SECONDS
from channelwright.discord.snowflake import created_at
from start_campaign import AGAIN_SECONDS
from tests.reliability.deleting import removal_of
from tests.reliability.deliveries import MAX_RECEIVES
from tests.reliability.excuses import excused
from tests.reliability.lambdas import Invocation
from tests.reliability.play import Outcome
from tests.reliability.unfollowed import SUFFIXES, is_unfollowed
from tests.reliability.wire import Call
from tests.statemachine.interpreter import Run

if TYPE_CHECKING:
    from tests.reliability.answered import Answered
    from tests.reliability.promises import Campaign

NOT_THERE_YET = {10008, 10015}
UNKNOWN_MEMBER, UNKNOWN_OVERWRITE = 10007, 10009
INVALID = {401, 403, 404}
MOST_INVALID_A_CALL = 2
# A removal waits up to this long a few times, however late it begins.
A_SHORT_WAIT_SECONDS = 30
A_FEW = 2
MOST_INVALID_A_RUN = 60
# For a build and its removal together, by how many calls a wave makes: each is repeated once a
# minute, and both lists for as long again.
MOST_LIMITED_A_CALL = 26
LEAST_WAVE = 4
# While Discord cannot be reached, each call is retried a few times: each of a removal's, and the
# last one of the build.
MOST_OF_THE_EDGE_A_REMOVAL = 120
# The state machine's tries of a final message.
MOST_TRIES = 5
OF_BUILDS = {
    "plan_campaign",
    "create_role",
    "create_category",
    "create_channel",
    "complete_campaign",
}
OF_REMOVALS = {"find_created", "delete_created"}
LAST_EDITS = ("report summary", "report failure", "report rejection", "report answer")
OF_DELETIONS = ("report removal", "report failure")
LONGEST_WAIT_SECONDS = 25 * 60
# What the starter needs to say that nothing was started.
STARTERS = {"start_campaign", "DescribeExecution"}
# A command's starter also says it if it cannot ask whether an earlier delivery has started it.
STARTERS_OF_COMMANDS = {"start_campaign"}
# A private answer can only be edited, while its token lives.
ANSWER_SECONDS = 890
# The bot's guess for the bar, if Discord names no wait: the last word does not come before it.
A_MINUTE = 60
# A last word is tried until so many seconds before the end, if Discord names no wait.
A_MARGIN = 2


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
    fails = any(death.function == "StartExecution" for death in outcome.schedule.deaths)
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
    made = sum("create" in entry.action for entry in outcome.people.guild.audit_log)
    # Each thing, in two rounds, and in the end one that stands for all.
    tried = 2 * MOST_TRIES * (made + len(outcome.requests))
    most = max(tried, MOST_OF_THE_EDGE_A_REMOVAL * len(outcome.requests))
    most *= _executions(outcome, "delete_created")
    others = {(c.function, c.key) for c in of_the_edge if c.method != "DELETE"}
    if len(of_the_edge) > most + MOST_TRIES * max(1, len(others)):
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


def deletion_was_refused(outcome: Outcome, id_: str, rounds: int = 2) -> bool:
    """Tell whether Discord refused to delete something to the end, in so many `rounds` of tries."""
    tries = [c for c in outcome.calls if c.method == "DELETE" and c.path.endswith(f"/{id_}")]
    died = [one for one in outcome.lambdas.invocations if one.deletes == id_ and one.lost]
    if not tries and not died:  # a channel that stays keeps its category and the role
        return _faulted(outcome, "DELETE", f"/channels/{id_}")
    # Nobody heard the others, but a stopped execution's history may have their limits.
    heard = [call for call in tries if not call.lost or call.status == 429]
    last = max([*heard, *died], key=lambda one: one.began, default=None)
    if not (isinstance(last, Call) and last.status == 429):
        return _failed_rounds(heard, died) >= rounds
    # Cloudflare's 429 may name no wait, which does not count as a short one.
    if 0 < (last.retry_after or 0) < A_SHORT_WAIT_SECONDS:
        return len(tries) > A_FEW or _faulted(outcome, "DELETE", last.path)
    return True


def _failed_rounds(heard: list[Call], died: list[Invocation]) -> int:
    """Return how many rounds of tries failed: by a refusal, or by five tries without an answer.

    A limit ends a round that does not count.
    """
    rounds = unanswered = 0
    for one in sorted([*heard, *died], key=lambda one: one.began):
        unanswered = 0 if is_answered(one) else unanswered + 1
        if unanswered == MOST_TRIES or (isinstance(one, Call) and one.refused):
            rounds, unanswered = rounds + 1, 0
    return rounds


def is_answered(one: Call | Invocation) -> bool:
    """Tell whether Discord said what it did: neither the edge nor a dead Lambda decides that."""
    if isinstance(one, Invocation):
        return False
    done = one.status == 204 or (one.status == 200 and one.readable)
    return done or one.refused or one.status == 429


def nothing_could_be_said(campaign: Campaign | Answered) -> bool:
    """Tell whether both ways to notify the game master are closed, even in the end."""
    outcome, request = campaign.outcome, campaign.request
    if is_unfollowed(campaign) or _is_starter_dead(campaign):
        return True
    token, application = request["interaction_token"], request["application_id"]
    edit = f"/webhooks/{application}/{token}/messages/@original"
    edit_closed = _faulted(outcome, "PATCH", edit) or not outcome.discord.interaction(
        campaign.id
    ).token_alive(campaign.ended)
    post = f"/channels/{request['channel_id']}/messages"
    post_closed = _faulted(outcome, "POST", post) or bool(
        outcome.people.did & {"kick", "take_send_messages", "take_view_channel", "time_out"}
    )
    edit_closed = edit_closed or _refused_at_last(campaign, "PATCH", edit)
    edit_closed = edit_closed or dies_for_good(campaign, *LAST_EDITS)
    post_closed = post_closed or _refused_at_last(campaign, "POST", post) or "private" in request
    post_closed = post_closed or dies_for_good(campaign, "write_in_channel")
    return edit_closed and post_closed


def _is_starter_dead(campaign: Campaign | Answered) -> bool:
    """Tell whether nothing was started, because the starter died, or could not ask whether it was.

    If only the start fails, the starter itself has the last word.
    """
    dead = {death.function for death in campaign.outcome.schedule.deaths}
    has_dead_letter = campaign.id in campaign.outcome.dead_letters
    starters = STARTERS_OF_COMMANDS if "kind" in campaign.request else STARTERS
    return has_dead_letter and not campaign.runs and bool(dead & starters)


def dies_for_good(campaign: Campaign | Answered, *functions: str) -> bool:
    """Tell whether, of some functions, the one that was invoked last died in all of its tries."""
    tries = [one for one in invocations(campaign) if one.function in functions]
    last = [
        one
        for one in tries
        if (one.function, one.execution) == (tries[-1].function, tries[-1].execution)
    ][-MOST_TRIES:]
    return len(last) == MOST_TRIES and all(one.lost for one in last)


def is_look_dead(campaign: Campaign | Answered) -> bool:
    """Tell whether the function that looks died in all tries of a state, at any time."""
    looks = [one for one in invocations(campaign) if one.function == "find_created"]
    in_a_row = itertools.groupby(looks, key=lambda one: (one.execution, one.lost))
    return any(lost and len([*row]) >= MOST_TRIES for (_, lost), row in in_a_row)


def invocations(campaign: Campaign | Answered) -> list[Invocation]:
    """Return the invocations by all executions of a campaign, or of what was asked of one."""
    names = {campaign.id + suffix for suffix in SUFFIXES}
    if "campaign_id" in campaign.request:
        names.add(removal_of(campaign.request))
    return [one for one in campaign.outcome.lambdas.invocations if one.execution in names]


def starter_was_limited(campaign: Campaign) -> bool:
    """Tell whether Discord limited the starter for longer than SQS waits.

    SQS must then not deliver the message again.
    """
    return any(
        call.function == "" and call.status == 429 and (call.retry_after or 0) > AGAIN_SECONDS
        for call in campaign.outcome.calls
    )


def _refused_at_last(campaign: Campaign | Answered, method: str, path: str) -> bool:
    """Tell whether the bot may stop: Discord refused, limits too long, or all tries failed."""
    tries = [
        call
        for call in campaign.outcome.calls
        if (call.method, call.path) == (method, path)
        and call.body.get("nonce", campaign.id).startswith(campaign.id)
    ]
    if not tries:
        return False
    last = tries[-1]
    is_private = "private" in campaign.request
    patience = created_at(campaign.id) + (ANSWER_SECONDS if is_private else REMOVAL_SECONDS)
    is_bar = method == "PATCH" and last.function not in LAST_EDITS
    wait = last.retry_after or (A_MINUTE if is_bar else A_MARGIN)
    too_long = last.status == 429 and (wait > LONGEST_WAIT_SECONDS or last.at + wait >= patience)
    # The final message may have come before, and an earlier edit after it.
    heard = (n for n, call in enumerate(tries) if call.status == 200 and call.readable)
    since = max(heard, default=-1)
    its_own = [call for call in tries[since + 1 :] if call.function == last.function]
    # SQS retries the starter, but not after its last word.
    once = 1 if campaign.id in campaign.outcome.dead_letters else MAX_RECEIVES
    enough = MOST_TRIES if last.function else once
    enough -= sum(one.lost for one in invocations(campaign) if one.function == last.function)
    not_there_yet = method == "PATCH" and last.code in NOT_THERE_YET
    vain = [call for call in its_own if call.scripted or call.code in NOT_THERE_YET]
    patient = bool(its_own) and len(its_own) >= enough and vain == its_own and not not_there_yet
    refused = last.refused and not not_there_yet
    if last.function and its_own and vain == its_own:  # one Lambda may ask a few times
        patient = patient or len({call.began for call in its_own}) >= enough
    return refused or too_long or patient


def _faulted(outcome: Outcome, method: str, path: str) -> bool:
    """Tell whether a fault still hits such a call; one that would spare the next does not count."""
    now = outcome.discord.clock.now()
    for fault in outcome.discord.faults._faults:
        open_ = not fault.is_over(now) and fault.seen >= fault.skip
        text = '{"content": "❌ Could not \\u274c ✅ Campaign Created"}'
        if open_ and fault.matches(method, path, fault.body_contains or text):
            return True
    return False
