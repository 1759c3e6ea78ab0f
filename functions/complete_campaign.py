"""Complete Campaign: check that everything exists, give the role, delete duplicates."""

import time
from typing import Any, Final, TypedDict

from channelwright import errors
from channelwright.aws import executions
from channelwright.campaign import campaign as campaigns
from channelwright.campaign import deadlines, ownership, things, waves
from channelwright.campaign.campaign import Campaign, MadeChannel
from channelwright.campaign.waves import Waves
from channelwright.discord import calls, connect, permissions
from channelwright.discord.answers import Limit
from channelwright.discord.client import Discord
from channelwright.discord.limited import limited
from channelwright.events import data
from channelwright.pace import patience
from channelwright.records import attributes, record
from channelwright.task import task
from channelwright.words import refusals

# A role that had to be assigned again is checked so often, and so many seconds later.
CHECKS_OF_ROLE: Final = 3
CHECK_AGAIN_SECONDS: Final = 3


class Completed(TypedDict):
    """A complete campaign: its channels as created, in the layout's order.

    `instead_of_forum` is true if a text channel replaced a forum. `lacking` names the permissions
    that players lack in this server. `co_gms` are those who have the role. `record` is the
    campaign's record, as DynamoDB's item; `event` is what other systems hear of it.
    """

    channels: list[MadeChannel]
    instead_of_forum: bool
    lacking: list[str]
    co_gms: list[str]
    record: attributes.Item
    event: data.Created


@task
def handler(event: dict[str, Any]) -> Completed:
    """Complete `campaign`: `made` holds the created channels, `waves` the planned ones.

    Raises:
        CampaignIncomplete: Discord does not list everything that was created.
        NameTaken: another campaign took the name first.
        RateLimited: Discord's lists may not show all duplicates yet, or whether the role lasts.
        ChannelwrightError: the role was not given, or Discord could not be asked.
    """
    campaign: Campaign = event["campaign"]
    deadline = deadlines.build_deadline(campaign["interaction_id"])
    if time.time() >= deadline:
        raise errors.OutOfTime(refusals.DEADLINE_EXCEEDED)
    channels: list[Any] = sorted(waves.flat(event["made"]), key=lambda one: one["position"])
    made: list[Any] = [campaign["role"], campaign["category"], *channels]
    # Executions started by an earlier release have no `settled_at`.
    settled_at = max(one.get("settled_at", 0) for one in made)
    if time.time() < settled_at:
        raise errors.RateLimited(executions.utc(settled_at), "user")
    discord = connect.as_bot(deadline, in_company=campaign["in_company"])
    game_master, listed_roles, listed_channels = _look(discord, campaign)
    co_gms = [one for one in campaign.get("co_gms", []) if _leads_too(discord, campaign, one)]
    if campaign["role"]["id"] not in game_master["roles"]:
        _give_role(discord, campaign, deadline)
    if missing := ownership.without(made, [*listed_roles, *listed_channels]):
        raise errors.CampaignIncomplete(refusals.incomplete([one["name"] for one in missing]))
    if taken := ownership.name_taken_by(campaign, campaign["role"]["id"], listed_roles):
        raise errors.NameTaken(refusals.name_taken("role", taken))
    led: Campaign = {**campaign, "co_gms": co_gms}
    planned: Waves = event["waves"]
    perhaps_twice = campaigns.not_certain(waves.flat(planned), channels)
    found = ownership.all_of(
        campaign, perhaps_twice, [], listed_roles=listed_roles, listed_channels=listed_channels
    )
    # A retried create made these twice.
    for double in ownership.without(found, made):
        discord.delete(things.delete(campaign, double))
    recorded = record.completed(led, channels, time.time())
    wanted = [channel["type"] for channel in waves.flat(planned)]
    return {
        "channels": channels,
        "instead_of_forum": [channel["type"] for channel in channels] != wanted,
        "lacking": _lacking_for_players(campaign["guild_id"], listed_roles),
        "co_gms": co_gms,
        "record": attributes.item(recorded),
        "event": data.created(recorded),
    }


def _look(discord: Discord, campaign: Campaign) -> list[Any]:
    """Return the game master as a member, the server's roles, and its channels."""
    try:
        return discord.send_all(
            calls.get_guild_member(campaign["guild_id"], campaign["user_id"]),
            calls.list_guild_roles(campaign["guild_id"]),
            calls.list_guild_channels(campaign["guild_id"]),
        )
    except errors.DiscordRefused as refused:
        if refused.code != calls.UNKNOWN_MEMBER:
            raise
        # Report that the role cannot be given: the user needs to know that.
        said = refused.status, refused.code, refused.detail
        raise errors.DiscordRefused(refusals.GIVE_ROLE, *said) from None


def _leads_too(discord: Discord, campaign: Campaign, user_id: str) -> bool:
    """Give a co-GM the role; return False for somebody who has left meanwhile."""
    try:
        discord.send(things.assign_role(campaign, user_id))
    except errors.DiscordRefused as refused:
        if refused.code != calls.UNKNOWN_MEMBER:
            raise
        return False
    return True


def _give_role(discord: Discord, campaign: Campaign, deadline: float) -> None:
    """Give the role again: the first assignment failed, was undone, or is not visible yet."""
    call = things.assign_role(campaign)
    wait = campaign["category"].get("assign_at", 0) - time.time()
    if wait > 0:
        raise limited(call, Limit(wait, "user"), deadline)
    discord.send(call)
    # Begin this state once more, to check that the role lasts.
    check_at = time.time() + CHECK_AGAIN_SECONDS
    if patience.times() < CHECKS_OF_ROLE and check_at < deadline:
        again = errors.RateLimited(executions.utc(check_at), "user")
        again.times = patience.times() + 1
        raise again


def _lacking_for_players(guild_id: str, listed_roles: list[dict[str, Any]]) -> list[str]:
    for role in listed_roles:
        if role["id"] == guild_id:  # @everyone
            return permissions.missing(int(role["permissions"]), permissions.PLAYERS_NEED)
    return []
