"""Complete Campaign: check that everything exists, give the role, delete duplicates."""

import time
from typing import Any, Final, TypedDict

from channelwright.aws import executions
from channelwright.campaign import campaign as campaigns
from channelwright.campaign import deadlines, ownership, things, waves
from channelwright.campaign.campaign import Campaign, MadeChannel
from channelwright.campaign.waves import Nested, Waves
from channelwright.discord import calls, connect, permissions
from channelwright.discord.answers import Limit
from channelwright.discord.client import Discord
from channelwright.discord.limited import limited
from channelwright.errors import (
    CampaignIncomplete,
    DiscordRefused,
    NameTaken,
    OutOfTime,
    RateLimited,
)
from channelwright.pace import patience
from channelwright.records import attributes, record
from channelwright.task import task
from channelwright.words import refusals

# "Unknown member": the game master has left the server.
UNKNOWN_MEMBER: Final = 10007
# A role that had to be assigned again is checked so often, and so many seconds later.
CHECKS_OF_ROLE: Final = 3
CHECK_AGAIN_SECONDS: Final = 3


class Completed(TypedDict):
    """A complete campaign: its channels as created, in the layout's order.

    `instead_of_forum` is true if a text channel replaced a forum. `lacking` names the permissions
    that players lack in this server. `record` is the campaign's record, as DynamoDB's item.
    """

    channels: list[MadeChannel]
    instead_of_forum: bool
    lacking: list[str]
    record: attributes.Item


@task
def handler(event: dict[str, Any]) -> Completed:
    """Complete `campaign`: `made` holds the created channels, `waves` the planned ones.

    If the game master seems to lack the role, it is given again, which does no harm.

    Raises:
        CampaignIncomplete: Discord does not list everything that was created.
        NameTaken: another campaign took the name first.
        RateLimited: Discord's lists may not show all duplicates yet.
        ChannelwrightError: the role was not given, or Discord could not be asked.

    """
    campaign: Campaign = event["campaign"]
    deadline = deadlines.build_deadline(campaign["interaction_id"])
    if time.time() >= deadline:
        raise OutOfTime(refusals.deadline_exceeded())
    channels = _in_order(event["made"])
    made: list[Any] = [campaign["role"], campaign["category"], *channels]
    # Executions started by an earlier release have no `settled_at`.
    settled_at = max(one.get("settled_at", 0) for one in made)
    if time.time() < settled_at:
        raise RateLimited(executions.utc(settled_at), "user")
    discord = connect.as_bot(deadline, in_company=campaign["in_company"])
    game_master, listed_roles, listed_channels = _look(discord, campaign)
    if campaign["role"]["id"] not in game_master["roles"]:
        _give_role(discord, campaign, deadline)
        if patience.times() < CHECKS_OF_ROLE and time.time() + CHECK_AGAIN_SECONDS < deadline:
            raise _check_again()
    if missing := ownership.missing(made, [*listed_roles, *listed_channels]):
        raise CampaignIncomplete(refusals.incomplete(missing))
    if taken := ownership.name_taken_by(campaign, campaign["role"]["id"], listed_roles):
        raise NameTaken(refusals.name_taken("role", taken))
    planned: Waves = event["waves"]
    found = ownership.all_of(
        campaign,
        campaigns.not_certain(waves.channels_of(planned), channels),
        [],
        listed_roles=listed_roles,
        listed_channels=listed_channels,
    )
    for double in ownership.doubles(found, made):
        discord.delete(things.delete(campaign, double))
    wanted = [channel["type"] for channel in waves.channels_of(planned)]
    return {
        "channels": channels,
        "instead_of_forum": [channel["type"] for channel in channels] != wanted,
        "lacking": _lacking_for_players(campaign["guild_id"], listed_roles),
        "record": attributes.item(record.completed(campaign, channels, time.time())),
    }


def _look(discord: Discord, campaign: Campaign) -> list[Any]:
    """Return the game master as a member, the server's roles, and its channels."""
    try:
        return discord.send_all(
            calls.get_guild_member(campaign["guild_id"], campaign["user_id"]),
            calls.list_guild_roles(campaign["guild_id"]),
            calls.list_guild_channels(campaign["guild_id"]),
        )
    except DiscordRefused as refused:
        if refused.code != UNKNOWN_MEMBER:
            raise
        # Report that the role cannot be given: the user needs to know that.
        said = refused.status, refused.code, refused.detail
        raise DiscordRefused(refusals.GIVE_ROLE, *said) from None


def _give_role(discord: Discord, campaign: Campaign, deadline: float) -> None:
    """Give the role again: the first assignment failed, was undone, or is not visible yet."""
    call = things.assign_role(campaign)
    wait = campaign["category"].get("assign_at", 0) - time.time()
    if wait > 0:
        raise limited(call, Limit(wait, "user"), deadline)
    discord.send(call)


def _check_again() -> RateLimited:
    """Return the error after which this state begins once more: to check that the role lasts."""
    again = RateLimited(executions.utc(time.time() + CHECK_AGAIN_SECONDS), "user")
    again.times = patience.times() + 1
    return again


def _lacking_for_players(guild_id: str, listed_roles: list[dict[str, Any]]) -> list[str]:
    # The @everyone role has the server's own id.
    everyone = next((role for role in listed_roles if role["id"] == guild_id), None)
    return permissions.lacking_for_players(int(everyone["permissions"])) if everyone else []


def _in_order(made: Nested) -> list[MadeChannel]:
    channels: list[Any] = [*waves.flat(made)]
    return sorted(channels, key=lambda channel: channel["position"])
