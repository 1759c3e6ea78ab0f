"""Validation against Discord's OpenAPI document: its coverage, and the violations found."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from local.simulator import ManualClock, Simulator, objects
from local.simulator.api import ROUTES, find_route
from local.simulator.bot_client import BotClient
from local.simulator.buckets import SlidingWindow
from local.simulator.contract import DOCUMENT, Contract, ContractError, named_by_environment
from local.simulator.permissions import MANAGE_NICKNAMES

SPEC = os.environ.get(DOCUMENT)
needs_document = pytest.mark.skipif(not SPEC, reason=f"{DOCUMENT} names no OpenAPI document")


@pytest.fixture(scope="module")
def own_contract() -> Contract:
    """A contract apart from the process's shared one: violations noted here fail no test."""
    return Contract(Path(SPEC or ""))


@pytest.fixture
def bot(own_contract: Contract) -> Iterator[BotClient]:
    simulator = Simulator(ManualClock(), contract=own_contract)
    with BotClient(simulator) as client:
        yield client
    simulator.close()
    own_contract.take()


def wrong(bot: BotClient) -> list[str]:
    """Return the violations noted since the last call."""
    contract = bot.simulator.contract
    assert contract is not None
    return [str(violation) for violation in contract.take()]


def noted(bot: BotClient) -> str:
    """Return the only violation."""
    [violation] = wrong(bot)
    return violation


@needs_document
def test_every_route_of_the_simulator_answers_as_the_document_says(bot: BotClient) -> None:
    info = bot.simulator.info
    application, guild, player = (info[f"{n}_id"] for n in ("application", "guild", "player"))
    guilds, called = f"/guilds/{guild}", set()
    member = f"{guilds}/members/{player}"

    def ok(method: str, path: str, body: Any = None) -> Any:
        answer = bot.call(method, path, body)
        assert answer.ok, answer.text
        called.add(find_route(method, path.partition("?")[0])[0])
        return answer.json() if answer.content else {}

    bot.simulator.configure(rate_limits=False)
    for path in ("/users/@me", "/applications/@me", "/oauth2/applications/@me"):
        ok("GET", path)
    ok("PATCH", "/applications/@me", {"tags": ["x"]})
    option = {"name": "name", "description": "d", "type": 3, "required": True}
    command = {"name": "c", "description": "d", "options": [option], "contexts": [0]}
    for where in ("", guilds):
        ok("PUT", f"/applications/{application}{where}/commands", [command])
        commands = f"/applications/{application}{where}/commands"
        [one] = ok("GET", commands)
        ok("POST", commands, command)
        ok("POST", commands, {"name": "d", "description": "d"})
        ok("GET", f"{commands}/{one['id']}")
        ok("PATCH", f"{commands}/{one['id']}", {"description": "e"})
        ok("DELETE", f"{commands}/{one['id']}")

    ok("GET", "/users/@me/guilds?limit=1&after=0&with_counts=true")
    ok("GET", "/users/@me/guilds?limit=1&before=9000000000000000000")
    ok("GET", f"{guilds}?with_counts=true")
    ok("GET", f"{guilds}/members?limit=1000&after=0")
    ok("GET", member)
    bot.simulator.guild().everyone.permissions |= MANAGE_NICKNAMES
    ok("PATCH", member, {"nick": "n"})
    ok("PATCH", f"{guilds}/members/@me", {"nick": "n"})
    role = (
        f"{guilds}/roles/{ok('POST', f'{guilds}/roles', {'name': 'r', 'permissions': '0'})['id']}"
    )
    ok("GET", f"{guilds}/roles")
    ok("GET", role)
    ok("PATCH", role, {"color": 1})
    role_id = role.rpartition("/")[2]
    ok("PATCH", f"{guilds}/roles", [{"id": role_id, "position": 1}])
    ok("PUT", f"{member}/roles/{role_id}")
    ok("DELETE", f"{member}/roles/{role_id}")
    ok("DELETE", role)

    bot.simulator.guild().features.append("COMMUNITY")
    overwrites = [{"id": player, "type": 1, "allow": "1024"}]
    for kind in (0, 2, 4, 5, 13, 15):
        body = {"name": "a", "type": kind, "topic": "t", "permission_overwrites": overwrites}
        channel = f"/channels/{ok('POST', f'{guilds}/channels', body)['id']}"
        ok("GET", channel)
        ok("PATCH", channel, {"name": "b"})
        ok("PUT", f"{channel}/permissions/{player}", {"type": 1, "deny": "1024"})
        ok("DELETE", f"{channel}/permissions/{player}")
        ok("GET", f"{guilds}/channels")
        ok("PATCH", f"{guilds}/channels", [{"id": channel.rpartition("/")[2], "position": 1}])
        ok("DELETE", channel)
    messages = f"/channels/{info['channel_id']}/messages"
    ok("POST", messages, {"content": "x", "nonce": "1", "enforce_nonce": True})
    [sent] = ok("GET", f"{messages}?limit=1")
    ok("GET", f"{messages}/{sent['id']}")
    ok("PATCH", f"{messages}/{sent['id']}", {"content": "y"})
    ok("DELETE", f"{messages}/{sent['id']}")

    webhook = f"/webhooks/{application}/{bot.simulator.build_interaction('c', acked=True).token}"
    button = {"type": 2, "style": 1, "label": "b", "custom_id": "c"}
    row = {"type": 1, "components": [button]}
    ok("GET", f"{webhook}/messages/@original")
    ok("PATCH", f"{webhook}/messages/@original", {"content": "x", "components": [row]})
    followup = f"{webhook}/messages/{ok('POST', webhook, {'content': 'y', 'flags': 64})['id']}"
    ok("GET", followup)
    ok("PATCH", followup, {"content": "z", "components": [row]})
    ok("DELETE", followup)
    ok("DELETE", f"{webhook}/messages/@original")
    for query in ("", "?with_response=true"):
        signed = bot.simulator.build_interaction("c")
        callback = f"/interactions/{signed.id}/{signed.token}/callback"
        ok("POST", callback + query, {"type": 5})

    assert called == set(ROUTES)
    assert wrong(bot) == []


@needs_document
def test_errors_and_rate_limits_fit_with_the_relaxations(bot: BotClient) -> None:
    """The codes of a field's errors are strings, and a 429 needs no code."""
    simulator = bot.simulator
    roles = f"/guilds/{simulator.guild().id}/roles"
    assert bot.call("POST", f"{roles.replace('roles', 'channels')}", {"name": " "}).json()["errors"]
    simulator.configure(limits={"read": [1, 60]})
    assert [bot.call("GET", roles).status_code for _ in range(2)] == [200, 429]
    assert [bot.call("GET", f"{roles}/1").status_code for _ in range(2)] == [404, 429]
    assert bot.call("DELETE", f"{roles}/1").status_code == 404
    assert wrong(bot) == []


ROLES, CHANNELS = "/guilds/{guild}/roles", "/guilds/{guild}/channels"


@needs_document
@pytest.mark.parametrize(
    ("path", "body", "problem"),
    [
        (ROLES, {"colour": 1}, "/: Unevaluated properties are not allowed ('colour'"),
        (ROLES, {"name": 7}, "/name: 7 is not of type"),
        (ROLES, {"permissions": "0x8"}, "/permissions: "),
        (ROLES, {"permissions": "08"}, "/permissions: "),
        (ROLES, {"permissions": str(1 << 54)}, "/permissions: "),
        (ROLES, None, "its Content-Type is '' instead of application/json"),
        (CHANNELS, {}, '/: "name" is a required property'),
        (CHANNELS, {"name": "x", "position": 1 << 31}, "/position: 2147483648 is greater"),
        (CHANNELS, {"name": "x", "parent_id": str(1 << 64)}, "/parent_id: "),
        (
            CHANNELS,
            {"name": "x", "permission_overwrites": [{"id": "1", "type": 0, "allowed": "0"}]},
            "/permission_overwrites/0: Unevaluated properties are not allowed ('allowed'",
        ),
        ("/channels/{channel}/messages", {"content": "x" * 4001}, "/content: "),
        ("/channels/{channel}/messages", {"content": "x", "nonce": "1" * 26}, "/nonce: "),
        ("/channels/general/messages", {"content": "x"}, "path parameter channel_id is wrong"),
        ("/guilds/{guild}/role", {}, "no such operation"),
    ],
)
def test_a_wrong_request_is_found(bot: BotClient, path: str, body: Any, problem: str) -> None:
    info = bot.simulator.info
    bot.call("POST", path.format(guild=info["guild_id"], channel=info["channel_id"]), body)
    found = [v for v in wrong(bot) if v.startswith("request of POST ")]
    assert [v.partition(": ")[2].startswith(problem) for v in found] == [True]


@needs_document
@pytest.mark.parametrize(
    ("path", "headers", "problem"),
    [
        ("/users/@me", {"User-Agent": "DiscordBot"}, "its User-Agent isn't DiscordBot"),
        ("/users/@me", {"Authorization": "Bearer x"}, "its Authorization isn't Bot TOKEN"),
        (
            "/users/@me",
            {"X-Audit-Log-Reason": "é".encode()},
            "its X-Audit-Log-Reason isn't 1 to 512",
        ),
        ("/users/@me?fields=id", {}, "no query parameter fields"),
        ("/guilds/{guild}/members?limit=1001", {}, "query parameter limit is wrong"),
        ("/guilds/{guild}/members?limit=many", {}, "query parameter limit is wrong"),
    ],
)
def test_a_wrong_header_or_query_is_found(
    bot: BotClient, path: str, headers: dict[str, Any], problem: str
) -> None:
    bot.session.headers.update(headers)
    bot.call("GET", path.format(guild=bot.simulator.guild().id))
    assert problem in noted(bot)


@needs_document
def test_a_body_where_none_belongs_is_found(bot: BotClient) -> None:
    bot.call("GET", "/users/@me", {})
    assert wrong(bot)[0] == "request of GET /users/@me: it takes no body"


@needs_document
@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda role: role.pop("hoist"), '"hoist" is a required property'),
        (lambda role: role.update(position="1"), '"1" is not of type "integer"'),
        (lambda role: role.update(permissions="none"), "permissions"),
        (lambda role: role.update(colour=1), "'colour' was unexpected"),
    ],
)
def test_a_wrong_answer_is_found(
    bot: BotClient, monkeypatch: pytest.MonkeyPatch, change: Any, problem: str
) -> None:
    right = objects.role_object

    def role_object(role: Any) -> dict[str, Any]:
        shown = right(role)
        change(shown)
        return shown

    monkeypatch.setattr("local.simulator.routes_roles.role_object", role_object)
    assert bot.call("POST", ROLES.format(guild=bot.simulator.guild().id), {"name": "r"}).ok
    violation = noted(bot)
    assert violation.startswith("answer of POST /guilds/{guild_id}/roles: 200: /")
    assert problem in violation


@needs_document
def test_a_wrong_header_of_an_answer_is_found(
    bot: BotClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(SlidingWindow, "remaining", lambda *_: "many")
    bot.call("GET", "/users/@me")
    assert noted(bot).endswith("header X-RateLimit-Remaining is wrong: many")


@needs_document
def test_an_answer_to_what_discord_refuses_is_found(
    bot: BotClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("local.simulator.routes_roles.MAXIMUM_COLOR", 1 << 24)
    bot.call("POST", ROLES.format(guild=bot.simulator.guild().id), {"color": 1 << 24, "x": 1})
    accepted = [v for v in wrong(bot) if "acceptance of POST /guilds/{guild_id}/roles: /color" in v]
    assert len(accepted) == 1


@needs_document
def test_an_injected_answer_is_not_checked_but_its_request_is(bot: BotClient) -> None:
    path = ROLES.format(guild=bot.simulator.guild().id)
    bot.simulator.faults.add(status=502, body="<html>", times=None)
    bot.call("POST", path, {"name": "r"})
    assert wrong(bot) == []
    bot.call("POST", path, {"nome": "r"})
    assert "'nome' was unexpected" in noted(bot)
    bot.simulator.faults.clear()
    bot.simulator.faults.add(connection="reset", effect="after")
    with pytest.raises(OSError, match="reset"):
        bot.call("POST", path, {"nome": "r"})
    assert "'nome' was unexpected" in noted(bot)


@needs_document
@pytest.mark.parametrize(
    ("response", "right"),
    [
        ({"type": 1}, True),
        ({"type": 5}, True),
        (
            {"type": 4, "data": {"content": "x", "flags": 64, "allowed_mentions": {"parse": []}}},
            True,
        ),
        ({"type": 8, "data": {"choices": []}}, True),
        ({"type": 4, "data": {"contents": "x"}}, False),
        ({"type": 4, "data": {"content": "x" * 2001}}, False),
        ({"type": "5"}, False),
        (None, False),
    ],
)
def test_the_response_to_an_interaction_is_checked(
    bot: BotClient, response: Any, right: bool
) -> None:
    signed = bot.simulator.build_interaction("c")
    bot.simulator.receive(signed.id, response)
    assert (wrong(bot) == []) is right


@needs_document
def test_other_tests_fail_by_what_their_simulators_note() -> None:
    """The fixture `contract` of all tests checks the contract that the process shares."""
    simulator = Simulator(ManualClock())
    with BotClient(simulator) as bot:
        bot.call("GET", "/nowhere")
    simulator.close()
    shared = named_by_environment()
    assert shared is not None
    assert list(map(str, shared.take())) == ["request of GET /nowhere: no such operation"]


@needs_document
def test_no_token_is_in_what_is_noted(bot: BotClient) -> None:
    token = bot.simulator.build_interaction("c", acked=True).token
    application = bot.simulator.info["application_id"]
    for suffix in ("", "/messages", "/messages/@original"):
        bot.call("PATCH", f"/webhooks/{application}/{token}{suffix}", {"nome": "x"})
        assert token not in noted(bot)


@pytest.mark.parametrize("content", [None, "{"])
def test_a_document_that_cannot_be_read_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, content: str | None
) -> None:
    path = tmp_path / "openapi.json"
    if content is not None:
        path.write_text(content)
    with monkeypatch.context() as environment:
        environment.setenv(DOCUMENT, str(path))
        with pytest.raises(ContractError, match=f"{DOCUMENT} names no OpenAPI document"):
            named_by_environment()
