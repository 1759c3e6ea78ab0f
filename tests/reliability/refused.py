"""Tells what Discord refused to the end, or what died each time: no bot could do more."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from tests.reliability.deleting import removal_of
from tests.reliability.lambdas import Invocation
from tests.reliability.play import Outcome
from tests.reliability.unfollowed import SUFFIXES
from tests.reliability.wire import Call

if TYPE_CHECKING:
    from tests.reliability.answered import Answered
    from tests.reliability.promises import Campaign

# The state machine's tries of a final message.
MOST_TRIES = 5
# A removal waits up to this long a few times, however late it begins.
A_SHORT_WAIT_SECONDS = 30
A_FEW = 2


def deletion_was_refused(outcome: Outcome, id_: str, rounds: int = 2) -> bool:
    """Tell whether Discord refused to delete something to the end, in so many `rounds` of tries."""
    tries = [c for c in outcome.calls if c.method == "DELETE" and c.path.endswith(f"/{id_}")]
    died = [one for one in outcome.lambdas.invocations if one.deletes == id_ and one.lost]
    if not tries and not died:  # a channel that stays keeps its category and the role
        return is_faulted(outcome, "DELETE", f"/channels/{id_}")
    # Nobody heard the others, but a stopped execution's history may have their outcomes.
    recalled = "stop" in outcome.people.did
    heard = [c for c in tries if not c.lost or (recalled and (c.refused or c.status == 429))]
    last = max([*heard, *died], key=lambda one: one.began, default=None)
    if not (isinstance(last, Call) and last.status == 429):
        return _failed_rounds(heard, died) >= rounds
    # Cloudflare's 429 may name no wait, which does not count as a short one.
    if 0 < (last.retry_after or 0) < A_SHORT_WAIT_SECONDS:
        return len(tries) > A_FEW or is_faulted(outcome, "DELETE", last.path)
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


def is_faulted(outcome: Outcome, method: str, path: str) -> bool:
    """Tell whether a fault still hits such a call; one that would spare the next does not count."""
    now = outcome.discord.clock.now()
    for fault in outcome.discord.faults._faults:
        open_ = not fault.is_over(now) and fault.seen >= fault.skip
        text = '{"content": "❌ Could not \\u274c ✅ Campaign Created"}'
        if open_ and fault.matches(method, path, fault.body_contains or text):
            return True
    return False
