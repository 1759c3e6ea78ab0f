"""The definition of a whole campaign, repeated independently of the bot."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from local.simulator.guild import CATEGORY, Channel
from tests.reliability.alike import looks_like_ours
from tests.reliability.excuses import excused
from tests.reliability.too_late import came_too_late

if TYPE_CHECKING:
    from tests.reliability.play import Outcome
    from tests.reliability.promises import Campaign

SEE = 1 << 10 | 1 << 20  # View Channel, Connect
MANAGE_CHANNELS = 1 << 4
# "Unknown Channel" and "Unknown Role".
UNKNOWN_THING = {(404, 10003), (404, 10011)}
TYPES = {"text": 0, "voice": 2, "forum": 15}


def mistakes(campaign: Campaign, layout: Sequence[Any]) -> list[str]:
    """Return the mistakes of a campaign; an empty list if it is whole."""
    return [*_parts(campaign, layout)]


def _parts(campaign: Campaign, layout: Sequence[Any]) -> Iterator[str]:
    name = campaign.request["campaign_name"]
    later = _deleted_after_the_last_look(campaign)
    roles = [one for one in campaign.roles if not _came_too_late(campaign, one)]
    known = [
        one
        for one in campaign.channels
        if not (_was_made_again(campaign, one) or _came_too_late(campaign, one))
    ]
    categories = [c for c in known if c.type == 4]
    lied = said_to_be_gone(campaign.outcome)
    channels = [c for c in known if c.type != 4 and c.id not in lied]
    yield from _count(f"role {name} Members", roles or _of(later, None)[-1:])
    miscounted = [*_count(f"category {name}", categories or _of(later, 4)[-1:])]
    taken = bool(miscounted) and not categories and _is_in_anothers(campaign)
    if not excused("A channel or category like ours", taken):
        yield from miscounted
    if not roles or not categories:
        return
    people = campaign.outcome.people
    role, category = roles[0], categories[0]
    for thing, wanted in ((role, f"{name} Members"), (category, name)):
        if thing.name.split() != wanted.split() and thing.id not in people.touched:
            yield f"{thing.name!r} instead of {wanted!r}"
    master = people.guild.members.get(campaign.request["user_id"])
    lacks_role = master is not None and role.id not in master.role_ids
    if lacks_role and not excused("A role that is given at the end", _is_given_last(campaign)):
        yield "the game master has not got the role"
    yield from _overwrites(campaign, category, gm_only=False)
    places = {channel.position: channel for channel in channels}
    if len(places) != len(channels):
        yield f"a channel stands twice: {sorted(c.name for c in channels)}"
    for place, planned in enumerate(layout):
        if place in places:
            yield from _channel(campaign, places[place], planned, category.id)
        elif all(gone.position != place for gone in later if hasattr(gone, "parent_id")):
            taken = _took_anothers(campaign, planned, category.id)
            if not excused("A channel or category like ours", taken):
                yield f"{planned['name']} is missing"


def _came_too_late(campaign: Campaign, thing: Any) -> bool:
    return excused("An effect after everything", came_too_late(campaign, thing))


def _took_anothers(campaign: Campaign, planned: Any, category: str) -> bool:
    """Tell whether the bot may have taken somebody's channel for this one."""
    outcome, like = campaign.outcome, (planned["name"], TYPES[planned["type"]], category)
    return any(
        (was["name"], was.get("type"), was.get("parent_id")) == like
        and looks_like_ours(outcome, id_, was)
        for id_, was in outcome.people.others.items()
    )


def _is_in_anothers(campaign: Campaign) -> bool:
    """Tell whether the bot may have taken somebody's copy of the category for its own."""
    outcome = campaign.outcome
    parents = {one.parent_id for one in campaign.channels if one.type != CATEGORY}
    return any(
        id_ in parents and was.get("type") == CATEGORY and looks_like_ours(outcome, id_, was)
        for id_, was in outcome.people.others.items()
    )


def _was_made_again(campaign: Campaign, channel: Channel) -> bool:
    """Tell whether people hid or renamed the channel before the bot learned of it.

    So it created another, its twin, which people may have deleted; or took a copy for its own.
    """
    calls, people = campaign.outcome.calls, campaign.outcome.people
    gone = [one for id_, (_, _, one) in people.deleted.items() if id_ in campaign.made]
    made = [one for one in (*campaign.channels, *gone) if isinstance(one, Channel)]
    has_another = any(_are_twins(one, channel) for one in made if one.id != channel.id) or (
        channel.type == CATEGORY and _is_in_anothers(campaign)
    )
    is_unheard = has_another and all(c.lost or c.made_id != channel.id for c in calls)
    return excused("Hidden before we learn", is_unheard and channel.id in people.hidden) or excused(
        "A rename before we learn", is_unheard and channel.id in people.touched
    )


def _are_twins(one: Channel, other: Channel) -> bool:
    """Tell whether two channels were created as the same one."""
    same_place = one.type == CATEGORY or one.position == other.position
    return one.type == other.type and (one.name == other.name or same_place)


def _is_given_last(campaign: Campaign) -> bool:
    """Tell whether Discord lost every assignment, the last one by *Complete Campaign*."""
    log = campaign.outcome.people.guild.audit_log
    done = [one for one in log if one.action == "member_role_update"]
    its_own = [one for one in done if (one.reason or "").endswith(campaign.id)]
    lost = campaign.outcome.schedule.settings.get("lost_assignments", 0)
    calls = [
        call
        for call in campaign.outcome.calls
        if call.method == "PUT" and call.key.startswith(campaign.id)
    ]
    return len(its_own) <= lost and bool(calls) and calls[-1].function == "complete_campaign"


def _of(things: Sequence[Any], type_: int | None) -> list[Any]:
    """Return the channels of a type; with None, the roles."""
    return [one for one in things if getattr(one, "type", None) == type_]


def _count(what: str, found: Sequence[Any]) -> Iterator[str]:
    if len(found) != 1:
        yield f"{len(found)} times the {what}"


def _channel(campaign: Campaign, channel: Channel, planned: Any, category: str) -> Iterator[str]:
    if channel.name != planned["name"] and channel.id not in campaign.outcome.people.touched:
        yield f"{channel.name} instead of {planned['name']}"
    instead = planned["type"] == "forum" and channel.type == 0
    if channel.type != TYPES[planned["type"]] and not (
        instead
        and ("cannot have forum channels" in campaign.words or not campaign.outcome.schedule.forums)
    ):
        yield f"{channel.name} has the type {channel.type}"
    if channel.parent_id != category:
        yield f"{channel.name} is not in the category"
    yield from _overwrites(campaign, channel, gm_only=planned["gm_only"])


def _overwrites(campaign: Campaign, channel: Channel, *, gm_only: bool) -> Iterator[str]:
    bot = campaign.outcome.discord.world.bot.id
    wanted = {
        campaign.request["guild_id"]: (0, SEE),
        campaign.request["user_id"]: (SEE, 0),
        bot: (SEE | MANAGE_CHANNELS, 0),
    }
    if not gm_only:
        wanted[campaign.roles[0].id] = (SEE, 0)
    if channel.id in campaign.outcome.people.hidden:
        del wanted[bot]
    found = {id_: (one.allow, one.deny) for id_, one in channel.overwrites.items()}
    if found != wanted:
        yield f"{channel.name} has the wrong overwrites"


def said_to_be_gone(outcome: Outcome) -> set[str]:
    """Return the ids of things that a fault called unknown, at a deletion or a question."""
    return {
        call.path.rsplit("/", 1)[1]
        for call in outcome.calls
        if call.method in {"DELETE", "GET"}
        if call.scripted and (call.status, call.code) in UNKNOWN_THING
    }


def _deleted_after_the_last_look(campaign: Campaign) -> list[Any]:
    """Return the things that people deleted too late for the last look to show it.

    The summary may still list them.
    """
    outcome = campaign.outcome
    looks = [
        call
        for call in outcome.calls
        if call.function == "complete_campaign" and call.key.startswith(campaign.id)
    ]
    looks = [call for call in looks if not call.lost] or looks
    last = min(
        (outcome.calls.index(one) for one in looks if one.began == looks[-1].began), default=0
    )
    lag = outcome.schedule.settings.get("stale_reads_ms", 0) / 1000
    return [
        one
        for id_, (after, at, one) in outcome.people.deleted.items()
        if id_ in campaign.made and (after > last or at + lag > looks[-1].at)
    ]
