"""Preview Deletion: show what deleting a campaign takes, or begin it if just that is confirmed."""

import time
from typing import Any, Final

from channelwright.aws import log
from channelwright.campaign import deadlines
from channelwright.discord import calls, connect, permissions
from channelwright.discord.calls import Json
from channelwright.discord.client import Discord
from channelwright.errors import DiscordRefused, RecordNotRead
from channelwright.pace import table
from channelwright.records import button, claims, deletion, store
from channelwright.records.record import Record
from channelwright.task import task
from channelwright.words import deletions

DANGER: Final = 4  # Discord docs, Components > Button > Button Styles


@task
def handler(event: Json) -> Json:
    """Preview the deletion that a `request` asks for: `campaign_id`, and `digest` if confirmed.

    Returns the `next` step: "show" with the message's `content` and `components`, or "remove" with
    what the removal needs (`request`, `known`, `waves`, `until`).

    Raises:
        RecordNotRead: the table did not answer.
        ChannelwrightError: Discord could not be asked.
    """
    try:
        return _next(event)
    except table.failures() as error:
        log.error(f"the record was not read: {error}")
        raise RecordNotRead(deletions.NO_PREVIEW) from None


def _next(event: Json) -> Json:
    request = event["request"]
    record = store.get(request["guild_id"], request["campaign_id"])
    if record is None:
        return _show(deletions.NOT_KNOWN_ANY_MORE)
    # An attempt whose answer was lost may have claimed it already.
    is_ours = record.get("claimed_by") == event["claim"]
    if not is_ours and claims.is_at_work(record):
        return _show(deletions.is_being(record["name"], record["status"]))
    deadline = deadlines.build_deadline(request["interaction_id"])
    discord = connect.as_bot(deadline, in_company=True)
    bot_user = connect.bot_user(discord)
    guild, channels, caller = _ask(discord, request)
    if not (caller and _may_delete(record, request["user_id"], guild, caller)):
        return _show(deletions.not_yours(record["name"]))
    if not deletion.is_known(record):
        return _show(deletions.nothing_known(record["name"]))
    shown = deletion.preview(record, guild["roles"], channels)
    if request.get("digest") != shown.digest:
        return _preview(request, record, shown)
    is_claimed = store.claim_removal(record, event["claim"])
    # If somebody was quicker, say what is going on.
    return _remove(request, record, shown, bot_user) if is_claimed else _next(event)


def _ask(discord: Discord, request: Json) -> tuple[Json, list[Json], Json | None]:
    """Return the server, its channels, and the caller as its member, if still one."""
    guild = calls.get_guild(request["guild_id"])
    channels = calls.list_guild_channels(request["guild_id"])
    member = calls.get_guild_member(request["guild_id"], request["user_id"])
    try:
        return tuple(discord.send_all(guild, channels, member))
    except DiscordRefused as refused:
        if refused.code != calls.UNKNOWN_MEMBER:
            raise
        return {}, [], None


def _preview(request: Json, record: Record, shown: deletion.Preview) -> Json:
    content = deletions.preview(
        record["name"], shown.things, shown.guests, shown.gone, shown.talked_in
    )
    if request.get("digest"):
        content = deletions.changed(content)
    return _show(content, button.id_of(record["campaign_id"], shown.digest))


def _may_delete(record: Record, user_id: str, guild: Json, caller: Json) -> bool:
    standing = permissions.standing(guild, caller, user_id, time.time())
    return deletion.may_delete(record, user_id, standing)


def _remove(request: Json, record: Record, shown: deletion.Preview, bot_user: Json) -> Json:
    campaign: Any = {
        "interaction_id": record["campaign_id"],
        "command": "/campaign delete",
        "guild_id": record["guild_id"],
        "user_id": request["user_id"],
        "name": record["name"],
        "bot_user_id": bot_user["id"],
        "in_company": True,
    }
    known, waves = deletion.known(record, campaign, shown, {*_here(request)})
    # Only the press's token can say what became of it.
    until = deadlines.build_deadline(request["interaction_id"])
    return {
        "next": "remove",
        "request": {**request, "campaign_name": record["name"]},
        "known": known,
        "waves": waves,
        "until": until,
    }


def _here(request: Json) -> list[str]:
    """Return the ids of the channel in which the message is, and of a thread's own channel."""
    return [request["channel_id"], request.get("parent_id", "")]


def _show(content: str, custom_id: str = "") -> Json:
    red = {"type": 2, "style": DANGER, "label": deletions.DELETE_BUTTON, "custom_id": custom_id}
    components = [{"type": 1, "components": [red]}] if custom_id else []
    return {"next": "show", "content": content, "components": components}
