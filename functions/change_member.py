"""Change Member: give one person the campaign's role, or take it, with a co-GM's overwrites."""

from channelwright.campaign import deadlines
from channelwright.discord import calls, connect, permissions
from channelwright.discord.calls import Json
from channelwright.discord.client import Discord
from channelwright.errors import DiscordRefused
from channelwright.records import look, members
from channelwright.records.members import Change, Changed, Overwrite
from channelwright.task import task
from channelwright.words.refusals import CHANGE_OVERWRITE


@task
def handler(event: Json) -> Changed:
    """Change one `person`, whom `request` names, in a campaign with this `role`.

    Every call may be repeated: it sets or deletes something by its id.

    Raises:
        RateLimited: Discord demands a wait.
        ChannelwrightError: the person was not changed, or only in part, or that is unknown.
    """
    request, person = event["request"], event["person"]
    deadline = deadlines.build_deadline(request["interaction_id"])
    discord = connect.as_bot(deadline, in_company=True, short_waits=0)
    member = _member(discord, request, person)
    change = _add if person["change"] == members.ADD else _remove
    result = change(discord, event, member)
    # An earlier attempt may have done it, and died.
    if event["at"]["retry_count"]:
        result = {"already": "added", "absent": "removed"}.get(result, result)
    return {"user_id": person["user_id"], "result": result}


def _member(discord: Discord, request: Json, person: Change) -> Json | None:
    try:
        member: Json = discord.send(calls.get_guild_member(request["guild_id"], person["user_id"]))
    except DiscordRefused as refused:
        if refused.code != calls.UNKNOWN_MEMBER:
            raise
        return None
    return member


def _add(discord: Discord, event: Json, member: Json | None) -> str:
    person, why = event["person"], _why(event)
    if member is None:
        return "gone"
    if member["user"].get("bot"):
        return "bot"
    has_role = event["role"]["id"] in member["roles"]
    try:
        # Even if the role is shown: what Discord shows may lag behind an earlier change.
        discord.send(calls.add_role(*_where(event), why))
    except DiscordRefused as refused:
        if refused.code != calls.UNKNOWN_MEMBER:
            raise
        return "gone"  # since a moment ago
    _write(discord, event, why)
    return "already" if has_role and not person["channels"] else "added"


def _remove(discord: Discord, event: Json, member: Json | None) -> str:
    person, why = event["person"], _why(event)
    # An overwrite stays in its channel when the person leaves the server.
    _write(discord, event, why, is_here=member is not None)
    try:
        # Even if no role or member is shown, as above.
        discord.send(calls.remove_role(*_where(event), why))
    except DiscordRefused as refused:
        if refused.code not in {calls.UNKNOWN_MEMBER, calls.UNKNOWN_ROLE}:
            raise
    has_role = member is not None and event["role"]["id"] in member["roles"]
    return "removed" if has_role or person["channels"] else "absent"


def _write(discord: Discord, event: Json, why: str, *, is_here: bool = True) -> None:
    """Write what is not so yet, after a look: others may have changed it, or it has followed.

    Of somebody who is not in the server, Discord only takes that an overwrite is deleted.
    """
    person = event["person"]
    for ids in person["channels"]:
        channels = discord.send(calls.list_guild_channels(event["request"]["guild_id"]))
        for one in members.to_write(person, ids, channels):
            if is_here and (one["allow"] or one["deny"]):
                _set(discord, one, person["user_id"], why)
            else:
                _drop(discord, one["id"], person["user_id"], why)


def _set(discord: Discord, one: Overwrite, user_id: str, why: str) -> None:
    bits = {"allow": str(one["allow"]), "deny": str(one["deny"])}
    after = {"type": permissions.MEMBER, **bits}
    discord.send(calls.set_overwrite(one["id"], user_id, after, CHANGE_OVERWRITE, why))


def _drop(discord: Discord, channel_id: str, user_id: str, why: str) -> None:
    """Delete an overwrite, if it and its channel are there."""
    try:
        discord.send(calls.delete_overwrite(channel_id, user_id, CHANGE_OVERWRITE, why))
    except DiscordRefused as refused:
        is_dropped = refused.code == calls.UNKNOWN_OVERWRITE or (
            refused.code == calls.UNKNOWN_CHANNEL and look.is_gone(discord, channel_id)
        )
        if not is_dropped:
            raise


def _where(event: Json) -> tuple[str, str, str]:
    return event["request"]["guild_id"], event["person"]["user_id"], event["role"]["id"]


def _why(event: Json) -> str:
    """Return the reason for the server's audit log: the user and interaction that asked."""
    request = event["request"]
    by = f"user {request['user_id']}, interaction {request['interaction_id']}"
    return f"/campaign {request['change']} by {by}"
