"""Failures that people cause in their own server: they are told, and nobody is woken. Pure."""

import json
from typing import Final

from channelwright.campaign import known
from channelwright.campaign.known import Failure
from channelwright.words import refusals

# Somebody deleted or hid what was made, or two people chose one name.
PEOPLES: Final = frozenset({"CampaignIncomplete", "NameTaken"})


def is_peoples(failure: Failure) -> bool:
    """Tell whether people caused a `failure`, and all that failed in its wave.

    They can mend it themselves: its message says how.
    """
    return all(_is_peoples(one) for one in known.causes(failure))


def _is_peoples(failure: Failure) -> bool:
    if failure["Error"] in PEOPLES:
        return True
    return failure["Error"] == "DiscordRefused" and refusals.is_for_people(
        json.loads(failure["Cause"])["errorMessage"]
    )
