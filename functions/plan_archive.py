"""Plan Archive: check, claim the campaign, keep its snapshot, and find what to write first."""

import time

from channelwright.archive import admission, findings, shelf, snapshot, steps
from channelwright.archive.snapshot import Snapshot
from channelwright.archive.steps import Way
from channelwright.campaign import deadlines, repetition
from channelwright.campaign.known import LISTS_LAG_SECONDS
from channelwright.discord import calls, connect, permissions
from channelwright.discord.calls import Json
from channelwright.discord.client import Discord
from channelwright.errors import RecordNotRead
from channelwright.records import claims, deletion, look, store
from channelwright.records.look import Look
from channelwright.records.record import Record, channels_of
from channelwright.task import task
from channelwright.words import archives, deletions


@task
def handler(event: Json) -> Json:
    """Begin or continue what a `request` asks for: `campaign_id`, and `way` (steps.py).

    `claim` is the execution's ARN. Nothing is written in the server here.

    Returns the `steps.Progress`, or the answer if nothing is to do (`next` is "show" or "release").

    Raises:
        EarlierChangeUnknown: an earlier execution may still write; nothing is claimed yet.
        RecordNotRead: the table did not answer.
        EarlierOutcomeUnknown: Discord refused an answer, and an earlier attempt is unknown.
        ChannelwrightError: Discord could not be asked.
    """
    with repetition.attempt(event) as is_repeated, look.from_table():
        answer = _next(event["request"], event["claim"])
    return claims.let_go(answer) if is_repeated else answer


def _next(request: Json, claim: str) -> Json:
    record = look.record_of(request, claim)
    if isinstance(record, str):
        return _show(record)
    # The record does not know all that the snapshot keeps.
    claims.let_settle(record, claim, LISTS_LAG_SECONDS)
    deadline = deadlines.build_deadline(request["interaction_id"])
    discord = connect.as_bot(deadline, in_company=True)
    server = look.at_server(discord, request)
    if not (server.standing and deletion.may_delete(record, request["user_id"], server.standing)):
        return _show(deletions.not_yours(record["name"], request["way"]))
    # The snapshot of a plan that failed is of no use: nothing is archived.
    is_open = record["status"] == "created"
    kept = None if is_open else shelf.get(record["guild_id"], record["campaign_id"])
    taken = _snapshot(discord, record, request["way"], kept, server)
    if isinstance(taken, str):
        return _show(taken)
    if claims.is_overtaken(record, claim):
        return _show(archives.NOT_FINISHED)
    begun = steps.begun(request["way"], _missing(record, taken))
    # Both at once: a claim without a snapshot could not be undone.
    snapshot_item = None if kept else shelf.item(record["campaign_id"], taken)
    if not store.claim_as(record, begun["status"], claim, snapshot_item):
        return _claimed_by_another(request, record, claim)
    progress = steps.after(taken, server.channels, begun, [])
    return findings.with_answer(taken, server.channels, progress, request)


def _claimed_by_another(request: Json, record: Record, claim: str) -> Json:
    """Return the answer if another execution was faster.

    Raises:
        RecordNotRead: another attempt of this execution was, whose answer is lost.
    """
    now = store.get(request["guild_id"], request["campaign_id"])
    if now and now.get("claimed_by") == claim:
        raise RecordNotRead(archives.NOT_FINISHED)
    return _show(deletions.is_being(record["name"], ""))


def _snapshot(
    discord: Discord, record: Record, way: Way, kept: Snapshot | None, server: Look
) -> Snapshot | str:
    """Return the campaign's snapshot, new or `kept`, or why nothing can be done."""
    if refusal := admission.refusal(record, way, kept):
        return refusal
    bot_id = connect.bot_user(discord)["id"]
    taken = kept or snapshot.take(record, bot_id, server.channels)
    if snapshot.is_too_large(taken):
        return archives.TOO_LARGE
    member = discord.send(calls.get_guild_member(record["guild_id"], bot_id))
    bot = permissions.standing(server.guild, member, bot_id, time.time())
    lacking = admission.lacking(taken, way, server.channels, bot.permissions)
    return archives.bot_lacks(lacking) if lacking else taken


def _missing(record: Record, taken: Snapshot) -> list[str]:
    """Return the names of the recorded channels that Discord did not show for the snapshot."""
    recorded = channels_of(record)
    return [one["key"] for one in recorded if one["id"] not in taken["channels"]]


def _show(content: str) -> Json:
    return {"next": "show", "content": content, "components": []}
