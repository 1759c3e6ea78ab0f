"""Interpret Discord's answers: results, refusals and rate limits. Pure.

Cloudflare stands in front of Discord and sometimes answers in its place: such an answer is not
Discord's decision.

Source: Discord docs, Reference > Error Messages; Topics > Rate Limits (Header Format; Invalid
Request Limit).
"""

import math
from typing import Any, Final, NamedTuple

import requests

from channelwright.discord.calls import Call, Json
from channelwright.discord.edits import NO_BUCKET, Bucket
from channelwright.errors import DiscordRefused, DiscordUnavailable, NoAnswer, Scope
from channelwright.words import refusals

# Cloudflare's 429 may not name a wait.
CLOUDFLARE_WAIT_SECONDS: Final = 60.0
# Cloudflare's JSON code for "internal network error".
NETWORK_ERROR: Final = 40333
# Cloudflare's statuses while Discord may still be working.
GATEWAY_TIMED_OUT: Final = frozenset({504, 522, 524})


class Limit(NamedTuple):
    """The `scope` of a 429, and its wait in `seconds`, which is a guess unless `said`."""

    seconds: float
    scope: Scope
    said: bool = True


def result(call: Call, response: requests.Response) -> Any:
    """Return the JSON of Discord's answer to a call; None for an empty answer.

    Raises:
        DiscordRefused: Discord answered 4xx. Callers check for 429 first.
        NoAnswer: the outcome is unknown, and may still change.
        DiscordUnavailable: the outcome is unknown, or the answer is not Discord's.
    """
    status = response.status_code
    if status == 204:
        return None
    body = _json(response)
    if 200 <= status < 300 and body is not None:
        return body
    if 400 <= status < 500 and _is_discords(body):
        raise DiscordRefused(call.action, status, body["code"], _detail(body), _fields(body))
    if status in GATEWAY_TIMED_OUT:
        raise NoAnswer(refusals.unavailable(call.action))
    raise DiscordUnavailable(refusals.unavailable(call.action))


def _json(response: requests.Response) -> Any:
    try:
        return response.json()
    except ValueError:
        return None


def _is_discords(body: Any) -> bool:
    """Tell whether an error has Discord's form and is not Cloudflare's network error."""
    if not isinstance(body, dict) or not isinstance(body.get("message"), str):
        return False
    return isinstance(body.get("code"), int) and body["code"] != NETWORK_ERROR


def _detail(body: Json) -> str:
    """Return Discord's message; for an invalid form body, add the first field's error."""
    words = [str(body.get("message", ""))]
    field: Any = body.get("errors")
    while isinstance(field, dict) and field:
        if isinstance(field.get("_errors"), list) and field["_errors"]:
            words.append(str(field["_errors"][0].get("message", "")))
            break
        name, field = next(iter(field.items()))
        words.append(str(name))
    return ": ".join(word for word in words if word)[:200]


def _fields(body: Json) -> frozenset[str]:
    """Return the names of the wrong fields of an invalid form body."""
    errors = body.get("errors")
    return frozenset(errors) if isinstance(errors, dict) else frozenset()


def bucket(response: requests.Response) -> Bucket:
    """Return the state of the call's bucket, according to an answer."""
    left = response.headers.get("X-RateLimit-Remaining", "")
    if not (left.isascii() and left.isdigit()):
        return NO_BUCKET
    return Bucket(int(left), _seconds(response.headers.get("X-RateLimit-Reset-After")) or 0.0)


def limit(response: requests.Response) -> Limit:
    """Return the scope and the wait of a 429.

    The body's `retry_after` has fractions, the header whole seconds. An answer without
    `retry_after` in JSON is Cloudflare's.
    """
    body = _json(response)
    body = body if isinstance(body, dict) else {}
    in_body = _seconds(body.get("retry_after"))
    in_header = _seconds(response.headers.get("Retry-After"))
    seconds = in_body if in_body is not None else in_header
    scope: Scope = "cloudflare" if in_body is None else _scope(body, response)
    if seconds is None:
        return Limit(CLOUDFLARE_WAIT_SECONDS, scope, said=False)
    return Limit(seconds, scope)


def is_invalid(response: requests.Response) -> bool:
    """Tell whether Discord counts an answer as invalid: 10,000 in ten minutes ban the address."""
    if response.status_code == 429:
        return limit(response).scope != "shared"
    return response.status_code in {401, 403}


def _scope(body: Json, response: requests.Response) -> Scope:
    said = response.headers.get("X-RateLimit-Scope")
    if said == "global" or "X-RateLimit-Global" in response.headers or body.get("global") is True:
        return "global"
    return "shared" if said == "shared" else "user"


def _seconds(said: Any) -> float | None:
    try:
        seconds = float(said)
    except (TypeError, ValueError):
        return None
    return max(0.0, seconds) if math.isfinite(seconds) else None
