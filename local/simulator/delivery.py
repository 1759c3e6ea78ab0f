"""Creates, signs and delivers interactions, and records the application's answers.

Discord docs: Interactions > Overview (security); Interactions > Receiving and Responding.
"""

import json
import secrets
from dataclasses import dataclass
from typing import Any

import requests
from nacl.signing import SigningKey
from werkzeug.http import parse_options_header

from local.simulator import errors, payload
from local.simulator.interaction_schema import check
from local.simulator.interactions import COMMAND, PING, Interaction
from local.simulator.json_text import read_json
from local.simulator.messages import EPHEMERAL, LOADING, Message
from local.simulator.responses import DEFERRED_CHANNEL_MESSAGE, MESSAGES, read_response
from local.simulator.world import World

USER_AGENT = "Discord-Interactions/1.0 (+https://discord.com)"


@dataclass(frozen=True)
class SignedInteraction:
    """An interaction ready to be posted: its raw body, and its headers with the signature."""

    id: str
    token: str
    body: str
    headers: dict[str, str]


def build(
    world: World,
    command: str,
    options: dict[str, Any],
    *,
    guild_id: str,
    channel_id: str,
    user_id: str,
    type_: int = COMMAND,
    direct: bool = False,
    overrides: dict[str, Any] | None = None,
    hostile: bool = False,
) -> SignedInteraction:
    """Create an interaction with a live token, and sign it.

    ``direct`` sends it from a direct message with the bot instead of the guild's channel.
    ``overrides`` replaces top-level fields of the payload (None removes one). Raises ValueError if
    the result is not as Discord documents it, unless ``hostile`` allows that. Raises a 404 for an
    unknown guild, channel or member.
    """
    now = world.clock.now()
    token = secrets.token_urlsafe(132)
    interaction = Interaction(world.snowflakes.next(), type_, token, user_id, now)
    if type_ == PING:
        content = payload.ping(world, interaction)
    elif direct:
        content = payload.in_direct_message(world, interaction, name=command, options=options)
        interaction.channel_id = content["channel_id"]
    else:
        guild = world.guilds.get(guild_id)
        if guild is None:
            raise errors.unknown_guild()
        channel = guild.place(channel_id)
        if channel is None:
            raise errors.unknown_channel()
        if user_id not in guild.members:
            raise errors.unknown_member()
        interaction.guild_id, interaction.channel_id = guild_id, channel_id
        content = payload.in_guild(
            world, interaction, guild, channel, name=command, options=options
        )
    check(content)
    if overrides:
        content = _replaced(content, overrides)
        if not hostile:
            check(content)
    interaction.from_message = "message" in content
    world.interactions[interaction.id] = interaction
    world.interaction_ids[token] = interaction.id
    body = json.dumps(content, ensure_ascii=False)
    return SignedInteraction(interaction.id, token, body, signed_headers(world, body, now))


def _replaced(content: dict[str, Any], overrides: dict[str, Any]) -> dict[str, Any]:
    removed = {key for key, value in overrides.items() if value is None}
    return {key: value for key, value in (content | overrides).items() if key not in removed}


def signed_headers(
    world: World, body: str, now: float, key: SigningKey | None = None
) -> dict[str, str]:
    """Return the headers of an interaction sent ``now`` (Unix seconds).

    A ``key`` other than the application's makes the signature invalid.
    """
    timestamp = str(int(now))
    key = key or world.application.signing_key
    signature = key.sign((timestamp + body).encode()).signature
    return {
        "Content-Type": "application/json",
        "User-Agent": USER_AGENT,
        "X-Signature-Ed25519": signature.hex(),
        "X-Signature-Timestamp": timestamp,
    }


@dataclass(frozen=True)
class Delivery:
    """The result of a delivery; ``status`` is None if the request failed or timed out."""

    status: int | None
    response: Any


def deliver(
    world: World, session: requests.Session, signed: SignedInteraction, url: str
) -> Delivery:
    """Post an interaction to the application, and record its answer.

    Without an answer within ``response_deadline_s``, the token becomes invalid. The caller must not
    hold the world's lock.
    """
    started, deadline = world.clock.now(), world.settings.response_deadline_s
    try:
        answer = session.post(
            url,
            data=signed.body.encode(),
            headers=signed.headers,
            timeout=deadline,
            allow_redirects=False,
        )
    except requests.RequestException:
        receive(world, signed.id, None, None)
        return Delivery(None, None)
    response = content_of(answer)
    in_time = world.clock.now() - started <= deadline
    receive(world, signed.id, answer.status_code if in_time else None, response)
    return Delivery(answer.status_code, response)


def content_of(answer: requests.Response) -> Any:
    """Return the JSON of an application's answer; None if its type or content is not JSON."""
    content_type, _ = parse_options_header(answer.headers.get("Content-Type"))
    if content_type.lower() != "application/json":
        return None
    try:
        return read_json(answer.content)
    except ValueError:
        return None


def receive(world: World, interaction_id: str, status: int | None, response: Any) -> None:
    """Record the application's answer to an interaction; ``status`` is None if it was too late."""
    with world.lock:
        interaction = world.interactions[interaction_id]
        if interaction.acked_at is not None:
            # Only the first answer counts.
            return
        accepted = status is not None and 200 <= status < 300
        if not accepted or not _acknowledge(world, interaction, response):
            interaction.invalidated = True


def _acknowledge(world: World, interaction: Interaction, response: Any) -> bool:
    """Apply the answer, and tell whether Discord accepts it."""
    at = world.clock.now() + world.settings.ack_delay_ms / 1000
    try:
        type_ = read_response(interaction, response)
        if type_ not in MESSAGES:
            interaction.acked_at = at
            return True
        thinking = type_ == DEFERRED_CHANNEL_MESSAGE
        message = _message(world, interaction, response.get("data") or {}, thinking=thinking)
    except errors.DiscordHTTPError:
        return False
    interaction.acknowledge(at, message, thinking=thinking)
    return True


def _message(
    world: World, interaction: Interaction, data: dict[str, Any], *, thinking: bool
) -> Message:
    """Create an answer's message; with ``thinking``, a deferred one without content.

    Raises a 50035 or 50006 if Discord refuses the content.
    """
    now = world.clock.now()
    message = Message(world.snowflakes.next(), interaction.channel_id or "", world.bot.id, now)
    message.interaction_id = interaction.id
    if thinking:
        message.flags = LOADING
    else:
        message.write(data)
    flags = data.get("flags")
    message.flags |= flags & EPHEMERAL if isinstance(flags, int) else 0
    if not message.flags & EPHEMERAL:
        world.messages.setdefault(message.channel_id, []).append(message)
    return message
