"""Everything known of a campaign to remove, from its states or its history. Pure."""

from __future__ import annotations

import json
from collections.abc import Set
from typing import Final, NotRequired, TypedDict, cast

from channelwright import errors
from channelwright.campaign import ownership, waves
from channelwright.campaign.campaign import Campaign, Channel, MadeChannel, is_certain, not_certain
from channelwright.campaign.ownership import Object, Thing
from channelwright.campaign.waves import Nested, Waves
from channelwright.discord.edits import UNKNOWN_OUTCOME_SECONDS

# In place of a failure: the removal is not of a failed build, but asked for.
DELETED: Final = "CampaignDeleted"
# The error of a build that ended in its own Fail state.
BUILDS_END: Final = "CampaignFailed"
# Enough for Discord's lists to show its latest writes, even if they lag.
LISTS_LAG_SECONDS: Final = 10
# No call is in progress any more: Discord answered, was not called, or a retry's wait outlasted it.
ANSWERED: Final = frozenset({"BotTokenNotRead", "DiscordUnavailable", "EarlierOutcomeUnknown"})


class Failure(TypedDict):
    """The error that a Catch passes on; `failures` are those of a failed wave's channels."""

    Error: str
    Cause: NotRequired[str]
    failures: NotRequired[list[Failure]]


class Known(TypedDict):
    """The campaign as far as it was created, and the outcomes (`made`) of the channels begun.

    `campaign` is None if the plan never finished, so nothing was created.
    """

    campaign: Campaign | None
    made: Nested


def settle_seconds(known: Known, planned: Waves, failure: Failure) -> int:
    """Return for how long after a `failure` an unrecorded thing may appear; 0: none can.

    If everything `planned` is recorded, only a duplicate from a retried create can appear. A
    Lambda with an unknown outcome may keep working for longer than Discord's lists lag.
    """
    campaign = known["campaign"]
    if campaign is None or is_deletion(failure):
        return 0  # nothing is on its way: a deletion takes what its preview showed
    things = [campaign.get("role"), campaign.get("category"), *made(known)]
    doubles = 0 if all(is_certain(one) for one in things if one) else LISTS_LAG_SECONDS
    if None not in things and len(things) == 2 + len([*waves.flat(planned)]):
        return doubles
    return max([doubles, *(_settle_seconds(one["Error"]) for one in causes(failure))])


def _settle_seconds(error: str) -> int:
    if error in errors.OUTCOME_KNOWN:
        return 0
    return LISTS_LAG_SECONDS if error in ANSWERED else UNKNOWN_OUTCOME_SECONDS


def failure_of(cause: str) -> Failure:
    """Return the failure that a failed build has as its `cause` (JSON)."""
    try:
        return cast("Failure", json.loads(cause))
    except ValueError:  # truncated: it was longer than AWS allows
        return {"Error": BUILDS_END, "Cause": cause}


def is_deletion(failure: Failure | None) -> bool:
    """Return whether a removal was asked for, by `/campaign delete`."""
    return bool(failure and failure["Error"] == DELETED)


def causes(failure: Failure) -> list[Failure]:
    """Return the single failures: those of a failed wave's channels, or of the one state."""
    return failure.get("failures", [failure])


def made(known: Known) -> list[MadeChannel]:
    """Return the channels that were created."""
    return [cast("MadeChannel", one) for one in waves.flat(known["made"]) if one["ok"]]


def recorded(known: Known) -> list[Thing]:
    """Return the things with a recorded id, in the order of deletion."""
    if known["campaign"] is None:
        return []
    return ownership.all_of(known["campaign"], [], made(known), listed_roles=[], listed_channels=[])


def find(
    known: Known,
    planned: Waves,
    failure: Failure,
    *,
    roles: list[Object],
    channels: list[Object],
    deleted: Set[str] = frozenset(),
) -> list[Thing]:
    """Return the campaign's things: those with a recorded id, and listed ones with its marks.

    `roles` and `channels` are Discord's lists, `deleted` the ids that the bot has deleted. Marks
    count only for a channel that may exist unrecorded, and for a role or category if the outcome of
    what failed is unknown.
    """
    if known["campaign"] is None:
        return []
    return ownership.all_of(
        known["campaign"],
        _perhaps_made(known, planned),
        made(known),
        listed_roles=roles,
        listed_channels=channels,
        perhaps_more=settle_seconds(known, planned, failure) > 0,
        deleted=deleted,
    )


def _perhaps_made(known: Known, planned: Waves) -> list[Channel]:
    """Return the planned channels that may exist unrecorded, or twice."""
    begun = {
        one["position"]
        for one in waves.flat(known["made"])
        if one["ok"] or one["failure"]["Error"] not in errors.OUTCOME_KNOWN
    }
    channels = [one for one in waves.flat(planned) if one["position"] in begun]
    return not_certain(channels, made(known))
