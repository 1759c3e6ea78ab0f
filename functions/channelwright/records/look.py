"""A look at a recorded campaign: its record, and what Discord shows of its server now."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NamedTuple

from channelwright.aws import log
from channelwright.discord import calls, permissions
from channelwright.discord.client import Discord
from channelwright.discord.permissions import Standing
from channelwright.errors import DiscordRefused, RecordNotRead
from channelwright.pace import table
from channelwright.records import claims, deletion, store
from channelwright.records.record import Record
from channelwright.words import deletions

Object = dict[str, Any]


class Look(NamedTuple):
    """The server of a campaign (Discord's guild object), its roles and channels, and the caller.

    `standing` is the caller's in the whole server, and `held` the ids of the caller's roles; None
    and none for somebody who has left.
    """

    guild: Object
    roles: list[Object]
    channels: list[Object]
    standing: Standing | None
    held: list[str]


@contextmanager
def from_table() -> Iterator[None]:
    """Say so if the table does not answer.

    Raises:
        RecordNotRead: the table did not answer.
    """
    try:
        yield
    except table.failures() as error:
        log.error(f"the record was not read: {error}")
        raise RecordNotRead(deletions.NOT_LOOKED) from None


def record_of(request: Mapping[str, str], claim: str = "") -> Record | str:
    """Return the record of the `campaign_id` that a request names, or why there is none to show.

    `claim` is the execution that asks: an attempt whose answer was lost may have claimed it.
    """
    record = store.get(request["guild_id"], request["campaign_id"])
    if record is None:
        return deletions.NOT_KNOWN
    if record.get("claimed_by") != claim and claims.is_at_work(record):
        return deletions.is_being(record["name"], record["status"])
    if deletion.is_known(record):
        return record
    if claims.has_built(record):
        return deletions.not_recorded_yet(record["name"])
    return deletions.nothing_known(record["name"])


def at_server(discord: Discord, request: Mapping[str, str]) -> Look:
    """Look at the server of a `request`, and at whoever asks.

    Raises:
        ChannelwrightError: Discord could not be asked.
    """
    guild_id, user_id = request["guild_id"], request["user_id"]
    asked = (calls.get_guild(guild_id), calls.list_guild_channels(guild_id))
    try:
        guild, channels, caller = discord.send_all(
            *asked, calls.get_guild_member(guild_id, user_id)
        )
    except DiscordRefused as refused:
        if refused.code != calls.UNKNOWN_MEMBER:
            raise
        return Look({}, [], [], None, [])
    standing = permissions.standing(guild, caller, user_id, time.time())
    return Look(guild, guild["roles"], channels, standing, caller["roles"])


def is_gone(discord: Discord, channel_id: str) -> bool:
    """Return whether somebody deleted a channel.

    Raises:
        ChannelwrightError: Discord could not be asked.
    """
    try:
        discord.send(calls.get_channel(channel_id))
    except DiscordRefused as refused:
        if refused.code != calls.UNKNOWN_CHANNEL:
            raise
        return True
    return False
