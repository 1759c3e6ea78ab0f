"""Answer Discord's interactions: verify, refuse what is hopeless, enqueue the rest, all within 3 s.

Its one network call is the SQS SendMessage. Source: Discord docs, Interactions > Receiving and
Responding.
"""

import base64
import json
import os
import time
from collections.abc import Mapping
from typing import Any, Final

from channelwright.aws import log, sqs
from channelwright.campaign import name_mistakes
from channelwright.discord import permissions, signature
from channelwright.pace import priority
from channelwright.setup import commands
from channelwright.words import rejections

PING, COMMAND, COMPONENT, AUTOCOMPLETE, MODAL = 1, 2, 3, 4, 5
PONG, MESSAGE, DEFERRED_MESSAGE, CHOICES = 1, 4, 5, 8
EPHEMERAL: Final = 64
# Discord docs, Interactions > Receiving and Responding > Interaction Context Types; Authorizing
# Integration Owners Object: for a server that installed the app, its id.
IN_GUILD, GUILD_INSTALL = 0, "0"
# An interaction has some kilobytes; with a name of 6,000 escaped characters, which Discord would
# take, less than 100. Whoever sends more is not Discord.
MOST_CHARACTERS: Final = 128 * 1024

Json = dict[str, Any]


class Refused(Exception):
    """The request is not begun, for these reasons, in the user's words."""

    def __init__(self, *reasons: str):
        super().__init__(*reasons)
        self.reasons = reasons


@log.invocation
def handler(event: Json, _context: object) -> Json:
    """Answer one request of API Gateway (HTTP API, payload format 2.0)."""
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
    except ValueError:  # no base64
        return None


def _is_from_discord(event: Json, body: bytes) -> bool:
    headers = {
        str(name).lower(): str(value) for name, value in (event.get("headers") or {}).items()
    }
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
        case 4:
            return {"type": CHOICES, "data": {"choices": []}}
        case _:
            return _say(rejections.nothing_to_press())


def _command(interaction: Json) -> Json:
    try:
        sqs.send_message(_queue_url(interaction), json.dumps(_task(interaction)))
    except Refused as refused:
        return _say(rejections.at_once(refused.reasons))
    except (sqs.NotSent, sqs.MaybeSent) as error:
        log.count("CampaignsNotQueued")
        log.error(f"SendMessage failed: {error}")
        if isinstance(error, sqs.MaybeSent):
            return _say(rejections.maybe_queued())
        return _say(rejections.at_once([rejections.not_queued()]))
    return {"type": DEFERRED_MESSAGE}


def _task(interaction: Json) -> Json:
    data = _mapping(interaction, "data")
    if data.get("name") != commands.ADD_CAMPAIGN:
        raise Refused(rejections.unknown_command())
    member = _mapping(interaction, "member")
    if not interaction.get("guild_id") or not member or not _is_in_guild(interaction):
        raise Refused(rejections.only_in_a_server())
    owners = _mapping(interaction, "authorizing_integration_owners")
    if owners.get(GUILD_INSTALL) != interaction["guild_id"]:
        raise Refused(rejections.not_installed_in_server())
    name = commands.option(data, "name")
    if reasons := _reasons_against(interaction, member, name):
        raise Refused(*reasons)
    return {
        "interaction_id": str(interaction.get("id")),
        "application_id": str(interaction.get("application_id")),
        "interaction_token": str(interaction.get("token")),
        "guild_id": str(interaction["guild_id"]),
        "channel_id": str(interaction.get("channel_id")),
        "user_id": str(_mapping(member, "user").get("id")),
        "campaign_name": name,
        "locale": str(interaction.get("locale") or "en-US"),
        "app_permissions": str(interaction["app_permissions"]),
    }


def _is_in_guild(interaction: Json) -> bool:
    context = interaction.get("context")
    return type(context) is int and context == IN_GUILD


def _reasons_against(interaction: Json, member: Json, name: str) -> list[str]:
    reasons = []
    if mistake := name_mistakes.name_mistake(name):
        reasons.append(rejections.bad_name(mistake, name_mistakes.NAME_LENGTH))
    # Both are the channel's permissions: a fast path only. Plan Campaign looks at the server's.
    if lacking := permissions.missing(_bits(member, "permissions"), permissions.CALLER_NEEDS):
        reasons.append(rejections.caller_lacks_here(lacking))
    held = _bits(interaction, "app_permissions")
    needed = permissions.bot_needs_in(_mapping(interaction, "channel").get("type"))
    if lacking := permissions.missing(held, needed):
        # Everybody may manage nothing, as a rule, and a bot that is not in the server no more.
        may_be_absent = bool(permissions.missing(held, permissions.CALLER_NEEDS))
        reasons.append(rejections.bot_lacks_here(lacking, may_be_absent=may_be_absent))
    return reasons


def _queue_url(interaction: Json) -> str:
    guilds, sku_id = os.environ["PRIORITY_GUILDS"], os.environ["PRIORITY_SKU_ID"]
    first = priority.comes_first(interaction, guilds, sku_id, time.time())
    return os.environ["PRIORITY_QUEUE_URL" if first else "TASKS_QUEUE_URL"]


def _mapping(parent: Mapping[str, Any], key: str) -> Json:
    value = parent.get(key)
    return value if isinstance(value, dict) else {}


def _bits(parent: Mapping[str, Any], key: str) -> int:
    value = parent.get(key)
    if not isinstance(value, str) or len(value) > 40:
        return 0
    return int(value) if value.isascii() and value.isdigit() else 0


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
