"""Report: edit the deferred message. Progress may stay unsaid; a last word may not.

The boxes are *Report Progress*, *Report Rejection*, *Report Completion*, *Report Removal* and
*Report Failure*. The interaction's token is all that it needs: it cannot read the bot's.
"""

import math
import time
from datetime import datetime
from typing import Any

from channelwright import calls, edits, last_word, messages, waves, webhook
from channelwright.campaign import removal_deadline, utc
from channelwright.edits import NO_BUCKET, Edits
from channelwright.errors import (
    DiscordRefused,
    DiscordUnavailable,
    EarlierEditUnknown,
    NoAnswer,
    RateLimited,
)
from channelwright.task import task

Json = dict[str, Any]


@task
def handler(event: Json) -> Any:
    """Say what a state `says`: "progress", "removal", "rejection", "summary" or "failure".

    `request` is the command, `reply` its interaction's token, `edits` how the message stands.

    Returns for progress the next `building`, for a removal how the message stands, and for a last
    word the execution's output.

    Raises:
        RateLimited: the last word has to wait.
        EarlierEditUnknown: it is said, and has to be said again.
        ChannelwrightError: it is not said, or not known to be.

    """
    match event["says"]:
        case "progress":
            return _progress(event)
        case "removal":
            return _removal(event)
    return _last_word(event)


def _progress(event: Json) -> Any:
    """Show what is made so far, and hand out the next wave; at the start there is none yet."""
    building, planned, made = event["building"], event["waves"], event["made"]
    before = edits.since(building["edits"], time.time())
    if building["edits"] is None:
        if event["rate_limit"]:  # beside Create Role once more: of the first edit nothing is known
            return {**building, "edits": before}
        before = edits.NONE_YET
    channels = [*waves.flat([building["made"], made])]
    content = messages.progress(
        event["request"]["campaign_name"],
        len(channels),
        len(waves.channels_of(planned)),
        channels[before["shown"] :],
    )
    after = _show(event["reply"], content, before, edits.RESERVED, shown=len(channels))
    return waves.after(building, planned, made, after) if made else {**building, "edits": after}


def _removal(event: Json) -> Edits:
    """Say that what was made is being removed, if anything was.

    Nothing is said where the first edit has just gone beside a create that failed: Step Functions
    keeps nothing of a branch that it stops, so whether Discord takes another edit is not known.
    """
    before = edits.since(event["edits"], time.time())
    if event["known"]["campaign"] is None or event["edits"] is None:
        return before
    content = messages.removing(event["request"]["campaign_name"])
    return _show(event["reply"], content, before, edits.RESERVED_BY_REMOVAL)


def _show(reply: Json, content: str, before: Edits, reserved: int, *, shown: int = 0) -> Edits:
    """Edit the message if there is room, and return how it stands then; wait for nothing."""
    now = time.time()
    if not edits.allows(before, now, reserved):
        return before
    discord = webhook.connect(math.inf, short_waits=0)
    try:
        discord.edit_original(reply["application_id"], reply["interaction_token"], content)
    except RateLimited as limited:
        until = datetime.fromisoformat(limited.until).timestamp()
        return {**before, "closed_until": until}
    except NoAnswer:
        late_until = now + edits.UNKNOWN_OUTCOME_SECONDS
        return {**edits.after(before, NO_BUCKET, now), "late_until": late_until}
    except (DiscordRefused, DiscordUnavailable):
        shown = before["shown"]
    return {**edits.after(before, discord.bucket, time.time()), "shown": shown}


def _last_word(event: Json) -> Json | None:
    word, reply = last_word.of(event), event["reply"]
    interaction_id = event["request"]["interaction_id"]
    now = time.time()
    before = edits.since(event["edits"], now)
    discord = webhook.connect(removal_deadline(interaction_id, event["until"]))
    call = calls.edit_original(reply["application_id"], reply["interaction_token"], word.content)
    if now < before["closed_until"]:
        raise discord.limited(call, before["closed_until"] - now, "user")
    discord.edit_original(reply["application_id"], reply["interaction_token"], word.content)
    waited_for = (event["rate_limit"] or {}).get("error")
    if waited_for != EarlierEditUnknown.__name__ and time.time() < before["late_until"]:
        raise EarlierEditUnknown(utc(before["late_until"]), "user")
    return word.output
