"""Plan Members: check who asks, claim the campaign, and list what has to change for whom."""

from typing import Any

from channelwright.campaign import deadlines, repetition
from channelwright.campaign.known import LISTS_LAG_SECONDS
from channelwright.discord import calls, connect
from channelwright.discord.calls import Json
from channelwright.discord.client import Discord
from channelwright.errors import DiscordRefused
from channelwright.records import claims, look, members, store
from channelwright.records.look import Look
from channelwright.records.record import Record, id_of, is_archived
from channelwright.task import task
from channelwright.words import deletions
from channelwright.words import members as words


@task
def handler(event: Json) -> Json:
    """Plan the change of members that a `request` asks for: `change`, `who` and perhaps `as`.

    Returns the `next` step: "show" or "release" with the message's `content` and `components`, or
    "change" with the `people` to change, the campaign's `role`, its `record` and whether the
    `master_has_left`.

    Raises:
        EarlierChangeUnknown: an earlier execution may still write; nothing is claimed yet.
        RecordNotRead: the table did not answer.
        EarlierOutcomeUnknown: Discord refused an answer, and an earlier attempt is unknown.
        ChannelwrightError: Discord could not be asked.
    """
    with repetition.attempt(event) as is_repeated, look.from_table():
        answer = _next(event)
    return claims.let_go(answer) if is_repeated else answer


def _next(event: Json) -> Json:
    request = event["request"]
    if request["change"] == members.LEAVE:
        request = {**request, "who": request["user_id"]}
    record = look.record_of(request, event["claim"])
    if isinstance(record, str):
        return _show(record)
    if is_archived(record):
        return _show(words.archived(record["name"]))
    # A player is given the role, or loses it, whatever lists show.
    lag_seconds = LISTS_LAG_SECONDS if members.is_about_leaders(record, request) else 0
    claims.let_settle(record, event["claim"], lag_seconds)
    discord = connect.as_bot(deadlines.build_deadline(request["interaction_id"]), in_company=True)
    server = look.at_server(discord, request)
    if server.standing is None:
        return _show(words.only_leaders(record["name"]))
    has_left = _has_left(discord, request, record)
    role = next((one for one in server.roles if one["id"] == id_of(record, "role")), None)
    if reason := _reason_against(record, request, server, role, has_left):
        return _show(reason)
    if reason := _claim(record, event["claim"]):
        return _show(reason)
    return {
        "next": "change",
        "people": members.changes(record, request, server.channels, master_has_left=has_left),
        "role": role,
        "record": record,
        "master_has_left": has_left,
    }


def _has_left(discord: Discord, request: Json, record: Record) -> bool:
    """Return whether the game master has left; asked only if somebody else hands over.

    One whose id was erased has left the campaign.
    """
    master = record["game_master"]
    if not master:
        return True
    if request.get("as") != members.GAME_MASTER or request["user_id"] == master:
        return False
    try:
        discord.send(calls.get_guild_member(request["guild_id"], master))
    except DiscordRefused as refused:
        if refused.code != calls.UNKNOWN_MEMBER:
            raise
        return True
    return False


def _reason_against(
    record: Record, request: Json, server: Look, role: Json | None, has_left: bool
) -> str | None:
    standing: Any = server.standing
    if reason := members.refusal(record, request, standing, master_has_left=has_left):
        return reason
    if role is None:
        return words.no_role(record["name"])
    power = members.power_of(record, role, server.channels)
    is_added = request["change"] == members.ADD
    could = members.could_give(role, server.guild, request["user_id"], server.held)
    return words.gives_more(record["name"], power) if is_added and power and not could else None


def _claim(record: Record, claim: str) -> str | None:
    """Claim the campaign; return why that was not possible, or None."""
    if claims.is_overtaken(record, claim):
        return deletions.NOT_LOOKED
    is_claimed = store.claim_as(record, record["status"], claim)
    return None if is_claimed else deletions.is_being(record["name"], "")


def _show(content: str) -> Json:
    return {"next": "show", "content": content, "components": []}
