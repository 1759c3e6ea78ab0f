"""What the simulator answers fits Discord's published OpenAPI document."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from requests import Response

from local.simulator import ManualClock, Simulator
from local.simulator.bot_client import BotClient

SPEC = os.environ.get("DISCORD_OPENAPI_SPEC")
pytestmark = pytest.mark.skipif(
    not SPEC, reason="DISCORD_OPENAPI_SPEC doesn't name Discord's OpenAPI document"
)


@pytest.fixture(scope="module")
def spec() -> dict[str, Any]:
    document: dict[str, Any] = json.loads(Path(SPEC or "").read_text(encoding="utf-8"))
    schemas = document["components"]["schemas"]
    # Field errors carry string codes, and a 429 may come without one.
    schemas["Error"]["properties"]["code"]["type"] = ["integer", "string"]
    schemas["RatelimitedResponse"]["allOf"][0] = {"required": ["message"]}
    return document


class Checker:
    """Calls the API, and checks each answer against the document."""

    def __init__(self, bot: BotClient, spec: dict[str, Any]) -> None:
        self.bot = bot
        self.spec = spec

    def call(self, method: str, route: str, body: Any = None, **ids: str) -> Response:
        path = route
        for name, value in ids.items():
            path = path.replace(f"{{{name}}}", value)
        answer = self.bot.call(method, path, body)
        self.check(answer, self.spec["paths"][route][method.lower()]["responses"])
        return answer

    def check(self, answer: Response, responses: dict[str, Any]) -> None:
        status = str(answer.status_code)
        response = responses.get(status) or responses[f"{status[0]}XX"]
        if "$ref" in response:
            name = response["$ref"].rsplit("/", 1)[-1]
            response = self.spec["components"]["responses"][name]
        content = response.get("content")
        if content is None:
            assert answer.content == b""
            return
        schema = content["application/json"]["schema"] | {"components": self.spec["components"]}
        Draft202012Validator(schema).validate(answer.json())


@pytest.fixture
def checker(spec: dict[str, Any]) -> Iterator[Checker]:
    simulator = Simulator(ManualClock())
    with BotClient(simulator) as bot:
        yield Checker(bot, spec)
    simulator.close()


def ok(answer: Response) -> Any:
    assert answer.ok, answer.text
    return answer.json() if answer.content else None


def test_the_bot(checker: Checker) -> None:
    application = checker.bot.simulator.info["application_id"]
    ok(checker.call("GET", "/users/@me"))
    ok(checker.call("GET", "/applications/@me"))
    ok(checker.call("PATCH", "/applications/@me", {"description": "x", "tags": ["x"]}))
    ok(checker.call("GET", "/oauth2/applications/@me"))
    option = {"name": "name", "description": "d", "type": 3, "required": True}
    command = {"name": "c", "description": "d", "options": [option], "contexts": [0]}
    guild = checker.bot.simulator.guild().id
    for route in (
        "/applications/{application_id}/commands",
        "/applications/{application_id}/guilds/{guild_id}/commands",
    ):
        ids = {"application_id": application, "guild_id": guild}
        ok(checker.call("PUT", route, [command], **ids))
        ok(checker.call("GET", route, **ids))
        assert checker.call("PUT", route, [{}], **ids).status_code == 400


def test_guilds_and_roles(checker: Checker) -> None:
    info = checker.bot.simulator.info
    guild = {"guild_id": info["guild_id"]}
    ok(checker.call("GET", "/guilds/{guild_id}", **guild))
    ok(checker.call("GET", "/guilds/{guild_id}/members", **guild))
    user = guild | {"user_id": info["player_id"]}
    ok(checker.call("GET", "/guilds/{guild_id}/members/{user_id}", **user))
    role = ok(checker.call("POST", "/guilds/{guild_id}/roles", {"name": "r"}, **guild))
    ok(checker.call("GET", "/guilds/{guild_id}/roles", **guild))
    role_ids = guild | {"role_id": role["id"]}
    ok(checker.call("GET", "/guilds/{guild_id}/roles/{role_id}", **role_ids))
    ok(checker.call("PATCH", "/guilds/{guild_id}/roles/{role_id}", {"color": 1}, **role_ids))
    member_role = "/guilds/{guild_id}/members/{user_id}/roles/{role_id}"
    ok(checker.call("PUT", member_role, **user, role_id=role["id"]))
    ok(checker.call("DELETE", member_role, **user, role_id=role["id"]))
    ok(checker.call("DELETE", "/guilds/{guild_id}/roles/{role_id}", **role_ids))
    gone = checker.call("DELETE", "/guilds/{guild_id}/roles/{role_id}", **role_ids)
    assert gone.status_code == 404


@pytest.mark.parametrize("type_", [0, 2, 4, 5, 13, 15])
def test_channels(checker: Checker, type_: int) -> None:
    ids = checker.bot.simulator.add_guild(features=["COMMUNITY"])
    guild = {"guild_id": ids["guild_id"]}
    overwrites = [{"id": ids["player_id"], "type": 1, "allow": "1024"}]
    body = {"name": "a", "type": type_, "topic": "t", "permission_overwrites": overwrites}
    made = ok(checker.call("POST", "/guilds/{guild_id}/channels", body, **guild))
    channel = {"channel_id": made["id"]}
    ok(checker.call("GET", "/guilds/{guild_id}/channels", **guild))
    ok(checker.call("GET", "/channels/{channel_id}", **channel))
    ok(checker.call("PATCH", "/channels/{channel_id}", {"name": "b"}, **channel))
    overwrite = channel | {"overwrite_id": ids["player_id"]}
    route = "/channels/{channel_id}/permissions/{overwrite_id}"
    ok(checker.call("PUT", route, {"type": 1}, **overwrite))
    ok(checker.call("DELETE", route, **overwrite))
    ok(checker.call("DELETE", "/channels/{channel_id}", **channel))
    wrong = checker.call("POST", "/guilds/{guild_id}/channels", {}, **guild)
    assert wrong.status_code == 400


def test_messages(checker: Checker) -> None:
    channel = {"channel_id": checker.bot.simulator.info["channel_id"]}
    ok(checker.call("POST", "/channels/{channel_id}/messages", {"content": "x"}, **channel))
    ok(checker.call("GET", "/channels/{channel_id}/messages", **channel))


def test_interaction_messages(checker: Checker) -> None:
    simulator = checker.bot.simulator
    signed = simulator.build_interaction("c", acked=True)
    ids = {"webhook_id": simulator.info["application_id"], "webhook_token": signed.token}
    webhook = "/webhooks/{webhook_id}/{webhook_token}"
    original = f"{webhook}/messages/@original"
    button = {"type": 2, "style": 1, "label": "b", "custom_id": "c"}
    row = {"type": 1, "components": [button]}
    ok(checker.call("GET", original, **ids))
    ok(checker.call("PATCH", original, {"content": "x", "components": [row]}, **ids))
    ok(checker.call("POST", webhook, {"content": "y"}, **ids))
    answers = [checker.call("PATCH", original, {"content": "x"}, **ids) for _ in range(5)]
    assert answers[-1].status_code == 429
    ok(checker.call("DELETE", original, **ids))
