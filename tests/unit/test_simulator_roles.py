"""The simulator's roles, members, commands and access control follow Discord's rules."""

from typing import Any

import pytest

from local.simulator import Simulator
from local.simulator.bot_client import BotClient
from local.simulator.permissions import (
    EVERYONE_DEFAULT,
    MANAGE_CHANNELS,
    MANAGE_NICKNAMES,
    MANAGE_ROLES,
    MODERATE_MEMBERS,
    VIEW_CHANNEL,
    rank,
)

KICK_MEMBERS = 1 << 1

pytestmark = pytest.mark.usefixtures("unlimited")


def create(bot: BotClient, status: int = 200, **body: Any) -> dict[str, Any]:
    answer = bot.call("POST", f"/guilds/{bot.simulator.guild().id}/roles", body)
    assert answer.status_code == status, answer.text
    return answer.json()  # type: ignore[no-any-return]


def test_create(bot: BotClient, simulator: Simulator) -> None:
    first = create(bot)
    assert (first["name"], first["position"]) == ("new role", 1)
    assert first["permissions"] == str(EVERYONE_DEFAULT)
    second = create(bot, name=" Party ", permissions="0", color=0xABCDEF, mentionable=True)
    assert (second["name"], second["permissions"], second["position"]) == ("Party", "0", 1)
    assert (second["color"], second["mentionable"]) == (0xABCDEF, True)
    assert int(second["id"]) > int(first["id"])
    positions = {role["name"]: role["position"] for role in simulator.snapshot()["roles"]}
    assert positions == {"@everyone": 0, "Party": 1, "new role": 1, "Channelwright": 1}


def test_of_roles_at_one_position_the_older_stands_higher(
    bot: BotClient, simulator: Simulator
) -> None:
    guild = simulator.guild()
    older = guild.members[simulator.info["bot_user_id"]].role_ids[0]
    role = create(bot, permissions="0")
    assert guild.roles[older].position == role["position"] == 1
    path = f"/guilds/{guild.id}/roles/{role['id']}"
    assert bot.call("PATCH", path, {"name": "a"}).status_code == 200
    # A bot that has only a younger role may not change the older one.
    other = create(bot, permissions=str(MANAGE_ROLES))
    guild.members[simulator.info["bot_user_id"]].role_ids = [other["id"]]
    for method, body in (("DELETE", None), ("PATCH", {"name": "b"})):
        assert bot.call(method, path, body).json()["code"] == 50013
    player = simulator.info["player_id"]
    member_role = f"/guilds/{guild.id}/members/{player}/roles/{role['id']}"
    assert bot.call("PUT", member_role).json()["code"] == 50013


def test_a_role_that_goes_moves_none(bot: BotClient, simulator: Simulator) -> None:
    guild = simulator.guild()
    gone = create(bot, permissions="0")["id"]
    above = create(bot, permissions="0")["id"]
    guild.roles[above].position = 2
    assert bot.call("DELETE", f"/guilds/{guild.id}/roles/{gone}").status_code == 204
    assert guild.roles[above].position == 2


def test_a_bot_grants_only_what_it_holds(bot: BotClient, simulator: Simulator) -> None:
    create(bot, permissions=MANAGE_CHANNELS)
    assert create(bot, 403, permissions=str(KICK_MEMBERS))["code"] == 50013
    role = create(bot, permissions="0")
    path = f"/guilds/{simulator.guild().id}/roles/{role['id']}"
    assert bot.call("PATCH", path, {"permissions": KICK_MEMBERS}).json()["code"] == 50013
    assert bot.call("PATCH", path, {"name": "b", "hoist": True}).json()["name"] == "b"


def test_a_bot_needs_manage_roles(bot: BotClient, simulator: Simulator) -> None:
    other = simulator.add_guild(bot_permissions=VIEW_CHANNEL)["guild_id"]
    assert bot.call("POST", f"/guilds/{other}/roles", {}).json()["code"] == 50013


@pytest.mark.bad_requests
@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        ({"name": "x" * 101}, "name"),
        ({"name": ""}, "name"),
        ({"color": 0x1000000}, "color"),
        ({"color": -1}, "color"),
        ({"mentionable": "yes"}, "mentionable"),
        ({"permissions": "all"}, "permissions"),
        ({"permissions": -1}, "permissions"),
        ({"permissions": True}, "permissions"),
    ],
)
def test_wrong_fields(bot: BotClient, body: dict[str, Any], wrong: str) -> None:
    answer = create(bot, 400, **body)
    assert (answer["code"], set(answer["errors"])) == (50035, {wrong})


def test_250_roles(bot: BotClient) -> None:
    for _ in range(248):
        create(bot, name="r")
    assert create(bot, 400, name="r")["code"] == 30005


def test_delete_takes_the_role_from_members_and_overwrites(
    bot: BotClient, simulator: Simulator
) -> None:
    guild = simulator.guild()
    role = create(bot, name="Party", permissions="0")
    player = simulator.info["player_id"]
    member_role = f"/guilds/{guild.id}/members/{player}/roles/{role['id']}"
    assert bot.call("PUT", member_role).status_code == 204
    assert bot.call("PUT", member_role).status_code == 204
    assert bot.call("GET", f"/guilds/{guild.id}/members/{player}").json()["roles"] == [role["id"]]
    overwrites = [{"id": role["id"], "type": 0, "allow": str(VIEW_CHANNEL)}]
    body = {"name": "a", "permission_overwrites": overwrites}
    channel = bot.call("POST", f"/guilds/{guild.id}/channels", body).json()
    assert channel["permission_overwrites"]

    path = f"/guilds/{guild.id}/roles/{role['id']}"
    assert bot.call("DELETE", path, reason="undo").status_code == 204
    assert bot.call("DELETE", path).json()["code"] == 10011
    assert bot.call("GET", f"/guilds/{guild.id}/members/{player}").json()["roles"] == []
    shown = bot.call("GET", f"/channels/{channel['id']}").json()
    assert shown["permission_overwrites"] == []
    assert [e["action"] for e in simulator.snapshot()["audit_log"]][-1] == "role_delete"


def test_member_role_can_be_taken_back(bot: BotClient, simulator: Simulator) -> None:
    role, player = create(bot), simulator.info["player_id"]
    path = f"/guilds/{simulator.guild().id}/members/{player}/roles/{role['id']}"
    bot.call("PUT", path)
    assert bot.call("DELETE", path).status_code == 204
    assert simulator.guild().members[player].role_ids == []
    assert bot.call("PUT", path.replace(player, "1")).json()["code"] == 10007
    assert bot.call("PUT", path.replace(role["id"], "1")).json()["code"] == 10011


def test_assignments_can_be_lost(bot: BotClient, simulator: Simulator) -> None:
    guild, player = simulator.guild(), simulator.info["player_id"]
    paths = [f"/guilds/{guild.id}/members/{player}/roles/{create(bot)['id']}" for _ in range(2)]
    kept, lost = (path.rpartition("/")[2] for path in paths)
    assert bot.call("PUT", paths[0]).status_code == 204
    simulator.configure(lost_assignments=2)
    assert bot.call("PUT", paths[1].replace(player, "1")).status_code == 404
    for now in ([kept], [kept], [kept, lost]):
        assert bot.call("PUT", paths[1]).status_code == 204
        assert bot.call("GET", f"/guilds/{guild.id}/members/{player}").json()["roles"] == now
    simulator.configure(lost_assignments=1)
    assert bot.call("DELETE", paths[1]).status_code == 204
    assert guild.members[player].role_ids == [kept]


def test_hierarchy(bot: BotClient, simulator: Simulator) -> None:
    guild = simulator.guild()
    role = create(bot, permissions="0")
    guild.roles[role["id"]].position = 9
    path = f"/guilds/{guild.id}/roles/{role['id']}"
    for method, body in (("DELETE", None), ("PATCH", {"name": "b"})):
        assert bot.call(method, path, body).json()["code"] == 50013
    player = simulator.info["player_id"]
    member_role = f"/guilds/{guild.id}/members/{player}/roles/{role['id']}"
    assert bot.call("PUT", member_role).json()["code"] == 50013
    assert bot.call("DELETE", f"/guilds/{guild.id}/roles/{guild.id}").json()["code"] == 50028


def test_roles_can_be_sorted(bot: BotClient, simulator: Simulator) -> None:
    guild = simulator.guild()
    ids = [create(bot, name=str(number), permissions="0")["id"] for number in range(4)]
    path = f"/guilds/{guild.id}/roles"

    def order() -> list[str]:
        return [r.name for r in sorted(guild.roles.values(), key=rank)]

    assert order() == ["@everyone", "3", "2", "1", "0", "Channelwright"]
    assert bot.call("PATCH", path, [{"id": ids[3], "position": 3}]).status_code == 200
    assert order() == ["@everyone", "2", "1", "3", "0", "Channelwright"]
    assert bot.call("PATCH", path, [{"id": ids[0], "position": 1}]).status_code == 200
    assert order() == ["@everyone", "0", "2", "1", "3", "Channelwright"]
    own = guild.members[simulator.info["bot_user_id"]].role_ids[0]
    for move in ({"id": ids[0], "position": 5}, {"id": own, "position": 1}):
        assert bot.call("PATCH", path, [move]).json()["code"] == 50013


@pytest.mark.bad_requests
def test_members_can_be_changed(bot: BotClient, simulator: Simulator) -> None:
    guild, player = simulator.guild(), simulator.info["player_id"]
    path = f"/guilds/{guild.id}/members"
    low, high = create(bot, permissions="0")["id"], create(bot, permissions="0")["id"]
    assert bot.call("PATCH", f"{path}/{player}", {"roles": [low]}).json()["roles"] == [low]
    guild.roles[high].position = 9
    assert bot.call("PATCH", f"{path}/{player}", {"roles": [low, high]}).json()["code"] == 50013
    guild.members[player].role_ids.append(high)
    # A role that the member keeps needs no rank.
    assert bot.call("PATCH", f"{path}/{player}", {"roles": [high]}).json()["roles"] == [high]
    assert bot.call("PATCH", f"{path}/{player}", {"roles": ["1"]}).json()["code"] == 50035
    assert bot.call("PATCH", f"{path}/{player}", {"nick": "Bob"}).json()["code"] == 50013
    assert bot.call("PATCH", f"{path}/@me", {"nick": "Wright"}).json()["nick"] == "Wright"
    until = "2027-01-15T09:00:00+00:00"
    timeout = {"communication_disabled_until": until}
    assert bot.call("PATCH", f"{path}/{player}", timeout).json()["code"] == 50013
    guild.everyone.permissions |= MODERATE_MEMBERS | MANAGE_NICKNAMES
    # The player's role is above the bot's.
    assert bot.call("PATCH", f"{path}/{player}", timeout).json()["code"] == 50013
    guild.members[player].role_ids.clear()
    changed = bot.call("PATCH", f"{path}/{player}", timeout | {"nick": "Bob"}).json()
    assert changed["communication_disabled_until"] == "2027-01-15T09:00:00.000000+00:00"
    assert changed["nick"] == "Bob"
    owner = simulator.info["owner_id"]
    assert bot.call("PATCH", f"{path}/{owner}", timeout).json()["code"] == 50013
    for wrong in ("tomorrow", "2027-03-15T09:00:00+00:00"):
        body = {"communication_disabled_until": wrong}
        assert bot.call("PATCH", f"{path}/{player}", body).json()["code"] == 50035
    assert bot.call("PATCH", f"{path}/1", {}).json()["code"] == 10007


@pytest.mark.bad_requests
def test_unknown_things(bot: BotClient, simulator: Simulator) -> None:
    guild_id = simulator.guild().id
    assert bot.call("GET", f"/guilds/{guild_id}/members/1").json()["code"] == 10007
    assert bot.call("GET", "/guilds/1").json()["code"] == 10004
    assert bot.call("GET", "/channels/1").json()["code"] == 10003
    assert bot.call("GET", f"/guilds/{guild_id}/roles/1").json()["code"] == 10011
    assert bot.call("GET", "/nowhere").status_code == 404
    assert bot.call("PUT", "/users/@me").status_code == 405


@pytest.mark.bad_requests
def test_members(bot: BotClient, simulator: Simulator) -> None:
    path = f"/guilds/{simulator.guild().id}/members"
    assert len(bot.call("GET", path).json()) == 1
    ids = [member["user"]["id"] for member in bot.call("GET", f"{path}?limit=1000").json()]
    assert len(ids) == 3
    after = bot.call("GET", f"{path}?limit=1000&after={ids[0]}").json()
    assert [member["user"]["id"] for member in after] == ids[1:]
    assert bot.call("GET", f"{path}?limit=1001").json()["code"] == 50035


@pytest.mark.bad_requests
def test_the_door(bot: BotClient) -> None:
    bot.session.headers["Authorization"] = "Bot wrong"
    answer = bot.call("GET", "/users/@me")
    assert answer.status_code == 401
    assert answer.json() == {"message": "401: Unauthorized", "code": 0}
    bot.session.headers["User-Agent"] = "python-requests/2"
    answer = bot.call("GET", "/users/@me")
    assert answer.status_code == 403
    assert "json" not in answer.headers["Content-Type"]


@pytest.mark.bad_requests
@pytest.mark.parametrize(
    ("method", "path", "field"),
    [
        ("GET", "/guilds/{id}", "guild_id"),
        ("POST", "/guilds/{id}/channels", "guild_id"),
        ("GET", "/guilds/1/roles/{id}", "role_id"),
        ("GET", "/guilds/1/members/{id}", "user_id"),
        ("GET", "/channels/{id}", "channel_id"),
        ("GET", "/channels/1/messages/{id}", "message_id"),
        ("DELETE", "/channels/1/permissions/{id}", "overwrite_id"),
        ("GET", "/applications/{id}/commands", "application_id"),
        ("GET", "/applications/1/commands/{id}", "command_id"),
        ("GET", "/webhooks/{id}/token/messages/@original", "application_id"),
        ("POST", "/interactions/{id}/token/callback", "interaction_id"),
    ],
)
@pytest.mark.parametrize("id_", ["abc", "-1", "1.0", "٣", str(1 << 64), "9" * 21])
def test_an_id_in_a_path_that_is_none(
    bot: BotClient, method: str, path: str, field: str, id_: str
) -> None:
    answer = bot.call(method, path.format(id=id_), None if method == "GET" else {})
    error = {"code": "NUMBER_TYPE_COERCE", "message": f'Value "{id_}" is not snowflake.'}
    assert (answer.status_code, answer.json()["code"]) == (400, 50035)
    assert answer.json()["errors"] == {field: {"_errors": [error]}}
    # The caller is checked first.
    bot.session.headers["Authorization"] = "Bot wrong"
    refused = bot.call(method, path.format(id=id_), None if method == "GET" else {})
    own_secret = path.startswith(("/webhooks", "/interactions"))
    assert refused.status_code == (400 if own_secret else 401)


@pytest.mark.bad_requests
def test_a_body_that_is_no_json(bot: BotClient, simulator: Simulator) -> None:
    path = f"/guilds/{simulator.guild().id}/roles"
    url = f"{simulator.base_url}/api/v10{path}"
    headers = {"Content-Type": "application/json"}
    answer = bot.session.post(url, data=b"{name", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (400, 50109)
    for data in (b"{}", None):
        answer = bot.session.post(url, data=data)
        assert "CONTENT_TYPE_INVALID" in answer.text
    assert bot.call("POST", path, ["name"]).json()["code"] == 50035


def test_commands(bot: BotClient, simulator: Simulator) -> None:
    path = f"/applications/{simulator.info['application_id']}/commands"
    command = {"name": "campaign", "description": "Builds it", "default_member_permissions": 16}
    first = bot.call("PUT", path, [command]).json()
    assert first[0]["default_member_permissions"] == "16"
    again = bot.call("PUT", path, [command, {"name": "b", "description": "c"}]).json()
    assert again[0]["id"] == first[0]["id"]
    assert bot.call("GET", f"{path}?with_localizations=true").json() == again
    guild_path = path.replace("/commands", f"/guilds/{simulator.guild().id}/commands")
    assert bot.call("GET", guild_path).json() == []
    assert bot.call("PUT", guild_path, [command]).json()[0]["guild_id"] == simulator.guild().id


def test_commands_one_by_one(bot: BotClient, simulator: Simulator) -> None:
    path = f"/applications/{simulator.info['application_id']}/commands"
    command = {"name": "campaign", "description": "Builds it"}
    made = bot.call("POST", path, command)
    again = bot.call("POST", path, command | {"description": "b"})
    assert (made.status_code, again.status_code) == (201, 200)
    assert made.json()["id"] == again.json()["id"]
    one = f"{path}/{made.json()['id']}"
    assert bot.call("PATCH", one, {"name": "raid"}).json()["description"] == "b"
    assert bot.call("PATCH", one, {"name": "Raid"}).json()["code"] == 50035
    assert bot.call("GET", one).json()["name"] == "raid"
    assert bot.call("DELETE", one).status_code == 204
    for method, body in (("GET", None), ("PATCH", {}), ("DELETE", None)):
        assert bot.call(method, one, body).json()["code"] == 10063


def test_new_commands_are_counted(bot: BotClient, simulator: Simulator) -> None:
    simulator.configure(rate_limits=True)
    path = f"/applications/{simulator.info['application_id']}/commands"
    for name in ("a", "b", "c", "d"):
        commands = [{"name": f"{name}{n}", "description": "x"} for n in range(50)]
        for _ in range(2):
            assert bot.call("PUT", path, commands).status_code == 200
    answer = bot.call("PUT", path, [{"name": "z", "description": "x"}])
    assert (answer.status_code, answer.json()["code"]) == (429, 30034)
    assert answer.json()["retry_after"] == 24 * 3600
    assert bot.call("PUT", path, commands[:1]).status_code == 200


@pytest.mark.bad_requests
@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": "Big"}, "name"),
        ({"name": "x" * 33}, "name"),
        ({"name": "a b"}, "name"),
        ({"description": ""}, "description"),
        ({"description": "x" * 101}, "description"),
        ({"options": [{"name": "x", "type": 3}]}, "options"),
    ],
)
def test_wrong_commands(
    bot: BotClient, simulator: Simulator, wrong: dict[str, Any], field: str
) -> None:
    path = f"/applications/{simulator.info['application_id']}/commands"
    command = {"name": "campaign", "description": "Builds it"} | wrong
    answer = bot.call("PUT", path, [command])
    assert answer.status_code == 400
    assert set(answer.json()["errors"]["0"]) == {field}


@pytest.mark.bad_requests
def test_application(bot: BotClient, simulator: Simulator) -> None:
    changed = bot.call("PATCH", "/applications/@me", {"tags": ["x"], "id": "1"}).json()
    assert changed["tags"] == ["x"]
    assert changed["id"] == simulator.info["application_id"]
    assert bot.call("GET", "/oauth2/applications/@me").json() == changed
    assert bot.call("GET", "/users/@me").json()["id"] == simulator.info["bot_user_id"]
    assert simulator.info["bot_user_id"] != simulator.info["application_id"]
