"""Cloudflare's answers in Discord's place decide nothing."""

import json

import pytest
import requests
from werkzeug.wrappers import Request, Response

from channelwright.discord import answers, calls
from channelwright.discord.answers import Limit
from channelwright.discord.client import Discord
from channelwright.errors import DiscordRefused, DiscordUnavailable
from tests.serving import serving

HTML = "<html><body>error code: 1020</body></html>"
NETWORK_ERROR = {"message": "internal network error", "code": 40333}


def answer(status, body, headers=None):
    text = body if isinstance(body, str) else json.dumps(body)
    return Response(text, status, headers)


def asked(status, body):
    """Return the error of a call with this answer."""

    def app(_request: Request) -> Response:
        return answer(status, body)

    with serving(app) as url, pytest.raises((DiscordRefused, DiscordUnavailable)) as failed:
        Discord(url, token="secret", deadline=0).send(calls.get_guild("1"))
    return failed.value


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 503])
@pytest.mark.parametrize(
    "body",
    [
        NETWORK_ERROR,
        HTML,
        "",
        "{}",
        "[]",
        '"no"',
        {"code": 50013},
        {"message": "Missing Permissions"},
        {"message": "no", "code": "50013"},
        {"message": None, "code": 0},
    ],
)
def test_what_is_not_discords_decides_nothing(status, body):
    assert isinstance(asked(status, body), DiscordUnavailable)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405])
def test_what_discord_refuses_is_refused(status):
    refused = asked(status, {"message": "Missing Permissions", "code": 50013})
    assert (type(refused), refused.status, refused.code) == (DiscordRefused, status, 50013)


def limited(body, headers=None):
    """Return the limit of a 429 with this body."""

    def app(_request: Request) -> Response:
        return answer(429, body, headers)

    with serving(app) as url:
        return answers.limit(requests.get(url, timeout=9))


RATE_LIMITED = {"message": "You are being rate limited.", "retry_after": 1.25, "global": False}
BANNED = {"code": 0, "message": "You are being blocked from accessing our API temporarily"}


@pytest.mark.parametrize(
    ("body", "headers", "limit"),
    [
        (RATE_LIMITED, {"Retry-After": "2"}, Limit(1.25, "user")),
        (RATE_LIMITED, {"X-RateLimit-Scope": "shared"}, Limit(1.25, "shared")),
        (RATE_LIMITED | {"global": True}, {}, Limit(1.25, "global")),
        (BANNED, {}, Limit(60.0, "cloudflare", said=False)),
        (BANNED, {"Retry-After": "7200"}, Limit(7200.0, "cloudflare")),
        (BANNED | {"retry_after": "soon"}, {}, Limit(60.0, "cloudflare", said=False)),
        ("error code: 1015", {"Retry-After": "33"}, Limit(33.0, "cloudflare")),
        ("error code: 1015", {}, Limit(60.0, "cloudflare", said=False)),
        ("[]", {"X-RateLimit-Scope": "global"}, Limit(60.0, "cloudflare", said=False)),
    ],
)
def test_a_429_says_what_it_limits_or_is_cloudflares(body, headers, limit):
    assert limited(body, headers) == limit


@pytest.mark.parametrize(
    ("status", "scope", "counts"),
    [
        (200, "user", False),
        (401, "user", True),
        (403, "user", True),
        (404, "user", False),
        (429, "user", True),
        (429, "global", True),
        (429, "shared", False),
        (503, "user", False),
    ],
)
def test_what_discord_counts_against_us(status, scope, counts):
    """Discord docs, Topics > Rate Limits > Invalid Request Limit."""

    def app(_request: Request) -> Response:
        return answer(status, RATE_LIMITED, {"X-RateLimit-Scope": scope})

    with serving(app) as url:
        response = Discord(url, token="secret", deadline=0)._request(calls.get_guild("1"))
    assert answers.is_invalid(response) is counts
