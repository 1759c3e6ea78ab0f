"""The events that other systems have heard in the end, checked against executions and server."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from channelwright.aws.executions import DELETION
from tests.reliability import left

if TYPE_CHECKING:
    from tests.reliability.play import Outcome
    from tests.reliability.promises import Campaign

# A removal that ended in another way has another one after it.
ENDS = {"CampaignNotUndone", "FailureNotDelivered"}


def broken(campaign: Campaign) -> Iterator[str]:
    """Yield what others have heard of a campaign that is not so, or not heard."""
    build, *removals = campaign.runs or [None]
    heard = [one for one in campaign.outcome.events if one["data"]["campaign_id"] == campaign.id]
    types = [one["type"] for one in heard if DELETION not in one["id"]]
    made = bool(build and build.status == "SUCCEEDED" and build.output["status"] == "created")
    if made and "campaign.created" not in types:
        yield "created, but nobody heard of it"
    if "campaign.created" in types and build and build.output and not made:
        yield "others heard of a campaign that was rejected"
    ended = [one for one in removals if one.status == "SUCCEEDED" or one.error in ENDS]
    if types.count("campaign.failed") < len(ended):
        yield "removed, but nobody heard of it"
    if "campaign.failed" in types and not removals:
        yield "others heard of a failure without a removal"
    if ended and heard:
        yield from _true_about_what_is_left(campaign, heard[-1]["data"])


def _true_about_what_is_left(campaign: Campaign, data: dict[str, Any]) -> Iterator[str]:
    if "left" not in data or not data["checked"]:
        return
    named = {one["id"] for one in data["left"]}
    forgotten = [one for one in campaign.left if one.id not in named]
    if not all(left.is_excused(campaign, thing) for thing in forgotten):
        yield "others heard that less is left"


def told(outcome: Outcome) -> Iterator[str]:
    """Yield the secrets that others have heard."""
    text = json.dumps(outcome.events)
    tokens = {one["interaction_token"] for one in outcome.requests}
    if outcome.discord.info["bot_token"] in text or any(token in text for token in tokens):
        yield "others heard a token"
