"""Failures that people cause in their own server: the user is notified, no alarm rings. Pure."""

import json
from typing import Final

from channelwright.campaign import known
from channelwright.campaign.known import Failure
from channelwright.words import refusals

# Someone deleted or hid something new, or two people chose the same name.
PEOPLES: Final = frozenset({"CampaignIncomplete", "NameTaken"})


def is_peoples(failure: Failure) -> bool:
    """Return whether people caused every part of a `failure`; its message says how to fix it."""
    return all(_is_peoples(one) for one in known.causes(failure))


def _is_peoples(failure: Failure) -> bool:
    if failure["Error"] in PEOPLES:
        return True
    return failure["Error"] == "DiscordRefused" and refusals.is_for_people(
        json.loads(failure["Cause"])["errorMessage"]
    )
