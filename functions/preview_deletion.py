"""Preview Deletion: show what deleting a campaign takes, or begin it if just that is confirmed."""

import time
from typing import Any

from channelwright.campaign import buttons, deadlines, repetition
from channelwright.discord import connect
from channelwright.discord.calls import Json
from channelwright.records import claims, deletion, look, store
from channelwright.records.record import Record
from channelwright.task import task
from channelwright.words import deletions


@task
def handler(event: Json) -> Json:
    """Preview the deletion that a `request` asks for: `campaign_id`, and `digest` if confirmed.

    Returns the `next` step: "show" or "release" with the message's `content` and `components`, or
    "remove" with what the removal needs (`request`, `known`, `waves`, `until`).

    Raises:
        RecordNotRead: the table did not answer.
        EarlierOutcomeUnknown: Discord refused an answer, and an earlier attempt is unknown.
        ChannelwrightError: Discord could not be asked.
    """
    with repetition.attempt(event) as is_repeated, look.from_table():
        answer = _next(event)
    return claims.let_go(answer) if is_repeated and event["request"].get("digest") else answer


def _next(event: Json) -> Json:
    request = event["request"]
    record = look.record_of(request, event["claim"])
    if isinstance(record, str):
        return _show(record)
    deadline = deadlines.build_deadline(request["interaction_id"])
    discord = connect.as_bot(deadline, in_company=True)
    bot_user = connect.bot_user(discord)
    server = look.at_server(discord, request)
    if not (server.standing and deletion.may_delete(record, request["user_id"], server.standing)):
        return _show(deletions.not_yours(record["name"]))
    shown = deletion.preview(record, server.roles, server.channels)
    is_late = time.time() >= deadlines.press_deadline(request["interaction_id"])
    is_late = is_late or claims.is_overtaken(record, event["claim"])
    if is_late or request.get("digest") != shown.digest:
        return _preview(request, record, shown)
    is_claimed = store.claim_as(record, "removing", event["claim"])
    # If somebody was quicker, say what is going on.
    return _remove(request, record, shown, bot_user) if is_claimed else _next(event)


def _preview(request: Json, record: Record, shown: deletion.Preview) -> Json:
    wording = deletions.wording_of(request)
    things = [{**one, "talked_in": one["id"] in shown.talked_in} for one in shown.things]
    content = deletions.preview(wording, record["name"], things, shown.guests, shown.gone)
    if pressed := request.get("digest"):
        explain = deletions.late if pressed == shown.digest else deletions.changed
        content = explain(content)
    message_id = request.get("message_id", "")
    confirmed = buttons.Deletion(record["campaign_id"], shown.digest, message_id)
    red = buttons.below(wording.button, buttons.DANGER, buttons.delete(confirmed))
    return _show(content, red)


def _remove(request: Json, record: Record, shown: deletion.Preview, bot_user: Json) -> Json:
    campaign: Any = {
        "interaction_id": record["campaign_id"],
        "command": "Undo" if "message_id" in request else "/campaign delete",
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


def _show(content: str, components: list[Json] | None = None) -> Json:
    return {"next": "show", "content": content, "components": components or []}
