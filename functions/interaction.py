"""Answer Discord's interactions within 3 s: verify, refuse hopeless requests, enqueue the rest.

The only network call is the SQS SendMessage. Source: Discord docs, Interactions > Receiving and
Responding.
"""

import base64
import json
import os
import time
from typing import Final

from channelwright.aws import log, sqs
from channelwright.commands.command import EPHEMERAL, Json, Refused, mapping
from channelwright.commands.table import BUTTONS, COMMANDS
from channelwright.discord import signature
from channelwright.pace import priority
from channelwright.records import lookup
from channelwright.words import rejections

PONG, MESSAGE, DEFERRED_MESSAGE, DEFERRED_UPDATE, CHOICES = 1, 4, 5, 6, 8
# An interaction has a few kilobytes, and less than 100 with a name of 6,000 escaped characters,
# which Discord would accept. A larger body does not come from Discord.
MOST_CHARACTERS: Final = 128 * 1024


@log.invocation
def handler(event: Json, _context: object) -> Json:
    """Answer one request from API Gateway (HTTP API, payload format 2.0)."""
    if len(event.get("body") or "") > MOST_CHARACTERS:
        return _response(413, {"error": "the body is too large"})
    body = _raw_body(event)
    if body is None or not _is_from_discord(event, body):
        return _response(401, {"error": "invalid request signature"})
    try:
        interaction = json.loads(body)
    except (ValueError, RecursionError):
        return _response(400, {"error": "the body is not JSON"})
    if not isinstance(interaction, dict):
        return _response(400, {"error": "the body is not an interaction"})
    log.about(str(interaction.get("id")), has_begun=False)
    return _response(200, _answer(interaction))


def _raw_body(event: Json) -> bytes | None:
    body = event.get("body") or ""
    if not event.get("isBase64Encoded"):
        return str(body).encode("utf-8", "surrogatepass")
    try:
        return base64.b64decode(body, validate=True)
    except ValueError:  # not base64
        return None


def _is_from_discord(event: Json, body: bytes) -> bool:
    headers = {str(key).lower(): str(value) for key, value in (event.get("headers") or {}).items()}
    timestamp = headers.get("x-signature-timestamp", "")
    return signature.is_fresh(timestamp, time.time()) and signature.is_valid(
        os.environ["DISCORD_PUBLIC_KEY"], headers.get("x-signature-ed25519", ""), timestamp, body
    )


def _answer(interaction: Json) -> Json:
    match interaction.get("type"):
        case 1:
            return {"type": PONG}
        case 2:
            return _command(interaction)
        case 3:
            return _press(interaction)
        case 4:
            return {"type": CHOICES, "data": {"choices": _choices(interaction)}}
        case _:
            return _say(rejections.NOTHING_TO_PRESS)


def _command(interaction: Json) -> Json:
    name = mapping(interaction, "data").get("name")
    command = COMMANDS.get(name) if isinstance(name, str) else None
    if command is None:
        return _say(rejections.at_once([rejections.unknown_command(COMMANDS)], creates=True))
    try:
        task = command.task(interaction, lookup.of_guild)
    except lookup.NotRead as error:
        log.error(f"the records were not read: {error}")
        return _say(rejections.NOT_READ)
    except Refused as refused:
        return _say(rejections.at_once(refused.reasons, creates=command.creates))
    return _say(task) if isinstance(task, str) else _enqueue(interaction, task, _deferred(task))


def _press(interaction: Json) -> Json:
    custom_id = str(mapping(interaction, "data").get("custom_id"))
    button = BUTTONS.get(custom_id.partition(":")[2].partition(":")[0])
    try:
        task = button.task(interaction, custom_id) if button else None
    except Refused as refused:
        return _say(rejections.at_once(refused.reasons, creates=bool(button and button.creates)))
    if not (button and task):
        return _say(rejections.NOTHING_TO_PRESS)
    answer = {"type": DEFERRED_UPDATE} if button.edits else _deferred(task)
    return _enqueue(interaction, task, answer)


def _deferred(task: Json) -> Json:
    private = {"data": {"flags": EPHEMERAL}} if task.get("private") else {}
    return {"type": DEFERRED_MESSAGE, **private}


def _choices(interaction: Json) -> list[Json]:
    """Return the choices for what the user types; none if the table does not answer in time."""
    command = COMMANDS.get(str(mapping(interaction, "data").get("name")))
    if command is None or command.choices is None:
        return []
    try:
        return command.choices(interaction, lookup.of_guild)
    except lookup.NotRead as error:
        log.info(f"no choices: {error}")
        return []


def _enqueue(interaction: Json, task: Json, answer: Json) -> Json:
    try:
        sqs.send_message(_queue_url(interaction), json.dumps(task))
    except (sqs.NotSent, sqs.MaybeSent) as error:
        log.count("CampaignsNotQueued")
        log.error(f"SendMessage failed: {error}")
        if isinstance(error, sqs.MaybeSent):
            return _say(rejections.MAYBE_QUEUED)
        return _say(rejections.at_once([rejections.NOT_QUEUED], creates="kind" not in task))
    return answer


def _queue_url(interaction: Json) -> str:
    guilds, sku_id = os.environ["PRIORITY_GUILDS"], os.environ["PRIORITY_SKU_ID"]
    first = priority.comes_first(interaction, guilds, sku_id, time.time())
    return os.environ["PRIORITY_QUEUE_URL" if first else "TASKS_QUEUE_URL"]


def _say(text: str) -> Json:
    return {
        "type": MESSAGE,
        "data": {"content": text, "flags": EPHEMERAL, "allowed_mentions": {"parse": []}},
    }


def _response(status: int, body: Json) -> Json:
    return {
        "statusCode": status,
        "headers": {"content-type": "application/json"},
        "body": json.dumps(body),
    }
