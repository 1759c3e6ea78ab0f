"""The control API under /_simulator: testers control the simulator over HTTP."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from werkzeug.exceptions import HTTPException, UnsupportedMediaType
from werkzeug.routing import Map, Rule

from local.simulator.answer import Answer, error_answer
from local.simulator.errors import DiscordHTTPError
from local.simulator.json_text import read_json
from local.simulator.simulator import Simulator

if TYPE_CHECKING:
    from werkzeug.wrappers import Request

    from local.simulator.delivery import SignedInteraction

CONTROL_PREFIX = "/_simulator"
INTERACTION_FIELDS = (
    "options",
    "guild_id",
    "channel_id",
    "user_id",
    "direct",
    "overrides",
    "hostile",
)
PRESS_FIELDS = ("user_id", "values", "overrides", "hostile", "acked")

Json = dict[str, Any]


class Control:
    """Passes the control API's calls to a simulator."""

    def __init__(self, simulator: Simulator) -> None:
        self._simulator = simulator

    def answer(self, request: Request, path: str) -> Answer:
        """Answer a call; ``path`` is the part after /_simulator."""
        try:
            call, arguments = CALL_MAP.bind("simulator").match(path, method=request.method)
            if request.method in {"POST", "PUT"}:
                arguments = dict(arguments) | {"body": _body(request)}
            return Answer(200, call(self, **arguments))
        except HTTPException as error:
            return Answer(error.code or 500, {"message": str(error)})
        except DiscordHTTPError as error:
            return error_answer(error)
        except KeyError as error:
            return Answer(404, {"message": f"unknown or missing: {error}"})
        except (TypeError, ValueError, re.error) as error:
            return Answer(400, {"message": str(error)})

    def _info(self) -> Json:
        return self._simulator.info

    def _signed(self, body: Json) -> SignedInteraction:
        given = {name: body[name] for name in INTERACTION_FIELDS if name in body}
        return self._simulator.build_interaction(
            body.get("command", ""),
            type_=body.get("type", 2),
            acked=body.get("acked", False),
            **given,
        )

    def _interact(self, body: Json) -> Json:
        url = self._simulator.endpoint_for(body.get("command", ""))
        if body.get("url", url) != url:
            raise ValueError(f"url must be the endpoint that the application has set: {url}")
        return self._delivered(self._signed(body), url)

    def _build(self, body: Json) -> Json:
        return asdict(self._signed(body))

    def _pressed(self, message_id: str, body: Json) -> SignedInteraction:
        given = {name: body[name] for name in PRESS_FIELDS if name in body}
        return self._simulator.build_press(message_id, body["custom_id"], **given)

    def _press(self, message_id: str, body: Json) -> Json:
        url = self._simulator.endpoint
        return self._delivered(self._pressed(message_id, body), url)

    def _build_press(self, message_id: str, body: Json) -> Json:
        return asdict(self._pressed(message_id, body))

    def _delivered(self, signed: SignedInteraction, url: str) -> Json:
        delivery = self._simulator.deliver(signed, url)
        return {"id": signed.id, "token": signed.token, **asdict(delivery)}

    def _interaction(self, interaction_id: str) -> Json:
        interaction = self._simulator.interaction(interaction_id)
        failure = {"failure": self._simulator.failure(interaction_id)}
        with self._simulator.world.lock:
            return interaction.as_json(self._simulator.clock.now()) | failure

    def _receive(self, interaction_id: str, body: Json) -> Json:
        self._simulator.receive(interaction_id, body.get("response"), body.get("status", 200))
        return self._interaction(interaction_id)

    def _write(self, user_id: str, channel_id: str, body: Json) -> Json:
        content = body["content"]
        return self._simulator.write_message(content, channel_id=channel_id, user_id=user_id)

    def _read(self, user_id: str, channel_id: str) -> list[Json]:
        return self._simulator.read_messages(channel_id=channel_id, user_id=user_id)

    def _offered(self, user_id: str, guild_id: str) -> list[str]:
        return self._simulator.offered_commands(user_id, guild_id)

    def _add_guild(self, body: Json) -> Json:
        if body.get("bot_permissions") is not None:
            body["bot_permissions"] = int(body["bot_permissions"])
        return self._simulator.add_guild(**body)

    def _join(self, guild_id: str, body: Json) -> Json:
        return {"id": self._simulator.add_member(guild_id=guild_id, **body).user.id}

    def _leave(self, guild_id: str, user_id: str, body: Json) -> None:
        self._simulator.remove_member(user_id, guild_id, **body)

    def _invite(self, guild_id: str, body: Json) -> Json:
        given = {"permissions": int(body["permissions"])} if "permissions" in body else {}
        return {"id": self._simulator.invite_bot(guild_id, **given).user.id}

    def _add_thread(self, body: Json) -> Json:
        return {"id": self._simulator.add_thread(**body)}

    def _guild(self, guild_id: str) -> Json:
        return self._simulator.snapshot(guild_id)

    def _view(self) -> Json:
        return self._simulator.view()

    def _delete_channel(self, guild_id: str, channel_id: str, body: Json) -> None:
        self._simulator.delete_channel(channel_id, guild_id, **body)

    def _move_channel(self, guild_id: str, channel_id: str, body: Json) -> None:
        self._simulator.move_channel(channel_id, guild_id=guild_id, **body)

    def _add_fault(self, body: Json) -> Json:
        return {"id": self._simulator.faults.add(**body)}

    def _faults(self) -> list[Json]:
        return self._simulator.faults.list()

    def _clear_faults(self) -> None:
        self._simulator.faults.clear()

    def _settings(self) -> Json:
        return self._simulator.settings.as_json()

    def _configure(self, body: Json) -> Json:
        return self._simulator.configure(**body).as_json()

    def _requests(self) -> list[Json]:
        return self._simulator.requests

    def _clear_requests(self) -> None:
        self._simulator.clear_requests()

    def _violations(self) -> list[str]:
        contract = self._simulator.contract
        return [] if contract is None else [str(violation) for violation in contract.violations]

    def _clear_violations(self) -> None:
        if self._simulator.contract is not None:
            self._simulator.contract.take()


def _body(request: Request) -> Any:
    """Return a call's JSON; raises a 415 if its Content-Type is not application/json.

    Browsers let any web page send some other types, such as text/plain, to any server without a
    CORS preflight.
    """
    if request.mimetype != "application/json":
        raise UnsupportedMediaType("Send it with Content-Type: application/json.")
    return read_json(request.get_data())


CALLS: list[tuple[str, str, Callable[..., Any]]] = [
    ("GET", "/info", Control._info),
    ("POST", "/interactions", Control._interact),
    ("POST", "/interactions/build", Control._build),
    ("GET", "/interactions/<interaction_id>", Control._interaction),
    ("POST", "/interactions/<interaction_id>/response", Control._receive),
    ("POST", "/messages/<message_id>/press", Control._press),
    ("POST", "/messages/<message_id>/press/build", Control._build_press),
    ("POST", "/users/<user_id>/channels/<channel_id>/messages", Control._write),
    ("GET", "/users/<user_id>/channels/<channel_id>/messages", Control._read),
    ("GET", "/users/<user_id>/guilds/<guild_id>/commands", Control._offered),
    ("POST", "/guilds", Control._add_guild),
    ("GET", "/guilds/<guild_id>", Control._guild),
    ("POST", "/guilds/<guild_id>/members", Control._join),
    ("POST", "/guilds/<guild_id>/members/<user_id>/leave", Control._leave),
    ("POST", "/guilds/<guild_id>/bot", Control._invite),
    ("POST", "/guilds/<guild_id>/channels/<channel_id>/delete", Control._delete_channel),
    ("POST", "/guilds/<guild_id>/channels/<channel_id>/move", Control._move_channel),
    ("POST", "/threads", Control._add_thread),
    ("GET", "/view", Control._view),
    ("POST", "/faults", Control._add_fault),
    ("GET", "/faults", Control._faults),
    ("DELETE", "/faults", Control._clear_faults),
    ("GET", "/settings", Control._settings),
    ("PUT", "/settings", Control._configure),
    ("GET", "/requests", Control._requests),
    ("DELETE", "/requests", Control._clear_requests),
    ("GET", "/violations", Control._violations),
    ("DELETE", "/violations", Control._clear_violations),
]
CALL_MAP = Map([Rule(path, methods=[method], endpoint=call) for method, path, call in CALLS])
CALL_MAP.update()
