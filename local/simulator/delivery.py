"""Signs and delivers interactions.

Discord docs: Interactions > Overview (security); Interactions > Receiving and Responding.
"""

import json
import secrets
from dataclasses import dataclass
from typing import Any

import requests
from nacl.signing import SigningKey
from werkzeug.http import parse_options_header

from local.simulator.callbacks import receive
from local.simulator.interaction_schema import check
from local.simulator.interactions import Interaction
from local.simulator.json_text import read_json
from local.simulator.world import World

USER_AGENT = "Discord-Interactions/1.0 (+https://discord.com)"


@dataclass(frozen=True)
class SignedInteraction:
    """An interaction ready to be posted: its raw body, and its headers with the signature."""

    id: str
    token: str
    body: str
    headers: dict[str, str]


def new_interaction(world: World, type_: int, user_id: str) -> Interaction:
    """Return an interaction with a token of its own, which ``sign`` makes known."""
    token = secrets.token_urlsafe(132)
    return Interaction(world.snowflakes.next(), type_, token, user_id, world.clock.now())


def sign(
    world: World,
    interaction: Interaction,
    content: dict[str, Any],
    *,
    overrides: dict[str, Any] | None = None,
    hostile: bool = False,
) -> SignedInteraction:
    """Sign an interaction's payload, and make its token live.

    ``overrides`` replaces top-level fields of the payload (None removes one). Raises ValueError if
    the result is not as Discord documents it, unless ``hostile`` allows that.
    """
    check(content)
    if overrides:
        content = _replaced(content, overrides)
        if not hostile:
            check(content)
    interaction.from_message = "message" in content
    world.interactions[interaction.id] = interaction
    world.interaction_ids[interaction.token] = interaction.id
    body = json.dumps(content, ensure_ascii=False)
    headers = signed_headers(world, body, interaction.created_at)
    return SignedInteraction(interaction.id, interaction.token, body, headers)


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
