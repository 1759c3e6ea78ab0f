"""Checks the treatment of guests: others' channels in our category."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from tests.reliability import left
from tests.reliability.excuses import excused
from tests.reliability.joiners import Joiners
from tests.reliability.play import Outcome

if TYPE_CHECKING:
    from tests.reliability.deletions import Deletion
    from tests.reliability.promises import Campaign


def are_named(campaign: Campaign) -> Iterator[str]:
    """Others' channels in our category stay; the last message names those that a look can show."""
    people = campaign.outcome.people
    if campaign.kind != "failure" or left.COULD_NOT_LOOK in campaign.words:
        return
    for id_, was in people.others.items():
        category = was.get("parent_id")
        if category not in campaign.made - people.deleted.keys() or id_ in campaign.words:
            continue
        if id_ not in people.guild.channels:
            continue  # `bystanders` reports it, or it is like ours
        if _could_be_seen(campaign, id_, category) and not _is_excused(campaign, category):
            yield f"a guest of our category is not named: {was['name']} ({id_})"


def _is_excused(campaign: Campaign, category: str) -> bool:
    """Tell whether a category is a double, or hidden or renamed before the bot learned of it."""
    outcome, people = campaign.outcome, campaign.outcome.people
    is_unheard = all(call.made_id != category or call.lost for call in outcome.calls)
    is_double = any(
        (call.function, call.method) == ("complete_campaign", "DELETE")
        and call.path.endswith(category)
        for call in outcome.calls
    )
    return (
        excused("A rename before we learn", is_unheard and category in people.touched)
        or excused("Hidden before we learn", is_unheard and category in people.hidden)
        or excused("A list that is out of date", is_double)
    )


def _could_be_seen(campaign: Campaign, id_: str, category: str) -> bool:
    """Tell whether a look before our category's end could show a channel that was in it.

    The removal of a stopped execution does not know what earlier looks showed.
    """
    outcome = campaign.outcome
    people = outcome.people
    overwrites = people.others[id_].get("overwrites")
    # A copy of a channel that is hidden from the bot is hidden, too.
    if "take_view_channel" in people.did or (
        overwrites and outcome.discord.world.bot.id not in overwrites
    ):
        return False
    lag = outcome.schedule.settings.get("stale_reads_ms", 0) / 1000
    shown_at = people.since[id_] + lag
    log = people.guild.audit_log
    deleted = [one for one in log if (one.action, one.target_id) == ("channel_delete", category)]
    ends = [
        number
        for number, call in enumerate(outcome.calls)
        if call.method == "DELETE"
        and call.path.endswith(category)
        and any(call.at <= one.at <= call.answered_at for one in deleted)
    ]
    end = min(ends, default=None)
    looks = [
        (number, call)
        for number, call in enumerate(outcome.calls[:end])
        if call.function == "find_created" and call.path.endswith("/channels")
        if call.key.startswith(campaign.id) and not call.lost
    ]
    begin = max(people.since_call[id_], *outcome.clean_ups, 0)
    nobody_looked = bool(ends) and not looks
    return nobody_looked or any(
        shown_at < call.at or (not lag and shown_at == call.at)
        for number, call in looks
        if number >= begin
    )


def keep_their_category(outcome: Outcome, people: Joiners) -> Iterator[str]:
    """No category is deleted around others' channels that a look before it could show."""
    category = people.record["category"]
    ends = [
        e.at for e in people.guild.audit_log if e.target_id == category and "delete" in e.action
    ]
    if not ends:
        return
    looks = [
        call.at
        for call in outcome.calls
        if call.function == "find_created"
        and call.path.endswith("/channels")
        and call.at < ends[-1]
        and not call.lost
    ]
    lag = outcome.schedule.settings.get("stale_reads_ms", 0) / 1000
    for id_, was in people.others.items():
        is_inside = was.get("parent_id") == category and people.is_shown(id_)
        if is_inside and any(people.since[id_] + lag < at for at in looks):
            yield f"the category is deleted around somebody's channel: {was['name']}"


def were_seen(outcome: Outcome, deletions: list[Deletion], people: Joiners) -> Iterator[str]:
    """No category is deleted around a channel that the last word names, as it was seen inside."""
    category = people.record["category"]
    log = people.guild.audit_log[: people.logged_then]
    by_bot = {one.target_id for one in log if "delete" in one.action and one.reason}
    inside = {id_ for id_, was in people.others.items() if was.get("parent_id") == category}
    inside -= _shown_late(outcome, people)
    for one in deletions:
        seen = {id_ for id_ in inside & people.guild.channels.keys() if id_ in one.words}
        if one.kind == "deleted" and category in by_bot and seen:
            yield "the category is deleted around somebody's channel that the bot has seen"


def _shown_late(outcome: Outcome, people: Joiners) -> set[str]:
    """Return the guests that only a list of the past could show in our category, after its end."""
    category = people.record["category"]
    lag = outcome.schedule.settings.get("stale_reads_ms", 0) / 1000
    log = people.guild.audit_log
    ends = [one.at for one in log if (one.action, one.target_id) == ("channel_delete", category)]
    looks = [
        call.at
        for call in outcome.calls
        if call.function == "find_created" and call.path.endswith("/channels") and not call.lost
    ]
    end = max(ends, default=0.0)
    if not any(end <= at < end + lag for at in looks):
        return set()
    last = max((at for at in looks if at < end), default=0.0)
    return {id_ for id_, since in people.since.items() if since + lag >= last}
