"""Things that may be left: Discord would not delete them, or the bot could not know of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from local.simulator.guild import CATEGORY, Channel
from tests.reliability import refused
from tests.reliability.excuses import excused
from tests.reliability.too_late import came_too_late
from tests.reliability.unfollowed import is_unfollowed
from tests.reliability.whole import said_to_be_gone
from tests.reliability.words import names

if TYPE_CHECKING:
    from tests.reliability.promises import Campaign
    from tests.reliability.wire import Call

COULD_NOT_LOOK = "did not let the bot check"


def mistakes(campaign: Campaign, thing: Any) -> Iterator[str]:
    """Yield the mistakes about a role or channel that is left."""
    if not campaign.runs:
        return  # all_or_nothing reports it
    if is_unfollowed(campaign):
        return
    found = [*_mistakes(campaign, thing)]
    if found and not is_excused(campaign, thing):
        yield from found


def is_excused(campaign: Campaign, thing: Any) -> bool:
    """Tell whether an excuse covers the thing, because the bot could not know or find it."""
    people = campaign.outcome.people
    renamed = (
        thing.id in people.touched
        and not _was_learned_of(campaign, thing)
        and names(campaign.words, thing)
    )
    unheard = thing.id in people.hidden and not _was_learned_of(campaign, thing)
    orphaned = (
        isinstance(thing, Channel)
        and not _was_learned_of(campaign, thing)
        and any(getattr(one, "type", None) == CATEGORY for _, _, one in people.deleted.values())
    )
    lied = thing.id in people.hidden and thing.id in said_to_be_gone(campaign.outcome)
    return (
        excused("A rename before we learn", renamed)
        or excused("Hidden, and said to be gone", lied)
        or excused("A category deleted before we learn", orphaned)
        or excused("Hidden before we learn", unheard)
        or excused("An effect after everything", came_too_late(campaign, thing))
    )


def _mistakes(campaign: Campaign, thing: Any) -> Iterator[str]:
    what = f"{type(thing).__name__.lower()} {thing.name} ({thing.id})"
    causes = " ".join(run.cause or "" for run in campaign.runs)
    if COULD_NOT_LOOK in campaign.words or _could_not_look(campaign):
        if not _look_was_refused(campaign):
            yield f"left, and says that it could not look, but it could: {what}"
        lied = thing.id in said_to_be_gone(campaign.outcome)
        known = _was_learned_of(campaign, thing) and not lied
        if campaign.kind and known and not _is_named(campaign, thing):
            yield f"left, remembered, and not named: {what}"
        # If no look has ended, nothing is deleted, and only the input has the known things.
        if not known or refused.dies_for_good(campaign, "find_created"):
            return
        if thing.id not in causes:
            yield f"left, remembered, and not named in the cause: {what}"
        if not refused.deletion_was_refused(campaign.outcome, thing.id, rounds=1):
            yield f"left, though Discord would have deleted it, unchecked: {what}"
        return
    if campaign.kind and not _is_named(campaign, thing):
        yield f"left, and not named in the last message: {what}"
    if thing.id not in causes:
        yield f"left, and not named in the cause: {what}"
    if not refused.deletion_was_refused(campaign.outcome, thing.id):
        yield f"left, though Discord would have deleted it: {what}"


def _is_named(campaign: Campaign, thing: Any) -> bool:
    """Tell whether the last message names the thing; a category perhaps by its original name."""
    made_as = f"**{campaign.request['campaign_name']}**"
    renamed = thing.id in campaign.outcome.people.touched and isinstance(thing, Channel)
    as_made = renamed and thing.type == CATEGORY and made_as in campaign.words
    return as_made or names(campaign.words, thing)


def _could_not_look(campaign: Campaign) -> bool:
    return not campaign.kind and any("Find Blindly" in run.states for run in campaign.runs)


def _was_learned_of(campaign: Campaign, thing: Any) -> bool:
    """Tell whether the removing execution knows that the thing was created.

    It does not if the creating one was stopped before the Lambda told it: the category's may still
    be assigning the role.
    """
    lost = {_maker(call) for call in campaign.outcome.calls if call.lost}
    made = {_maker(call) for call in campaign.outcome.calls if call.made_id == thing.id}
    return bool(made - lost)


def _maker(call: Call) -> tuple[str, str, float]:
    """Return what tells the Lambda of a call from all others."""
    return call.function, call.key, call.began


def _look_was_refused(campaign: Campaign) -> bool:
    """Tell whether Discord left a question of the last look unanswered."""
    looks = [
        c
        for c in campaign.outcome.calls
        if c.function == "find_created" and c.key.startswith(campaign.id) and not c.lost
    ]
    if refused.is_look_dead(campaign):
        return True
    if not looks:
        return False
    last = [call for call in looks if call.began == looks[-1].began]
    return any(call.status != 200 or not call.readable for call in last)
