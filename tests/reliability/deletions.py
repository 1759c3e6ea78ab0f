"""The promises of a deletion, checked against the server, the messages and the executions' ends."""

from __future__ import annotations

import re
from collections.abc import Iterator

from channelwright.campaign.deadlines import build_deadline
from channelwright.campaign.steps import (
    LAST_TRY_SECONDS,
    MOST_OF_A_TRY_SECONDS,
    SHORT_LIMIT_SECONDS,
    can_be_told,
)
from channelwright.discord.snowflake import created_at
from tests.reliability import guests, refused
from tests.reliability.answered import NOT_TOLD, Answered, no_secret, released, untold
from tests.reliability.askers import Asked
from tests.reliability.deleting import removal_of
from tests.reliability.excuses import excused
from tests.reliability.in_time import TOKEN_SECONDS
from tests.reliability.joiners import Joiners
from tests.reliability.play import Outcome
from tests.reliability.unnoticed import went_unnoticed
from tests.reliability.whole import said_to_be_gone
from tests.statemachine.interpreter import Run

# The first words of a message, and its kind; any other is not final.
KINDS = {
    "✅ **Campaign Deleted": "deleted",
    "❌ **Campaign not deleted completely": "left",
    "✅ **Campaign Undone": "deleted",
    "❌ **Campaign not undone completely": "left",
    "🗑️ **Delete Campaign": "preview",
    "↩️ **Undo Campaign": "preview",
    "Something has changed since": "preview",
    "The bot could not begin in time": "preview",
    "❌ Only the game master": "refused",
    "❌ The bot does not know this campaign": "unknown",
    "❌ The bot could not finish": "not seen",
    "⏳": "being",
}


class Deletion(Answered):
    """A command or a press, and what came of it."""

    def __init__(self, outcome: Outcome, asked: Asked):
        super().__init__(outcome, asked)
        self.kind = kind(self.words)

    @property
    def removal(self) -> Run | None:
        """The execution of the removal, if the press has started one."""
        return self.runs[-1] if len(self.runs) > 1 else None

    @property
    def keeps_category(self) -> bool:
        """Tell whether the user has confirmed that the category stays for others' channels."""
        return self.removal is not None and "This stays, with its category" in self.asked.shown


def kind(words: str) -> str:
    """Return a message's kind, "" if it is not final."""
    return next((kind for begin, kind in KINDS.items() if words.startswith(begin)), "")


def broken(outcome: Outcome) -> Iterator[str]:
    """Yield the promises that a deletion has broken."""
    people = outcome.people
    if not isinstance(people, Joiners):
        return
    asked = [one for one in people.asked if one.request["kind"] == "deletion"]
    deletions = [Deletion(outcome, one) for one in asked]
    for one in deletions:
        yield from _only_if_confirmed(one)
        yield from _heard(one)
        yield from _in_time(one)
        yield from _true(one, people)
        yield from no_secret(one)
    yield from _only_what_was_shown(deletions, people)
    yield from _shown_at_last(deletions)
    yield from _private(outcome)
    yield from guests.keep_their_category(outcome, people)
    yield from guests.were_seen(outcome, deletions, people)
    yield from _known(deletions, people)
    yield from _finished(outcome, people)


def _only_if_confirmed(one: Deletion) -> Iterator[str]:
    did = one.outcome.people.did
    # The bot does not see a thing that somebody hides after the press began.
    was_hidden = bool(did & {"take_view_channel", "hide_our_channel"})
    if one.removal and one.asked.changed and not was_hidden:
        yield "deleted, though something had changed since the preview"
    if one.removal and one.asked.may is False:
        yield "deleted for somebody who may not"
    if one.removal and not one.asked.shown:
        yield "deleted without a press"


def _only_what_was_shown(deletions: list[Deletion], people: Joiners) -> Iterator[str]:
    shown = {id_ for one in deletions if one.removal for id_ in _takes(one.asked.shown)}
    log = people.guild.audit_log
    for number, entry in enumerate(log):
        if not (entry.action.endswith("_delete") and "/campaign delete" in (entry.reason or "")):
            continue
        if number < people.logged_then and entry.target_id not in shown:
            yield f"deleted, but no confirmed preview has shown it: {entry.name}"
        if entry.target_id not in people.ours:
            yield f"deleted, but it is somebody else's: {entry.name}"


def _takes(preview: str) -> list[str]:
    """Return the ids of what a preview says will be deleted."""
    taken = re.split("This stays|Gone already", preview)[0]
    return re.findall(r"<(?:#|@&)(\d+)>", taken)


def _heard(one: Deletion) -> Iterator[str]:
    if one.kind:
        is_over = one.removal is not None and one.removal.status != "ABORTED"
        if is_over and one.kind not in {"deleted", "left"}:
            yield f"removed, but what is said about it is: {one.words[:40]!r}"
        return
    yield from untold(one)


def _private(outcome: Outcome) -> Iterator[str]:
    """Only who asked reads the messages."""
    asked = {one["interaction_id"] for one in outcome.requests if "campaign_id" in one}
    written = [call for call in outcome.calls if call.method == "POST"]
    nonces = [str((call.body or {}).get("nonce", "")) for call in written]
    if any(nonce.partition("-")[0] in asked for nonce in nonces):
        yield "a private message is written in the channel"


def _in_time(one: Deletion) -> Iterator[str]:
    """A removal says its last word while the press's token lives: it has no other way."""
    removal, outcome = one.removal, one.outcome
    # A Lambda that dies each time may take the rest of the time.
    dead = any(
        death.times is None or death.function.startswith("report")
        for death in outcome.schedule.deaths
    )
    if removal is None or removal.status == "ABORTED" or dead or "jump" in outcome.people.did:
        return
    edits = [c for c in outcome.calls if c.method == "PATCH" and one.token in c.path]
    closed = any((call.retry_after or 0) > TOKEN_SECONDS for call in edits)
    end = created_at(one.id) + TOKEN_SECONDS
    is_late = not closed and all(c.at >= end for c in edits if c.function == "report failure")
    if is_late and not excused("An outage that outlasts a press", _is_out_at(outcome, end)):
        yield "the removal outlasts the press's token"


def _is_out_at(outcome: Outcome, moment: float) -> bool:
    """Tell whether an outage hits every call at a moment (Unix seconds)."""
    return any(
        fault.seconds is not None
        and fault.since is not None
        and fault.since <= moment < fault.since + fault.seconds
        for fault in outcome.discord.faults._faults
    )


def _shown_at_last(deletions: list[Deletion]) -> Iterator[str]:
    """A message that several presses edit ends with the removal's word, or that all is gone."""
    for one in deletions:
        message = one.outcome.discord.interaction(one.asked.look).original
        if one.kind != "deleted" or message is None or kind(message.content) == "unknown":
            continue
        presses = sum(other.asked.look == one.asked.look for other in deletions) - 1
        another = presses > 1 and bool(kind(message.content))
        is_its_own = kind(message.content) in {"deleted", "left"}
        if not is_its_own and not excused("Two presses", another):
            yield f"a message does not end with the removal's word: {message.content[:40]!r}"


def _true(one: Deletion, people: Joiners) -> Iterator[str]:
    """The last word of the last removal tells what is left, and nothing else."""
    if one.kind not in {"deleted", "left"} or not _is_last(one, people):
        return
    left = {thing.id: thing for thing in people.left_then}
    if people.guests_then or one.keeps_category:
        left.pop(people.record["category"], None)  # it stays for them
    for id_, thing in left.items():
        named = one.kind == "left" and id_ in one.words
        if not named and not _is_excused(one, id_):
            yield f"left, and not named in the last message: {thing.name}"
        if not _would_stay(one, id_):
            yield f"left, though Discord would have deleted it: {thing.name}"
    # The category may be named because Discord refuses its deletion, not for its guests.
    stands = any(thing.id in one.words for thing in people.left_then)
    if one.kind == "left" and not left and not stands and "Perhaps left" not in one.words:
        unnoticed = went_unnoticed(one.outcome, removal_of(one.request), one.words)
        if not excused("Gone after a refusal", unnoticed):
            yield "says that something was left behind, but nothing was"
    if "Perhaps left" in one.words and not _looked_in_vain(one):
        yield "says that it could not check, but it could"
    if "Perhaps left" in one.words and _has_deleted_all(one, people):
        yield "says that something may be left, but Discord has deleted it all"


def _has_deleted_all(one: Deletion, people: Joiners) -> bool:
    """Tell whether the removal has heard that each thing of the campaign is deleted."""
    dead = {death.function for death in one.outcome.schedule.deaths}
    if dead & {"delete_created", "find_created"}:
        return False
    name = removal_of(one.request)
    heard = [c for c in one.outcome.calls if c.key.startswith(name) and not c.lost]
    ended = [c for c in heard if c.method == "DELETE"]
    deleted = {c.path for c in ended if c.status == 204 or (c.status == 200 and c.readable)}
    return all(any(path.endswith(f"/{id_}") for path in deleted) for id_ in people.ours)


def _is_last(one: Deletion, people: Joiners) -> bool:
    removing = [asked for asked in people.asked if len(one.outcome.runs[asked.id]) > 1]
    return bool(removing) and removing[-1] is one.asked


def _is_excused(one: Deletion, id_: str) -> bool:
    people = one.outcome.people
    hidden = id_ in people.hidden or "take_view_channel" in people.did
    lied = hidden and id_ in said_to_be_gone(one.outcome)
    removal = one.removal
    # Its last word is said, but the state after it fails, or is never reached.
    last = removal is not None and (
        "Delete Last Channel" in removal.states or removal.status == "ABORTED"
    )
    is_last_channel = last and id_ == one.request["channel_id"]
    return excused("Hidden, and said to be gone", lied) or excused(
        "A last channel that stays", is_last_channel
    )


def _would_stay(one: Deletion, id_: str) -> bool:
    """Tell whether Discord refused a deletion, or the bot could not look whether it may.

    Unchecked, all but the category goes: others' channels may be in it.
    """
    people = one.outcome.people
    unchecked = _looked_in_vain(one)
    goes_last = id_ == one.request["channel_id"] and (
        unchecked
        or len(people.left_then) > 1
        or went_unnoticed(one.outcome, removal_of(one.request), one.words)
    )
    is_dead = refused.dies_for_good(one, "find_created")
    if goes_last or (unchecked and (id_ == people.record["category"] or is_dead)):
        return True
    rounds = min(1, _rounds(one)) if unchecked else _rounds(one)
    was_refused = refused.deletion_was_refused(one.outcome, id_, rounds)
    return not rounds or was_refused or _is_excused(one, id_)


def _rounds(one: Deletion) -> int:
    """Return how often a thing has to be tried: not at all, if another try could last too long."""
    name = removal_of(one.request)
    mine = [c for c in one.outcome.calls if c.key.startswith(name) and not c.lost]
    looks = [c.at for c in mine if c.function == "find_created"]
    # A look that asks nothing decides, too.
    works = [i for i in refused.invocations(one) if i.function == "find_created" and not i.lost]
    looks += [i.began for i in works]
    left = build_deadline(one.id) - max(looks, default=0.0)
    tries = [c for c in mine if c.function == "delete_created"]
    died = [i for i in refused.invocations(one) if i.lost and i.deletes]
    unanswered = [c for c in tries if not refused.is_answered(c)]
    limited = [c for c in tries if c.status == 429]
    latest = LAST_TRY_SECONDS if unanswered or died else -SHORT_LIMIT_SECONDS
    if (unanswered or died or limited) and left <= latest and can_be_told(left):
        return 0
    return 1 if left <= MOST_OF_A_TRY_SECONDS else 2


def _looked_in_vain(one: Deletion) -> bool:
    removal = one.removal
    return removal is not None and "Find Blindly" in removal.states


def _known(deletions: list[Deletion], people: Joiners) -> Iterator[str]:
    """The campaign is forgotten when nothing of it is left, and nobody keeps a claim on it."""
    outcome, known = deletions[0].outcome if deletions else None, people.known_then
    if outcome is None or outcome.table.has_failed:
        return  # somebody tries again: _finished
    left = {one.id for one in people.left_then}
    if people.guests_then or any(one.keeps_category for one in deletions):
        left.discard(people.record["category"])
    if known is None:
        last = [one for one in deletions if one.removal][-1:]
        if any(not _is_excused(one, id_) for id_ in left for one in last):
            yield "something is left, but the record is forgotten"
        return
    for one in deletions:
        yield from released(one, known)
    runs = {removal_of(one.request): one.removal for one in deletions if one.removal}
    claimer = known.get("claimed_by", "").rpartition(":")[2]
    ended = {name: run for name, run in runs.items() if run.status != "ABORTED"}
    if claimer in ended:
        yield f"a removal that ended as {ended[claimer].error} keeps its claim"
    if any(run.status == "SUCCEEDED" or run.error in NOT_TOLD for run in runs.values()):
        yield f"everything is deleted, but the record says {known['status']}"
    if not runs and known["status"] == "removing" and not claimer:
        yield "nothing is being removed, but the record says so"


def _finished(outcome: Outcome, people: Joiners) -> Iterator[str]:
    """The same command finishes what is left, when nothing goes wrong any more."""
    left = [one for one in people.left if one.id != people.record["category"] or not people.guests]
    if left and people.known_then and not people.known:
        yield f"the same command leaves {[one.name for one in left]}"
    if people.known and "press" in people.finishing:
        yield "the same command does not forget the campaign"
