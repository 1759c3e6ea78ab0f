"""The knowledge of a campaign that is to be removed: its states', or its history's. Pure."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, NotRequired, TypedDict, cast

from channelwright import errors
from channelwright.campaign import ownership, waves
from channelwright.campaign.campaign import Campaign, MadeChannel, is_certain, not_certain
from channelwright.campaign.ownership import Object, Thing
from channelwright.campaign.waves import Nested, Waves
from channelwright.discord.edits import UNKNOWN_OUTCOME_SECONDS

if TYPE_CHECKING:  # who only edits a message reads no layout, and TOML takes long to import
    from channelwright.campaign.layout import Channel


# The error of a build that failed by itself.
BUILDS_END: Final = "CampaignFailed"
# Long enough for Discord's lists to show what it has done, even where they lag behind.
LISTS_LAG_SECONDS: Final = 10
# Discord answered, was not asked, or did so before a retry's wait: nothing is at work any more.
ANSWERED: Final = frozenset({"BotTokenNotRead", "DiscordUnavailable", "EarlierOutcomeUnknown"})


class Failure(TypedDict):
    """The error that a Catch hands on; `failures` are those of a failed wave's channels."""

    Error: str
    Cause: NotRequired[str]
    failures: NotRequired[list[Failure]]


class Known(TypedDict):
    """The campaign as far as it was made, and what became of the channels that were begun.

    `campaign` is None if the plan never ended, so that nothing was made.
    """

    campaign: Campaign | None
    made: Nested


def settle_seconds(known: Known, planned: Waves, failure: Failure) -> int:
    """Return how long after a `failure` something may appear that no state recorded; 0: not at all.

    Where all that was `planned` is recorded, only a second one of what was made repeatedly may. A
    Lambda whose outcome is unknown may be at work for longer than Discord's lists lag behind.
    """
    campaign = known["campaign"]
    if campaign is None:
        return 0
    things = [campaign.get("role"), campaign.get("category"), *made(known)]
    doubles = 0 if all(is_certain(one) for one in things if one) else LISTS_LAG_SECONDS
    if None not in things and len(things) == 2 + len(waves.channels_of(planned)):
        return doubles
    return max([doubles, *(_settle_seconds(one["Error"]) for one in causes(failure))])


def _settle_seconds(error: str) -> int:
    if error in errors.OUTCOME_KNOWN:
        return 0
    return LISTS_LAG_SECONDS if error in ANSWERED else UNKNOWN_OUTCOME_SECONDS


def failure_of(cause: str) -> Failure:
    """Return the failure that is the `cause` of a failed build's end."""
    try:
        return cast("Failure", json.loads(cause))
    except ValueError:  # cut off: it was longer than AWS allows
        return {"Error": BUILDS_END, "Cause": cause}


def causes(failure: Failure) -> list[Failure]:
    """Return what failed: the channels of a failed wave, or the one state."""
    return failure.get("failures", [failure])


def made(known: Known) -> list[MadeChannel]:
    """Return the channels that were made."""
    return [cast("MadeChannel", one) for one in waves.flat(known["made"]) if one["ok"]]


def recorded(known: Known) -> list[Thing]:
    """Return what is known by its id, in the order of its deletion."""
    if known["campaign"] is None:
        return []
    return ownership.all_of(known["campaign"], [], made(known), listed_roles=[], listed_channels=[])


def find(
    known: Known,
    planned: Waves,
    failure: Failure,
    *,
    roles: Sequence[Object],
    channels: Sequence[Object],
) -> list[Thing]:
    """Find what is the campaign's: what is known by its id, and what of the lists bears its marks.

    `roles` and `channels` are Discord's lists. A channel is known by its marks only if it may
    stand without our knowing; so is a role or category, if the outcome of what failed is unknown.
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
    )


def _perhaps_made(known: Known, planned: Waves) -> list[Channel]:
    """Return the planned channels that may stand without our knowing, or twice."""
    begun = {
        one["position"]
        for one in waves.flat(known["made"])
        if one["ok"] or one["failure"]["Error"] not in errors.OUTCOME_KNOWN
    }
    channels = [one for one in waves.channels_of(planned) if one["position"] in begun]
    return not_certain(channels, made(known))
