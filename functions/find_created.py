"""Find Created: look what of the campaign stands in the server, and decide how to go on."""

from collections.abc import Mapping, Sequence
from typing import Any

from channelwright import calls, connect, log, ownership, rollback
from channelwright.campaign import Campaign, rollback_deadline
from channelwright.ownership import Object, Thing


@log.invocation
def handler(event: dict[str, Any], _context: object) -> rollback.Rollback:
    """Look for everything that was `recalled`, or that bears the campaign's marks.

    `rollback` is what the look before this one returned, `deletions` what was deleted since. If it
    says `blind`, Discord is not asked: what was recalled is all that is known.

    Raises:
        ChannelwrightError: Discord does not let us look.

    """
    before, deletions = event["rollback"], event["deletions"]
    if before["blind"]:
        look = rollback.remember(before, deletions, _find(event["recalled"], [], []))
    else:
        look = _look(event["recalled"], before)
    return rollback.step(before, deletions, look, event["failure"])


def _look(recalled: Mapping[str, Any], before: rollback.Rollback) -> rollback.Look:
    campaign: Campaign = recalled["campaign"]
    discord = connect.for_campaign(
        campaign, rollback_deadline(campaign["interaction_id"], before["until"])
    )
    channels = discord.send(calls.list_guild_channels(campaign["guild_id"]))
    roles = discord.send(calls.list_guild_roles(campaign["guild_id"]))
    known = rollback.join(before["known"], _find(recalled, roles, channels))
    return {
        "known": known,
        "listed": {each["id"] for each in [*channels, *roles]},
        "foreign": ownership.foreign(known, channels),
    }


def _find(
    recalled: Mapping[str, Any], roles: Sequence[Object], channels: Sequence[Object]
) -> list[Thing]:
    return ownership.all_of(
        recalled["campaign"],
        recalled["perhaps_made"],
        recalled["channels"],
        listed_roles=roles,
        listed_channels=channels,
        perhaps_more=recalled.get("perhaps_more", True),
    )
