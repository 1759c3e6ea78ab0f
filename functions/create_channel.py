"""Create Channel: create one planned channel, or adopt the one from an earlier attempt."""

import time
from collections.abc import Mapping
from typing import Any, Final

from channelwright.campaign import ownership, things
from channelwright.campaign.campaign import Campaign, Channel
from channelwright.campaign.deadlines import build_deadline
from channelwright.campaign.repetition import attempt, settled_at
from channelwright.discord import calls, connect
from channelwright.discord.client import Discord
from channelwright.errors import DiscordRefused
from channelwright.task import task

# "Cannot execute action on this channel type", or "Invalid Form Body" for the field `type`:
# Discord's answers if a server does not support a channel type.
# Source: Discord docs, Topics > Opcodes and Status Codes > JSON; Discord's API issue 5324.
WRONG_TYPE: Final = 50024
INVALID_FORM: Final = 50035
_KINDS: Final = {number: kind for kind, number in ownership.CHANNEL_TYPES.items()}


@task
def handler(event: dict[str, Any]) -> dict[str, Any]:
    """Return the planned `channel` of `campaign` as it was actually created.

    Raises:
        ChannelwrightError: the channel was not created, or that is unknown.
    """
    campaign: Campaign = event["campaign"]
    planned: Channel = event["channel"]
    list_channels = calls.list_guild_channels(campaign["guild_id"])
    deadline = build_deadline(campaign["interaction_id"])
    discord = connect.as_bot(deadline, in_company=campaign["in_company"])
    with attempt(event) as repeated:
        listed = discord.send(list_channels) if repeated else []
        ours = ownership.channels(campaign, campaign["category"]["id"], planned, listed)
        channel = ours[0] if ours else _create(discord, campaign, planned)
    return {
        "ok": True,
        "id": channel["id"],
        "name": channel["name"],
        "type": _KINDS[channel["type"]],
        "gm_only": planned["gm_only"],
        "position": planned["position"],
        "repeated": repeated,
        "settled_at": settled_at(event, time.time()) if ours else 0,
    }


def _create(discord: Discord, campaign: Campaign, planned: Channel) -> Mapping[str, Any]:
    try:
        return discord.create(things.create_channel(campaign, planned))
    except DiscordRefused as refused:
        if planned["type"] != "forum" or not _lacks_type(refused):
            raise
    text: Channel = {**planned, "type": "text"}
    return discord.create(things.create_channel(campaign, text))


def _lacks_type(refused: DiscordRefused) -> bool:
    return refused.code == WRONG_TYPE or (refused.code == INVALID_FORM and "type" in refused.fields)
