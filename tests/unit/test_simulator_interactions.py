"""The simulator sends interactions as Discord does."""

import json
from typing import Any

import pytest

from local.simulator import Simulator
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

PING, COMMAND, COMPONENT, AUTOCOMPLETE, MODAL = range(1, 6)


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
    """Register one command, /show."""
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
    # A value being typed is text, even for a number option.
    assert last["focused"] is True
    assert isinstance(last["value"], str)
    with pytest.raises(ValueError, match="0 of them have the focus"):
        simulator.build_interaction("show", {"group": {"sub": {}}}, type_=AUTOCOMPLETE)


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
