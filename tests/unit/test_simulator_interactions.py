"""The simulator sends interactions, and takes their answers, as Discord does."""

import json
from typing import Any

import pytest
import requests
from nacl.exceptions import BadSignatureError
from nacl.signing import VerifyKey
from requests.adapters import BaseAdapter

from local.simulator import ManualClock, Simulator
from local.simulator.bot_client import BotClient
from local.simulator.guild import Overwrite
from local.simulator.interaction_schema import check
from local.simulator.permissions import (
    ALL,
    ATTACH_FILES,
    BOT_DEFAULT,
    EMBED_LINKS,
    EVERYONE_DEFAULT,
    SEND_MESSAGES,
)

URL = "https://bot.example/interactions"
DEFERRED = {"type": 5, "data": {"flags": 64}}
PING, COMMAND, COMPONENT, AUTOCOMPLETE, MODAL = range(1, 6)


class Endpoint(BaseAdapter):
    """The application: answers every interaction with ``answer`` after ``seconds``.

    Bytes are a body as it is, an integer is a status, None no answer at all.
    """

    content_type: str | None = "application/json"

    def __init__(self, clock: ManualClock, answer: Any, seconds: float = 0) -> None:
        super().__init__()
        self.clock, self.answer, self.seconds = clock, answer, seconds
        self.requests: list[requests.PreparedRequest] = []

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> Any:
        self.requests.append(request)
        self.clock.sleep(self.seconds)
        if self.answer is None:
            raise requests.ConnectionError
        response = requests.Response()
        response.status_code = self.answer if isinstance(self.answer, int) else 200
        if self.content_type is not None:
            response.headers["Content-Type"] = self.content_type
        is_raw = isinstance(self.answer, bytes)
        response._content = self.answer if is_raw else json.dumps(self.answer).encode()
        return response

    def close(self) -> None:
        pass


@pytest.fixture
def bot(bot: BotClient) -> BotClient:
    """The token in the path is secret enough."""
    bot.session.headers.pop("Authorization")
    return bot


def path(simulator: Simulator, token: str, suffix: str = "/messages/@original") -> str:
    return f"/webhooks/{simulator.info['application_id']}/{token}{suffix}"


def send(simulator: Simulator, clock: ManualClock, answer: Any, seconds: float = 0) -> Any:
    endpoint = Endpoint(clock, answer, seconds)
    simulator.session.mount(URL, endpoint)
    signed = simulator.build_interaction("campaign", {"name": "Curse"})
    return signed, simulator.deliver(signed, URL), endpoint


def test_the_payload(simulator: Simulator) -> None:
    info = simulator.info
    signed = simulator.build_interaction(
        "campaign", {"name": "Curse", "n": 2, "b": True, "x": 1.5}, user_id=info["player_id"]
    )
    payload = json.loads(signed.body)
    assert payload["type"] == 2
    assert payload["version"] == 1
    assert (payload["id"], payload["token"]) == (signed.id, signed.token)
    assert payload["application_id"] == info["application_id"]
    assert payload["guild_id"] == payload["guild"]["id"] == info["guild_id"]
    assert payload["channel_id"] == payload["channel"]["id"] == info["channel_id"]
    assert payload["member"]["user"]["id"] == info["player_id"]
    assert payload["member"]["permissions"] == str(EVERYONE_DEFAULT)
    assert payload["app_permissions"] == str(EVERYONE_DEFAULT | BOT_DEFAULT)
    assert payload["authorizing_integration_owners"] == {"0": info["guild_id"]}
    assert payload["context"] == 0
    assert payload["entitlements"] == []
    assert payload["data"]["name"] == "campaign"
    assert payload["data"]["options"] == [
        {"name": "name", "type": 3, "value": "Curse"},
        {"name": "n", "type": 4, "value": 2},
        {"name": "b", "type": 5, "value": True},
        {"name": "x", "type": 10, "value": 1.5},
    ]
    owners = json.loads(simulator.build_interaction("campaign").body)
    assert owners["member"]["permissions"] == str(ALL)
    assert "options" not in owners["data"]


def test_commands_without_the_bot_have_everyones_permissions(simulator: Simulator) -> None:
    ids = simulator.add_guild(bot_permissions=None)
    guild = simulator.guild(ids["guild_id"])
    where = {"guild_id": guild.id, "channel_id": ids["channel_id"]}
    payload = json.loads(simulator.build_interaction("campaign", **where).body)
    assert payload["app_permissions"] == str(EVERYONE_DEFAULT)
    assert not any(member.user.bot for member in guild.members.values())
    assert list(guild.roles) == [guild.id]
    silent = Overwrite(guild.id, 0, 0, SEND_MESSAGES | EMBED_LINKS | ATTACH_FILES)
    guild.channels[ids["channel_id"]].overwrites[guild.id] = silent
    payload = json.loads(simulator.build_interaction("campaign", **where).body)
    assert payload["app_permissions"] == str(EVERYONE_DEFAULT & ~silent.deny)


def test_a_command_in_a_thread(simulator: Simulator) -> None:
    thread = simulator.add_thread(simulator.info["channel_id"], name="Lore", type_=12)
    payload = json.loads(simulator.build_interaction("campaign", channel_id=thread).body)
    shown = payload["channel"]
    assert (payload["channel_id"], shown["id"], shown["type"]) == (thread, thread, 12)
    assert shown["parent_id"] == simulator.info["channel_id"]
    assert shown["thread_metadata"]["archived"] is False
    assert payload["app_permissions"] == str((EVERYONE_DEFAULT | BOT_DEFAULT) & ~SEND_MESSAGES)


def test_a_registered_command_tells_its_options_types(simulator: Simulator) -> None:
    info = simulator.info
    with BotClient(simulator) as bot:
        options = [{"name": "who", "description": "d", "type": 6}]
        command = {"name": "invite", "description": "d", "options": options}
        url = f"/applications/{info['application_id']}/commands"
        registered = bot.call("PUT", url, [command]).json()[0]
    payload = json.loads(simulator.build_interaction("invite", {"who": info["player_id"]}).body)
    assert payload["data"]["id"] == registered["id"]
    assert payload["data"]["options"][0]["type"] == 6
    resolved = payload["data"]["resolved"]
    assert resolved["users"][info["player_id"]]["username"] == "player"
    assert "user" not in resolved["members"][info["player_id"]]


def test_what_options_name_is_resolved(simulator: Simulator) -> None:
    info, guild = simulator.info, simulator.guild()
    role = next(role for role in guild.roles.values() if role.bot_id)
    with BotClient(simulator) as bot:
        kinds = {"who": 6, "where": 7, "what": 8}
        options = [{"name": n, "description": "d", "type": t} for n, t in kinds.items()]
        nested = {"name": "all", "description": "d", "type": 1, "options": options}
        command = {"name": "show", "description": "d", "options": [nested]}
        url = f"/applications/{info['application_id']}/guilds/{guild.id}/commands"
        bot.call("PUT", url, [command])
    given = {"who": info["player_id"], "where": info["channel_id"], "what": role.id}
    data = json.loads(simulator.build_interaction("show", {"all": given}).body)["data"]
    assert data["guild_id"] == guild.id
    resolved = data["resolved"]
    assert resolved["members"][info["player_id"]]["permissions"] == str(EVERYONE_DEFAULT)
    assert resolved["channels"][info["channel_id"]]["permissions"] == str(ALL)
    assert "permission_overwrites" not in resolved["channels"][info["channel_id"]]
    assert resolved["roles"][role.id]["managed"] is True


def register(simulator: Simulator, *options: dict[str, Any]) -> None:
    """Let the application have one command, /show."""
    with BotClient(simulator) as bot:
        command = {"name": "show", "description": "d", "options": list(options)}
        url = f"/applications/{simulator.info['application_id']}/commands"
        assert bot.call("PUT", url, [command]).status_code == 200


def option(name: str, type_: int, **fields: Any) -> dict[str, Any]:
    return {"name": name, "description": "d", "type": type_} | fields


def test_mentionables_and_attachments_are_resolved(simulator: Simulator) -> None:
    info = simulator.info
    register(simulator, *[option(name, 9) for name in "abc"], option("d", 11))
    outsider = simulator.world.add_user("outsider").id
    given = {"a": info["player_id"], "b": info["guild_id"], "c": outsider, "d": "1441200000000001"}
    data = json.loads(simulator.build_interaction("show", given).body)["data"]
    assert [(o["type"], o["value"]) for o in data["options"]] == list(
        zip([9, 9, 9, 11], given.values(), strict=True)
    )
    resolved = data["resolved"]
    assert set(resolved["users"]) == {info["player_id"], outsider}
    assert set(resolved["members"]) == {info["player_id"]}
    assert resolved["roles"][info["guild_id"]]["name"] == "@everyone"
    assert resolved["attachments"][given["d"]]["id"] == given["d"]


def test_in_a_direct_message_users_and_attachments_are_resolved(simulator: Simulator) -> None:
    register(simulator, option("a", 6), option("b", 11))
    given = {"a": simulator.info["player_id"], "b": "1441200000000001"}
    body = simulator.build_interaction("show", given, direct=True).body
    assert set(json.loads(body)["data"]["resolved"]) == {"users", "attachments"}


@pytest.mark.parametrize("type_", [6, 7, 8, 9])
def test_what_nobody_could_pick_is_not_sent(simulator: Simulator, type_: int) -> None:
    register(simulator, option("a", type_))
    with pytest.raises(ValueError, match="/data/resolved: nothing for the option a"):
        simulator.build_interaction("show", {"a": "7"})


def test_messages_and_attachments_are_known_as_resolved(simulator: Simulator) -> None:
    press = json.loads(simulator.build_interaction("b", type_=COMPONENT).body)
    message = press["message"]
    command = {"id": "1", "name": "Quote it", "type": 3, "target_id": message["id"]}
    right = json.loads(simulator.build_interaction("c").body)
    check(right | {"data": command | {"resolved": {"messages": {message["id"]: message}}}})
    file = {"id": "7", "filename": "f", "size": 1, "url": "https://a", "proxy_url": "https://b"}
    for wrong in ({"messages": {"7": {}}}, {"attachments": {"7": file | {"x": 1}}}, {"files": {}}):
        with pytest.raises(ValueError, match="/data/resolved"):
            check(right | {"data": command | {"resolved": wrong}})


@pytest.mark.parametrize("type_", [3, 4, 10])
def test_the_focus_is_on_the_leaf(simulator: Simulator, type_: int) -> None:
    leaves = [option("a", 3), option("b", type_, autocomplete=True)]
    subcommand = option("sub", 1, options=leaves)
    register(simulator, option("group", 2, options=[subcommand]))
    given = {"group": {"sub": {"a": "x", "b": 7 if type_ == 4 else 1.5 if type_ == 10 else "y"}}}
    body = simulator.build_interaction("show", given, type_=AUTOCOMPLETE).body
    [group] = json.loads(body)["data"]["options"]
    [sub] = group["options"]
    assert (group["type"], sub["type"]) == (2, 1)
    assert "focused" not in group | sub
    first, last = sub["options"]
    assert "focused" not in first
    # What is typed is a text, also where it is to become a number.
    assert last["focused"] is True
    assert isinstance(last["value"], str)
    with pytest.raises(ValueError, match="0 of them have the focus"):
        simulator.build_interaction("show", type_=AUTOCOMPLETE)


def test_a_modal_has_what_was_written_into_it(simulator: Simulator) -> None:
    body = simulator.build_interaction("m", {"a": "x", "b": "y"}, type_=MODAL).body
    components = json.loads(body)["data"]["components"]
    inputs = [label["component"] for label in components]
    assert [(i["type"], i["custom_id"], i["value"]) for i in inputs] == [
        (4, "a", "x"),
        (4, "b", "y"),
    ]
    right = json.loads(body)
    label, text = components[0], {"type": 10, "id": 1}
    row = {"type": 1, "id": 1, "components": [label["component"]]}
    upload = {"type": 19, "id": 2, "custom_id": "f", "values": ["7"]}
    for good in ([text, label], [row], [label | {"component": upload}]):
        check(right | {"data": {"custom_id": "m", "components": good}})
    for bad in ([], [text], [{"type": 18, "id": 1}], [row | {"components": []}], [upload]):
        with pytest.raises(ValueError, match="/data/components"):
            check(right | {"data": {"custom_id": "m", "components": bad}})


@pytest.mark.parametrize(
    ("type_", "direct"),
    [
        (PING, False),
        *[(type_, direct) for type_ in range(COMMAND, MODAL + 1) for direct in (False, True)],
    ],
)
def test_an_interaction_is_whole(simulator: Simulator, type_: int, direct: bool) -> None:
    signed = simulator.build_interaction("c", {"name": "x"}, type_=type_, direct=direct)
    whole = json.loads(signed.body)
    assert ("member" in whole, "user" in whole) == (
        (False, True) if direct or type_ == 1 else (True, False)
    )
    check(whole)
    for key in whole.keys() - {"entitlement_sku_ids", "message"}:
        with pytest.raises(ValueError, match="not an interaction of Discord's"):
            check({name: value for name, value in whole.items() if name != key})


@pytest.mark.parametrize(
    "wrong",
    [
        {"x": 1},
        {"id": 7},
        {"type": 6},
        {"version": 2},
        {"context": 1},
        {"locale": "english"},
        {"app_permissions": "all"},
        {"app_permissions": 8},
        {"entitlements": [{}]},
        {"authorizing_integration_owners": {"2": "1"}},
        {"member": {}},
        {"data": {"id": "1", "name": "c", "type": 1, "options": [{"name": "n", "type": 3}]}},
        {
            "data": {
                "id": "1",
                "name": "c",
                "type": 1,
                "options": [{"name": "n", "type": 3, "value": 7}],
            }
        },
    ],
)
def test_what_discord_does_not_send_is_refused(simulator: Simulator, wrong: dict[str, Any]) -> None:
    right = json.loads(simulator.build_interaction("c", {"name": "x"}).body)
    with pytest.raises(ValueError, match="not an interaction of Discord's"):
        check(right | wrong)


def test_overrides_are_what_discord_sends_unless_they_are_hostile(simulator: Simulator) -> None:
    overrides = {"guild_id": None, "locale": "klingon"}
    hostile = simulator.build_interaction("c", overrides=overrides, hostile=True)
    payload = json.loads(hostile.body)
    assert "guild_id" not in payload
    assert payload["locale"] == "klingon"
    for name, value in overrides.items():
        with pytest.raises(ValueError, match="not an interaction of Discord's"):
            simulator.build_interaction("c", overrides={name: value})
    known = len(simulator.world.interactions)
    right = simulator.build_interaction("c", overrides={"locale": "de"})
    assert json.loads(right.body)["locale"] == "de"
    assert len(simulator.world.interactions) == known + 1


def test_a_ping(simulator: Simulator) -> None:
    ping = json.loads(simulator.build_interaction("", type_=1).body)
    assert ping["type"] == 1
    assert "data" not in ping
    assert "guild_id" not in ping


def test_the_signature(simulator: Simulator, clock: ManualClock) -> None:
    _, delivery, endpoint = send(simulator, clock, DEFERRED)
    assert (delivery.status, delivery.response) == (200, DEFERRED)
    request = endpoint.requests[0]
    assert request.headers["User-Agent"].startswith("Discord-Interactions/1.0")
    timestamp = request.headers["X-Signature-Timestamp"].encode()
    signature = bytes.fromhex(request.headers["X-Signature-Ed25519"])
    key = VerifyKey(bytes.fromhex(simulator.info["public_key"]))
    body = request.body
    assert isinstance(body, bytes)
    key.verify(timestamp + body, signature)
    with pytest.raises(BadSignatureError):
        key.verify(timestamp + body + b" ", signature)
    assert int(timestamp) == int(clock.now())


def test_a_deferred_answer_is_edited(
    bot: BotClient, simulator: Simulator, clock: ManualClock
) -> None:
    signed, _, _ = send(simulator, clock, DEFERRED)
    thinking = bot.call("GET", path(simulator, signed.token)).json()
    assert thinking["flags"] == 64 | 128
    mentions: dict[str, Any] = {"parse": []}
    for text in ("working", "done"):
        clock.sleep(2)
        body = {"content": text, "allowed_mentions": mentions}
        answer = bot.call("PATCH", path(simulator, signed.token), body)
        assert answer.status_code == 200
        assert (answer.json()["content"], answer.json()["flags"]) == (text, 64)
    bot.call("PATCH", path(simulator, signed.token), {"content": "forgotten"})
    versions = simulator.messages(signed.id)
    assert [v["content"] for v in versions] == ["working", "done", "forgotten"]
    assert [v["allowed_mentions"] for v in versions] == [mentions, mentions, None]
    assert versions[1]["at"] == versions[0]["at"] + 2 == clock.now()
    assert {v["flags"] for v in versions} == {64}
    # Nobody else sees an ephemeral message.
    assert simulator.world.messages.get(simulator.info["channel_id"], []) == []


def test_original_before_the_ack(bot: BotClient, simulator: Simulator, clock: ManualClock) -> None:
    simulator.configure(ack_delay_ms=500)
    signed, _, _ = send(simulator, clock, {"type": 5})
    url = path(simulator, signed.token)
    for method in ("GET", "PATCH", "DELETE"):
        answer = bot.call(method, url, {"content": "x"} if method == "PATCH" else None)
        assert (answer.status_code, answer.json()["code"]) == (404, 10008)
    assert simulator.messages(signed.id) == []
    clock.sleep(0.5)
    assert bot.call("PATCH", url, {"content": "x"}).status_code == 200
    # One that is made as already answered doesn't wait.
    acked = simulator.build_interaction("c", acked=True)
    assert bot.call("GET", path(simulator, acked.token)).status_code == 200


def test_the_token_lives_fifteen_minutes(
    bot: BotClient, simulator: Simulator, clock: ManualClock
) -> None:
    signed, _, _ = send(simulator, clock, DEFERRED)
    url = path(simulator, signed.token)
    clock.sleep(899)
    assert bot.call("PATCH", url, {"content": "x"}).status_code == 200
    clock.sleep(1)
    answer = bot.call("PATCH", url, {"content": "late"})
    assert answer.status_code == 401
    assert answer.json() == {"message": "Invalid Webhook Token", "code": 50027}
    assert [v["content"] for v in simulator.messages(signed.id)] == ["x"]
    assert not simulator.interaction(signed.id).token_alive(clock.now())


def test_unknown_tokens(bot: BotClient, simulator: Simulator) -> None:
    signed = simulator.build_interaction("c", acked=True)
    body = {"content": "x"}
    assert bot.call("PATCH", path(simulator, "nope"), body).json()["code"] == 10015
    wrong = f"/webhooks/1/{signed.token}/messages/@original"
    assert bot.call("PATCH", wrong, body).json()["code"] == 10015


@pytest.mark.bad_requests
@pytest.mark.parametrize("answer", [None, 500, {"type": 99}, {"no": "type"}, {"type": 4}])
def test_a_bad_answer_kills_the_token(
    bot: BotClient, simulator: Simulator, clock: ManualClock, answer: Any
) -> None:
    signed, delivery, _ = send(simulator, clock, answer)
    assert delivery.status == (None if answer is None else 500 if answer == 500 else 200)
    url = path(simulator, signed.token)
    assert bot.call("PATCH", url, {"content": "x"}).json()["code"] == 10015


def test_a_right_answer_with_a_wrong_status_kills_the_token(
    simulator: Simulator, clock: ManualClock
) -> None:
    signed = simulator.build_interaction("c")
    simulator.receive(signed.id, DEFERRED, status=500)
    assert not simulator.interaction(signed.id).token_alive(clock.now())


@pytest.mark.bad_requests
@pytest.mark.parametrize("body", [b"", b"{", b"[" * 100_000, b"\xff"])
def test_an_answer_that_is_no_json_kills_the_token(
    simulator: Simulator, clock: ManualClock, body: bytes
) -> None:
    signed, delivery, _ = send(simulator, clock, body)
    assert (delivery.status, delivery.response) == (200, None)
    assert not simulator.interaction(signed.id).token_alive(clock.now())


@pytest.mark.bad_requests
@pytest.mark.parametrize(
    ("content_type", "alive"),
    [
        ("application/json; charset=utf-8", True),
        ("Application/JSON", True),
        ("text/plain", False),
        ("application/jsonp", False),
        ("", False),
        (None, False),
    ],
)
def test_an_answer_that_is_not_said_to_be_json_kills_the_token(
    simulator: Simulator,
    clock: ManualClock,
    monkeypatch: pytest.MonkeyPatch,
    content_type: str | None,
    alive: bool,
) -> None:
    monkeypatch.setattr(Endpoint, "content_type", content_type)
    signed, delivery, _ = send(simulator, clock, DEFERRED)
    assert (delivery.status, delivery.response) == (200, DEFERRED if alive else None)
    assert simulator.interaction(signed.id).token_alive(clock.now()) is alive


@pytest.mark.parametrize(("seconds", "alive"), [(2.9, True), (3.1, False)])
def test_a_late_answer_kills_the_token(
    simulator: Simulator, clock: ManualClock, seconds: float, alive: bool
) -> None:
    signed, _, _ = send(simulator, clock, DEFERRED, seconds)
    assert simulator.interaction(signed.id).token_alive(clock.now()) is alive


@pytest.mark.bad_requests
def test_an_answer_as_a_call(bot: BotClient, simulator: Simulator, clock: ManualClock) -> None:
    signed = simulator.build_interaction("c")
    url = f"/interactions/{signed.id}/{signed.token}/callback"
    wrong = bot.call("POST", url, {"type": 4, "data": {"content": "x" * 2001}})
    assert set(wrong.json()["errors"]) == {"content"}
    assert bot.call("POST", url, {}).json()["code"] == 50035
    # A wrong one isn't an answer.
    assert bot.call("POST", url, DEFERRED).status_code == 204
    again = bot.call("POST", url, DEFERRED)
    assert (again.status_code, again.json()["code"]) == (400, 40060)
    # And neither does a second one undo the first.
    simulator.receive(signed.id, {"type": 4, "data": {"content": "y"}})
    assert bot.call("GET", path(simulator, signed.token)).json()["content"] == ""
    assert signed.token not in str(simulator.requests)

    late = simulator.build_interaction("c")
    clock.sleep(3.1)
    for id_, token in ((late.id, late.token), (signed.id, "nope"), ("1", signed.token)):
        answer = bot.call("POST", f"/interactions/{id_}/{token}/callback", DEFERRED)
        assert (answer.status_code, answer.json()["code"]) == (404, 10062)
    simulator.configure(response_deadline_s=3.2)
    url = f"/interactions/{late.id}/{late.token}/callback"
    assert bot.call("POST", url, DEFERRED).status_code == 204


def test_an_immediate_answer(bot: BotClient, simulator: Simulator, clock: ManualClock) -> None:
    data = {"content": "hello", "allowed_mentions": {"parse": []}}
    signed, _, _ = send(simulator, clock, {"type": 4, "data": data})
    assert [v["content"] for v in simulator.messages(signed.id)] == ["hello"]
    assert not simulator.interaction(signed.id).ephemeral
    assert len(simulator.world.messages[simulator.info["channel_id"]]) == 1
    assert bot.call("DELETE", path(simulator, signed.token)).status_code == 204
    assert bot.call("GET", path(simulator, signed.token)).json()["code"] == 10008
    assert simulator.world.messages[simulator.info["channel_id"]] == []
    ephemeral, _, _ = send(simulator, clock, {"type": 4, "data": data | {"flags": 64}})
    assert simulator.interaction(ephemeral.id).ephemeral


def test_followups(bot: BotClient, simulator: Simulator, clock: ManualClock) -> None:
    signed, _, _ = send(simulator, clock, DEFERRED)
    url = path(simulator, signed.token, "")
    # While the answer is "thinking", a follow-up becomes it.
    assert bot.call("POST", url, {"content": "first"}).status_code == 200
    assert bot.call("POST", url, {"content": "second", "flags": 64}).json()["flags"] == 64
    shown = simulator.interaction(signed.id).as_json(clock.now())
    assert [v["content"] for v in shown["versions"]] == ["first"]
    assert [v["content"] for v in shown["followups"]] == ["second"]


@pytest.mark.bad_requests
def test_content_is_limited(bot: BotClient, simulator: Simulator) -> None:
    signed = simulator.build_interaction("c", acked=True)
    url = path(simulator, signed.token)
    answer = bot.call("PATCH", url, {"content": "x" * 2001})
    assert answer.status_code == 400
    assert answer.json()["errors"]["content"]["_errors"][0] == {
        "code": "BASE_TYPE_MAX_LENGTH",
        "message": "Must be 2000 or fewer in length.",
    }
    assert bot.call("PATCH", url, {"allowed_mentions": []}).json()["code"] == 50035
    assert bot.call("PATCH", url, {"content": "x" * 2000}).status_code == 200
    assert bot.call("PATCH", url, {"content": ""}).json()["code"] == 50006


def test_tokens_stay_out_of_the_log(bot: BotClient, simulator: Simulator) -> None:
    signed = simulator.build_interaction("c", acked=True)
    bot.call("PATCH", path(simulator, signed.token), {"content": "x"}, reason="why ½")
    entry = simulator.requests[-1]
    assert entry == {
        "method": "PATCH",
        "path": f"/webhooks/{simulator.info['application_id']}/{{token}}/messages/@original",
        "status": 200,
        "at": simulator.clock.now(),
        "body": {"content": "x"},
        "audit_log_reason": "why ½",
    }
    simulator.clear_requests()
    assert simulator.requests == []
