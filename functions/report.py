"""Report: edit the deferred message. Progress may be skipped; a last word may not.

The states are *Report Progress*, *Report Rejection*, *Report Completion*, *Report Removal*, *Report
Failure*, *Report Preview*, *Report Description*, *Report Members* and *Report Archive*. They need
only the interaction's token, and cannot read the bot's.
"""

import time
from typing import Any

from channelwright.aws.executions import utc
from channelwright.campaign import deadlines, known, last_word, removal, waves
from channelwright.discord import calls, edits, webhook
from channelwright.discord.answers import Limit
from channelwright.discord.calls import Json
from channelwright.discord.limited import limited
from channelwright.errors import EarlierEditUnknown
from channelwright.task import task
from channelwright.words import archives, deletions, messages


@task
def handler(event: Json) -> Any:
    """Write what a state `says`.

    A state says "progress", "removal" or "answer", or a last word: "rejection", "summary" or
    "failure".
    `request` is the command, `reply` its interaction's token, `edits` the state of the message.

    Returns the next `building` for progress, the new state of the message for a removal, and the
    execution's output for a last word.

    Raises:
        RateLimited: the last word has to wait.
        EarlierEditUnknown: the last word was written, but an earlier edit may yet replace it.
        ChannelwrightError: the last word was not written, or that is unknown.
    """
    match event["says"]:
        case "progress":
            return _progress(event)
        case "removal":
            return _removal(event)
        case "answer" | "preview":  # an earlier release started the execution
            return _answer(event)
    return _last_word(event)


def _answer(event: Json) -> None:
    """Show what a state has found out, with its buttons, or that it could not."""
    deadline = deadlines.answer_deadline(event["request"]["interaction_id"])
    shown = event[event["says"]]
    if event["failure"] or not shown:
        is_archives = event["request"].get("kind") == "archive"
        content = archives.NOT_FINISHED if is_archives else deletions.NOT_LOOKED
        shown = {"content": content, "components": []}
    call = calls.edit_original(event["reply"], shown["content"], shown["components"])
    webhook.edit(webhook.connect(deadline, short_waits=0, to_the_end=True), call)


def _progress(event: Json) -> Any:
    """Show the progress, and return the next wave; at the start, nothing is created yet."""
    building, planned, made = event["building"], event["waves"], event["made"]
    before = edits.since(building["edits"], time.time())
    if edits.is_on_its_way(building["edits"]):
        if event["rate_limit"]:  # Create Role runs again: the first edit's fate is unknown
            return {**building, "edits": before}
        before = edits.since(event["edits"], time.time())
    channels = [*waves.flat([building["made"], made])]
    content = messages.progress(
        event["request"]["campaign_name"],
        len(channels),
        len([*waves.flat(planned)]),
        channels[before["shown"] :],
    )
    after = webhook.show(event["reply"], content, before, edits.RESERVED, shown=len(channels))
    return waves.after(building, planned, made, after) if made else {**building, "edits": after}


def _removal(event: Json) -> edits.Known:
    """Show how much has been deleted, if anything was created, or deleted since the last edit.

    Skip it if an earlier edit's fate is unknown, because then it is also unknown how many more
    edits Discord allows. The edit's Lambda may have died; or the first edit ran beside a create
    that failed, and Step Functions kept no result of the branch that it stopped.
    """
    so_far: edits.Known = event["edits"]
    begins = event["removal"]["next"] == "look"
    things = known.recorded(event["known"]) if begins else event["removal"]["known"]
    gone = set() if begins else removal.gone(event["removal"])
    left = [one for one in things if one["id"] not in gone]
    news = begins or any(one["gone"] for one in event["removal"]["deletions"])
    if edits.is_on_its_way(so_far):
        return edits.first_on_its_way(so_far, time.time())
    if not edits.are_known(so_far) or not left or not news:
        return so_far
    name = event["request"]["campaign_name"]
    done, total = len(things) - len(left), len(things)
    if known.is_deletion(event.get("failure")):
        wording = deletions.wording_of(event["request"])
        content = deletions.deleting(wording, name, messages.bar(done, total))
    else:
        content = messages.removing(name, done, total)
    before = edits.since(so_far, time.time())
    return webhook.show(event["reply"], content, before, edits.RESERVED_BY_REMOVAL)


def _last_word(event: Json) -> Json | None:
    word, reply = last_word.of(event), event["reply"]
    interaction_id, is_private = event["request"]["interaction_id"], "private" in event["request"]
    now = time.time()
    before = edits.since(event["edits"], now)
    # No message in the channel stands in for a private one.
    deadline = (
        deadlines.answer_deadline(interaction_id)
        if is_private
        else deadlines.removal_deadline(interaction_id, event["until"])
    )
    # The state machine does the waiting.
    discord = webhook.connect(deadline, short_waits=0, to_the_end=is_private)
    call = calls.edit_original(reply, word.content, word.components)
    waited_for = (event["rate_limit"] or {}).get("error")
    if now < (until := edits.closed_until(before, now)):
        raise limited(call, Limit(until - now, "user"), deadline)
    webhook.edit(discord, call)
    # After its token's end, nothing replaces a private word.
    late_until = min(before["late_until"], deadline) if is_private else before["late_until"]
    if waited_for != EarlierEditUnknown.__name__ and time.time() < late_until:
        raise EarlierEditUnknown(utc(late_until), "user")
    return word.output
