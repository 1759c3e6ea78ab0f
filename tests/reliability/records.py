"""The bot's records of its campaigns in the end, checked against the server."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from channelwright.campaign import layout
from channelwright.records import attributes
from tests.reliability import refused
from tests.reliability.alike import looks_like_ours
from tests.reliability.catalogue import HANDING_OVER
from tests.reliability.excuses import excused

if TYPE_CHECKING:
    from tests.reliability.promises import Campaign

LAYOUT = layout.load()
# The tries to stop what would record a removed campaign.
MOST_STOPS = 3


def broken(campaign: Campaign) -> Iterator[str]:
    """Yield what is wrong with a campaign's record."""
    outcome, last = campaign.outcome, campaign.runs[-1] if campaign.runs else None
    if outcome.table.has_failed or last is None:
        return  # it stops nothing, and a day of retries has its own tests
    key = campaign.request["guild_id"], campaign.id
    item = outcome.table.campaigns.items.get(key)
    known = attributes.values(item) if item else None
    if last is campaign.runs[0] and last.status == "SUCCEEDED":
        created = last.output["status"] == "created"
        lost = created and known is None and _was_not_handed_on(campaign)
        if not excused("A campaign that nobody records", lost):
            yield from _of_a_build(campaign, known, created=created)
    elif len(campaign.runs) > 1 and last.status == "SUCCEEDED":
        # A plan's Lambda may claim it long after it was given up; such a record expires.
        stands = bool(known) and "expires" not in known
        if stands and not excused("A campaign that nobody records", _was_not_stopped(campaign)):
            yield f"everything is removed, but the record says {known['status']}"
    elif (
        last.error == "CampaignNotUndone"
        and known
        and "expires" not in known
        and (known["status"] != "left" or "claimed_by" in known)
    ):
        yield f"something may be left, but the record says {known['status']}"


def _of_a_build(
    campaign: Campaign, known: dict[str, Any] | None, *, created: bool
) -> Iterator[str]:
    if not created:
        if known and "expires" not in known:
            yield f"rejected, but the record says {known['status']}"
        return
    if not known or known["status"] != "created" or "claimed_by" in known:
        yield f"created, but the record says {known and known['status']}"
        return
    ids = {known["role"], known["category"], *(one["id"] for one in known["channels"])}
    if strange := {one for one in ids - campaign.made if not _is_like_ours(campaign, one)}:
        yield f"the record has somebody else's things: {strange}"
    if campaign.is_whole and len(known["channels"]) != len(LAYOUT):
        yield f"the record has {len(known['channels'])} channels"


def _was_not_handed_on(campaign: Campaign) -> bool:
    """Tell whether the table failed, and then each start of another machine."""
    fails = refused.dies_for_good(campaign, HANDING_OVER)
    return fails and campaign.outcome.schedule.table == "no records at first"


def _was_not_stopped(campaign: Campaign) -> bool:
    """Tell whether the machine that records the campaign later could not be stopped in time."""
    schedule = campaign.outcome.schedule
    fails = any(
        death.function == "StopExecution" and (death.times is None or death.times >= MOST_STOPS)
        for death in schedule.deaths
    )
    return fails and schedule.table == "no records at first"


def _is_like_ours(campaign: Campaign, id_: str) -> bool:
    was = campaign.outcome.people.others.get(id_)
    like_ours = was is not None and looks_like_ours(campaign.outcome, id_, was)
    return excused("A channel or category like ours", like_ours)
