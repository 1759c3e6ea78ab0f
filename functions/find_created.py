"""Find Created: find what is left of the campaign in the server, and decide the next step."""

import math
import time
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from channelwright.aws.executions import interaction_id_of
from channelwright.campaign import known, ownership, removal, steps
from channelwright.campaign.campaign import Campaign
from channelwright.campaign.deadlines import removal_deadline
from channelwright.campaign.removal import Look, Removal
from channelwright.discord import calls, connect
from channelwright.discord.client import Discord
from channelwright.errors import DiscordRefused, DiscordUnavailable, NoAnswer, OutOfTime
from channelwright.events import data
from channelwright.pace import patience
from channelwright.task import task


@task
def handler(event: dict[str, Any]) -> Removal:
    """Find everything that is `known` to be created, or that bears the campaign's marks.

    `waves` holds the planned channels, `failure` the reason for the removal, and `removal` its
    progress. The first step may need no look. If `blind`, Discord is not asked, and only the known
    ids count.

    Raises:
        ChannelwrightError: Discord does not show the server's roles or channels, or one that is
            asked for.
        OutOfTime: Discord does not answer, and a deletion has no time for another look.
    """
    after = _next(event)
    is_deletion = known.is_deletion(event["failure"])
    checked = after["next"] == "finished" and not after["blind"]
    # The channel that a deletion takes last is still there.
    left = [*after["found"], *_here(event)]
    return {**after, "event": data.removed(left, is_deletion=is_deletion, checked=checked)}


def _next(event: dict[str, Any]) -> Removal:
    so_far, planned, failure = event["known"], event["waves"], event["failure"]
    now, settling = time.time(), known.settle_seconds(so_far, planned, failure)
    until = event["until"]
    if not known.is_deletion(failure):
        until = removal_deadline(interaction_id_of(event["at"]["execution"]), until)
    before = steps.begin(event["removal"], settling, now, until, patience.times())
    recorded = known.recorded(so_far)
    before["blind"] = event["blind"]
    if known.is_deletion(failure) and recorded and removal.is_deleted(before, recorded):
        # A deletion knows every id, so no look would show more.
        before["blind"] = False
        return steps.step(before, removal.remember(before, recorded), now)
    if event["blind"] and known.is_deletion(failure):
        # Others' channels may be in the category, which nobody asked to delete around them.
        recorded = [one for one in recorded if one["kind"] != "category"]
        before["known"] = [one for one in before["known"] if one["kind"] != "category"]
    if event["blind"] or so_far["campaign"] is None:
        return steps.step(before, removal.remember(before, recorded), now, _seconds_left(event))
    if first := steps.at_once(before, recorded, now):
        return first
    try:
        look = _look(event, so_far["campaign"], before)._replace(began=now)
    except (DiscordUnavailable, NoAnswer) as unanswered:
        if steps.is_last_look(_seconds_left(event), event["at"].get("retry_count", 0)):
            raise OutOfTime(str(unanswered)) from None
        raise
    return steps.step(before, look, time.time(), _seconds_left(event))


def _seconds_left(event: dict[str, Any]) -> float:
    """Return how long a removal may go on: a deletion's word must come while its token lives."""
    is_deletion = known.is_deletion(event["failure"])
    return event["until"] - time.time() if is_deletion else math.inf


def _look(event: dict[str, Any], campaign: Campaign, before: Removal) -> Look:
    discord = connect.as_bot(before["until"], in_company=campaign["in_company"])
    channels, roles = discord.send_all(
        calls.list_guild_channels(campaign["guild_id"]),
        calls.list_guild_roles(campaign["guild_id"]),
    )
    found = known.find(
        event["known"],
        event["waves"],
        event["failure"],
        roles=roles,
        channels=channels,
        deleted=removal.deleted(before),
    )
    things = removal.join(before["known"], found)
    inside = ownership.without(ownership.foreign(campaign, things, channels), _here(event))
    kept: list[Any] = campaign.get("guests", [])
    foreign = removal.join(kept, inside)
    doubted: list[str] = []
    if known.is_deletion(event["failure"]):
        doubted = removal.doubted(before, foreign)
        if doubted or any(one["kind"] == "channel" for one in foreign):
            # The category stays for them: nobody asked to delete it from around them.
            things = [one for one in things if one["kind"] != "category"]
    listed = {each["id"] for each in [*channels, *roles]}
    gone = removal.vanished(before, things, listed)
    look = Look(things, listed, foreign, gone=gone, doubted=doubted)
    return _asked(discord, look, removal.unclear(before, things, listed))


def _here(event: dict[str, Any]) -> list[Any]:
    """Return the campaign's own channel that a deletion takes last, if there is one."""
    here = (event["known"]["campaign"] or {}).get("here")
    return [here] if here else []


def _asked(discord: Discord, look: Look, unclear: Sequence[str]) -> Look:
    """Ask for each unclear channel by its id, and add Discord's answers to the look."""
    there: list[str] = []
    gone = [*look.gone]
    hidden: list[str] = []
    for id_ in unclear:
        try:
            discord.send(calls.get_channel(id_))
        except DiscordRefused as refused:
            if refused.code == calls.UNKNOWN_CHANNEL:
                gone.append(id_)
            elif refused.status == HTTPStatus.FORBIDDEN:
                hidden.append(id_)
            else:
                raise
        else:
            there.append(id_)
    return look._replace(there=there, gone=gone, hidden=hidden)
