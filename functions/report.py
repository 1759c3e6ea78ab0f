"""Report: edit the deferred message. Progress may stay unsaid; a last word may not.

The boxes are *Report Progress*, *Report Rejection*, *Report Completion*, *Report Removal* and
*Report Failure*. The interaction's token is all that it needs: it cannot read the bot's.
"""

import time
from typing import Any

from channelwright.aws.executions import utc
from channelwright.campaign import known, last_word, removal, waves
from channelwright.campaign.deadlines import removal_deadline
from channelwright.discord import calls, edits, webhook
from channelwright.discord.answers import Limit
from channelwright.discord.limited import limited
from channelwright.errors import EarlierEditUnknown
from channelwright.task import task
from channelwright.words import messages

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
    if edits.is_on_its_way(building["edits"]):
        if event["rate_limit"]:  # beside Create Role once more: of the first edit nothing is known
            return {**building, "edits": before}
        before = edits.since(event["edits"], time.time())
    channels = [*waves.flat([building["made"], made])]
    content = messages.progress(
        event["request"]["campaign_name"],
        len(channels),
        len(waves.channels_of(planned)),
        channels[before["shown"] :],
    )
    after = webhook.show(event["reply"], content, before, edits.RESERVED, shown=len(channels))
    return waves.after(building, planned, made, after) if made else {**building, "edits": after}


def _removal(event: Json) -> edits.Known:
    """Say how much of what was made is removed, if anything was made, or removed since.

    Nothing is said once an edit's fate is unknown: how many more Discord takes is not known then. A
    Lambda may have died; and where the first edit has just gone beside a create that failed, Step
    Functions keeps nothing of the branch that it stopped.
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
    content = messages.removing(name, len(things) - len(left), len(things))
    before = edits.since(so_far, time.time())
    return webhook.show(event["reply"], content, before, edits.RESERVED_BY_REMOVAL)


def _last_word(event: Json) -> Json | None:
    word, reply = last_word.of(event), event["reply"]
    interaction_id = event["request"]["interaction_id"]
    now = time.time()
    before = edits.since(event["edits"], now)
    deadline = removal_deadline(interaction_id, event["until"])
    discord = webhook.connect(deadline, short_waits=0)  # a wait is the machine's
    call = calls.edit_original(reply, word.content)
    waited_for = (event["rate_limit"] or {}).get("error")
    if now < (until := edits.closed_until(before, now)):
        raise limited(call, Limit(until - now, "user"), deadline)
    webhook.edit(discord, call)
    if waited_for != EarlierEditUnknown.__name__ and time.time() < before["late_until"]:
        raise EarlierEditUnknown(utc(before["late_until"]), "user")
    return word.output
