"""What an answer of Discord's means: its result, its refusal, its rate limit. Pure.

Source: Discord docs, Reference > Error Messages; Topics > Rate Limits.
"""

import math
from typing import Any, Final

import requests

from channelwright import messages
from channelwright.calls import Call, Json
from channelwright.edits import NO_BUCKET, Bucket
from channelwright.errors import DiscordRefused, DiscordUnavailable, NoAnswer, Scope

# Cloudflare's 429 has no JSON, and may have no Retry-After either.
CLOUDFLARE_WAIT_SECONDS: Final = 60.0
# What Cloudflare says while Discord may still be at work.
GATEWAY_TIMED_OUT: Final = frozenset({504, 522, 524})


def result(call: Call, response: requests.Response) -> Any:
    """Return what Discord answered to a call (None for an empty answer), or raise what it means.

    Raises:
        DiscordRefused: 4xx. What a 429 means is its caller's to say.
        NoAnswer: the outcome is unknown, and may still change.
        DiscordUnavailable: the outcome is unknown.

    """
    status = response.status_code
    if status == 204:
        return None
    body = _json(response)
    if 200 <= status < 300 and body is not None:
        return body
    if 400 <= status < 500:
        said = body if isinstance(body, dict) else {}
        raise DiscordRefused(call.action, status, _code(said), _detail(said), _fields(said))
    if status in GATEWAY_TIMED_OUT:
        raise NoAnswer(messages.unavailable(call.action))
    raise DiscordUnavailable(messages.unavailable(call.action))


def _json(response: requests.Response) -> Any:
    try:
        return response.json()
    except ValueError:
        return None


def _code(body: Json) -> int:
    code = body.get("code", 0)
    return code if isinstance(code, int) else 0


def _detail(body: Json) -> str:
    """Return Discord's own words; of an invalid form body those of the first field's error."""
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
    """Return the wrong fields of an invalid form body."""
    errors = body.get("errors")
    return frozenset(errors) if isinstance(errors, dict) else frozenset()


def bucket(response: requests.Response) -> Bucket:
    """Return what an answer says of its call's bucket.

    Source: Discord docs, Topics > Rate Limits > Header Format.
    """
    left = response.headers.get("X-RateLimit-Remaining", "")
    if not (left.isascii() and left.isdigit()):
        return NO_BUCKET
    return Bucket(int(left), _seconds(response.headers.get("X-RateLimit-Reset-After")) or 0.0)


def retry_after(response: requests.Response) -> float:
    """Return how many seconds Discord wants us to wait.

    Source: Discord docs, Topics > Rate Limits: the body's `retry_after` has the fraction, the
    header is in whole seconds. An answer without Discord's JSON is Cloudflare's.
    """
    body = _json(response)
    for said in (
        body.get("retry_after") if isinstance(body, dict) else None,
        response.headers.get("Retry-After"),
    ):
        if (seconds := _seconds(said)) is not None:
            return seconds
    return CLOUDFLARE_WAIT_SECONDS


def scope(response: requests.Response) -> Scope:
    """Return what a 429 limits; without Discord's JSON it is Cloudflare's.

    Source: Discord docs, Topics > Rate Limits > Header Format.
    """
    body = _json(response)
    if not isinstance(body, dict):
        return "cloudflare"
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
