"""Write Archive: write the overwrites of one channel, or move the category."""

import time
from typing import Final

from channelwright.archive import overwrites, shelf, steps
from channelwright.archive.overwrites import MEMBER, Change, Overwrites
from channelwright.archive.steps import Progress
from channelwright.aws import executions
from channelwright.campaign import repetition
from channelwright.discord import calls, connect
from channelwright.discord.calls import Call, Json
from channelwright.discord.client import Discord
from channelwright.errors import DiscordRefused, OutOfTime, RateLimited
from channelwright.records import look
from channelwright.task import task
from channelwright.words.text import bold

# A channel with very many overwrites is continued in the next step, before the Lambda's timeout.
WORK_SECONDS: Final = 20.0
# After that, somebody may have changed what the last look at a channel showed.
LOOK_SECONDS: Final = 1.0


@task
def handler(event: Json) -> Json:
    """Write an `item` of `archive` (`steps.Progress`) for a `request`.

    Only what differs from the aim is written, one overwrite at a time: a change of the whole
    channel would undo what somebody else changes at the same moment. The next step handles an
    overwrite that somebody changes meanwhile. All of it can be repeated.

    Returns what the next step has to know: `id`, whether the channel is `gone`, the users that are
    `absent`, and whether an earlier attempt may yet write (`late`). If Discord limits the item for
    too long, it is `limited_until` (Unix seconds), and the `failure` is a sentence.

    Raises:
        RecordNotRead: the table did not answer.
        EarlierOutcomeUnknown: this attempt's outcome is known, but not an earlier one's.
        ChannelwrightError: not everything was written, or that is unknown.
    """
    with repetition.attempt(event) as is_late:
        result = {"id": event["item"]["id"], "late": is_late}
        try:
            return result | _written(event)
        except OutOfTime as error:
            return result | {"failure": str(error), "limited_until": error.limited_until}


def _written(event: Json) -> Json:
    request, item, progress = event["request"], event["item"], event["archive"]
    deadline = steps.deadline(progress, request)
    _heed_limit(progress, item["id"], deadline)
    discord = connect.as_bot(deadline, in_company=True, short_waits=0)
    with look.from_table():
        taken = shelf.kept(request["guild_id"], request["campaign_id"])
    channels = discord.send(calls.list_guild_channels(request["guild_id"]))
    if item["id"] == steps.PLACE:
        if rows := steps.rows(taken, progress["way"], channels):
            discord.send(calls.move_channels(request["guild_id"], rows))
        return {}
    found = [one for one in channels if one["id"] == item["id"]]
    if not found:
        return {"gone": look.is_gone(discord, item["id"])}
    changes = steps.to_write(taken, progress["way"], channels, item["id"])
    changes = [one for one in changes if one.id not in progress["absent"]]
    return _write(discord, request, found[0], changes)


def _heed_limit(progress: Progress, item_id: str, deadline: float) -> None:
    """Wait for the end of the limit that made the archiving turn back, or give up."""
    until = progress.get("limited", {}).get(item_id, 0)
    if until >= deadline:
        raise OutOfTime(progress["reason"], until)
    if until > time.time():
        raise RateLimited(executions.utc(until), "user")


def _write(discord: Discord, request: Json, channel: Json, changes: list[Change]) -> Json:
    until = time.time() + WORK_SECONDS
    now = seen = overwrites.of(channel)
    seen_at = time.time()
    for change in changes:
        if time.time() >= until:
            break
        try:
            if time.time() >= seen_at + LOOK_SECONDS:
                now, seen_at = _look(discord, channel["id"]), time.time()
            if now.get(change.id) == seen.get(change.id):
                discord.send(_call(request, channel, change))
        except DiscordRefused as refused:
            if refused.code == calls.UNKNOWN_CHANNEL:
                return {"gone": True}
            if refused.code != calls.UNKNOWN_OVERWRITE:
                raise
            if change.overwrite and change.overwrite.type == MEMBER:
                return {"absent": [change.id]}  # noted before another call can fail
    return {}


def _look(discord: Discord, channel_id: str) -> Overwrites:
    return overwrites.of(discord.send(calls.get_channel(channel_id)))


def _call(request: Json, channel: Json, change: Change) -> Call:
    action = f"change the permissions of {bold(channel['name'])}"
    asked = f"/campaign {request['way']} by user {request['user_id']}"
    reason = f"{asked}, interaction {request['interaction_id']}"
    if change.overwrite is None:
        return calls.delete_overwrite(channel["id"], change.id, action, reason)
    one = change.overwrite
    body = {"type": one.type, "allow": str(one.allow), "deny": str(one.deny)}
    return calls.set_overwrite(channel["id"], change.id, body, action, reason)
