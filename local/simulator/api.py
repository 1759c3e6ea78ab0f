"""Discord's HTTP API: passes each call through faults, limits and checks to its handler."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import unquote

from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Request

from local.simulator import (
    errors,
    routes_applications,
    routes_channels,
    routes_commands,
    routes_guilds,
    routes_interactions,
    routes_members,
    routes_messages,
    routes_positions,
    routes_roles,
    routes_webhooks,
)
from local.simulator.answer import Answer, error_answer
from local.simulator.call import Call, Route
from local.simulator.connection_faults import ConnectionFault
from local.simulator.contract import MAXIMUM_REASON, Contract, without_token
from local.simulator.errors import DiscordHTTPError
from local.simulator.faults import Faults
from local.simulator.form import not_snowflake
from local.simulator.json_text import read_json
from local.simulator.rate_limits import INVALID, Counted
from local.simulator.snowflakes import is_snowflake
from local.simulator.world import World

API_PREFIX = "/api/v10"
CLOUDFLARE_PAGE = (
    "<html><head><title>403 Forbidden</title></head><body>error code: 1010</body></html>"
)

ROUTES: list[Route] = [
    *routes_applications.ROUTES,
    *routes_commands.ROUTES,
    *routes_guilds.ROUTES,
    *routes_members.ROUTES,
    *routes_roles.ROUTES,
    *routes_channels.ROUTES,
    *routes_positions.ROUTES,
    *routes_messages.ROUTES,
    *routes_webhooks.ROUTES,
    *routes_interactions.ROUTES,
]
# Shared by all simulators: compiling the rules takes longer than simulating a campaign.
_RULES = [Rule(route.path, methods=[route.method], endpoint=route) for route in ROUTES]
_ROUTER = Map(_RULES, strict_slashes=False, merge_slashes=False).bind("discord.com")


def find_route(method: str, path: str) -> tuple[Route, dict[str, str]]:
    """Return a call's route and the arguments in its path (the part after /api/v10).

    Raises werkzeug's NotFound or MethodNotAllowed if no route matches.
    """
    route, arguments = _ROUTER.match(path, method=method)
    return route, dict(arguments)


class Api:
    """Answers API calls."""

    def __init__(self, world: World, faults: Faults, contract: Contract | None) -> None:
        self._world = world
        self._faults = faults
        self._contract = contract

    def answer(self, request: Request, path: str) -> Answer:
        """Answer a call; ``path`` is the part after /api/v10.

        Raises ConnectionFault if a fault breaks the connection.
        """
        body = request.get_data()
        if self._world.settings.latency_ms:
            self._world.clock.sleep(self._world.latency_s())
        now = self._world.clock.now()
        fault = self._faults.take(request.method, path, body.decode(errors="replace"), now)
        answer: Answer | None = None
        with self._world.lock:
            if fault is None or fault.effect == "after":
                answer = self._within_limits(request, path, body)
            if self._contract is not None:
                self._contract.check(request, path, answer)
            if fault is not None:
                answer = fault.answer()
            self._record(request, path, body, answer)
        if answer is None:
            raise ConnectionFault(fault.connection if fault and fault.connection else "reset")
        if not isinstance(answer.body, str):
            # Clients such as discord.py tell Discord's answers from Cloudflare's by this header.
            answer.headers = {"Via": "1.1 google"} | answer.headers
        return answer

    def _within_limits(self, request: Request, path: str, body: bytes) -> Answer:
        """Answer a call, or return Cloudflare's ban after too many invalid requests."""
        settings, limits = self._world.settings, self._world.rate_limits
        if not settings.rate_limits:
            return self._perform(request, path, body)
        answer = limits.ban()
        if answer is None:
            answer = self._perform(request, path, body)
            limits.note(answer, settings.limits[INVALID])
        return answer

    def _perform(self, request: Request, path: str, body: bytes) -> Answer:
        if not request.headers.get("User-Agent", "").startswith("DiscordBot ("):
            return Answer(403, CLOUDFLARE_PAGE)
        try:
            route, arguments = find_route(request.method, path)
        except HTTPException as error:
            status = 405 if isinstance(error, MethodNotAllowed) else 404
            phrase = HTTPStatus(status).phrase
            return Answer(status, {"message": f"{status}: {phrase}", "code": 0})
        headers: dict[str, str] = {}
        try:
            if route.bot_token:
                self._authorize(request)
            headers = self._count(route, arguments)
            _check_ids(arguments)
            answer = route.handler(self._call(request, body), **arguments)
        except DiscordHTTPError as error:
            return error_answer(error, headers)
        answer.headers = headers | answer.headers
        if request.method != "GET":
            self._world.written()
        return answer

    def _authorize(self, request: Request) -> None:
        if request.headers.get("Authorization") != f"Bot {self._world.application.bot_token}":
            raise errors.unauthorized()

    def _count(self, route: Route, arguments: dict[str, str]) -> dict[str, str]:
        """Count the call in the buckets of its route and top-level resource; return the headers."""
        settings = self._world.settings
        if not settings.rate_limits:
            return {}
        name = f"{route.method} {route.path}"
        resources = ("guild_id", "channel_id", "token")
        resource = next((arguments[key] for key in resources if key in arguments), "")
        counted = [Counted(limit, name, resource) for limit in route.limits]
        limits = self._world.rate_limits
        return limits.count(counted, settings.limits, globally=route.bot_token)

    def _call(self, request: Request, body: bytes) -> Call:
        reason = _reason(request)
        if reason is not None and len(reason) > MAXIMUM_REASON:
            message = f"Must be between 1 and {MAXIMUM_REASON} in length."
            raise errors.invalid_form({"reason": ("BASE_TYPE_BAD_LENGTH", message)})
        content: Any = {}
        if body or request.method in {"POST", "PATCH"}:
            if request.mimetype != "application/json":
                raise errors.wrong_content_type()
            try:
                content = read_json(body)
            except ValueError:
                raise errors.not_json() from None
        return Call(self._world, content, request.args, reason)

    def _record(self, request: Request, path: str, body: bytes, answer: Answer | None) -> None:
        """Add the call to the world's requests, without the token in its path."""
        try:
            content = read_json(body) if body else None
        except ValueError:
            content = None
        self._world.requests.append(
            {
                "method": request.method,
                "path": without_token(path),
                "status": None if answer is None else answer.status,
                "at": self._world.clock.now(),
                "body": content,
                "audit_log_reason": _reason(request),
            }
        )


def _check_ids(arguments: Mapping[str, str]) -> None:
    """Raise a 50035 if an id in the path is not a snowflake; an interaction's token is no id."""
    ids = {name: value for name, value in arguments.items() if name.endswith("_id")}
    wrong = {name: not_snowflake(value) for name, value in ids.items() if not is_snowflake(value)}
    if wrong:
        raise errors.invalid_form(wrong)


def _reason(request: Request) -> str | None:
    return unquote(request.headers.get("X-Audit-Log-Reason", "")) or None
