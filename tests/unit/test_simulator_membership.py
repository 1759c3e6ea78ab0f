"""Members join and leave, the bot too, and the bot lists its guilds.

Discord docs: Resources > User > Get Current User Guilds; Resources > Guild.
"""

import json
from typing import Any

import pytest

from local.simulator import Simulator
from local.simulator.bot_client import BotClient
from local.simulator.errors import DiscordHTTPError
from local.simulator.permissions import BOT_DEFAULT, EVERYONE_DEFAULT, MANAGE_ROLES, VIEW_CHANNEL
from tests.unit.simulated_channels import create

pytestmark = pytest.mark.usefixtures("unlimited")

COMMAND = {"name": "c", "description": "d"}


def code(bot: BotClient, path: str) -> int:
    return int(bot.call("GET", path).json().get("code", 0))


def own_guilds(bot: BotClient, query: str = "") -> list[dict[str, Any]]:
    answer = bot.call("GET", f"/users/@me/guilds{query}")
    assert answer.status_code == 200, answer.text
    return answer.json()  # type: ignore[no-any-return]


@pytest.mark.parametrize("banned", [False, True])
def test_a_member_leaves(bot: BotClient, simulator: Simulator, banned: bool) -> None:
    guild_id, player = simulator.guild().id, simulator.info["player_id"]
    overwrites = [{"id": player, "type": 1, "allow": "1024", "deny": "0"}]
    channel = create(bot, permission_overwrites=overwrites)
    role = bot.call("POST", f"/guilds/{guild_id}/roles", {"name": "r"}).json()["id"]
    simulator.guild().members[player].role_ids = [role]
    simulator.remove_member(player, banned=banned)
    path = f"/guilds/{guild_id}/members/{player}"
    assert code(bot, path) == 10007
    assert bot.call("PUT", f"{path}/roles/{role}").json()["code"] == 10007
    shown = bot.call("GET", f"/channels/{channel['id']}").json()
    assert shown["permission_overwrites"] == overwrites
    with pytest.raises(DiscordHTTPError, match="10007"):
        simulator.write_message("x", user_id=player)
    # Whoever left can still be named in an option, but is no member.
    option = {"name": "who", "description": "d", "type": 6}
    application = simulator.info["application_id"]
    commands = f"/applications/{application}/commands"
    bot.call("PUT", commands, [COMMAND | {"options": [option]}]).raise_for_status()
    given = json.loads(simulator.build_interaction("c", {"who": player}).body)["data"]
    assert set(given["resolved"]) == {"users"}
    if banned:
        with pytest.raises(ValueError, match="player is banned"):
            simulator.add_member("player")
    else:
        assert simulator.add_member("player").user.id == player
        assert bot.call("GET", path).json()["roles"] == []


def test_who_cannot_leave(simulator: Simulator) -> None:
    with pytest.raises(ValueError, match="the owner"):
        simulator.remove_member(simulator.info["owner_id"])
    with pytest.raises(DiscordHTTPError, match="10007"):
        simulator.remove_member("1")
    with pytest.raises(ValueError, match="the bot is in the guild"):
        simulator.invite_bot()


def test_the_bot_is_removed_and_invited_again(bot: BotClient, simulator: Simulator) -> None:
    guild_id, own = simulator.guild().id, simulator.info["bot_user_id"]
    other = simulator.add_guild()["guild_id"]
    commands = f"/applications/{simulator.info['application_id']}"
    bot.call("PUT", f"{commands}/commands", [COMMAND]).raise_for_status()
    local = [COMMAND | {"name": "local"}]
    bot.call("PUT", f"{commands}/guilds/{guild_id}/commands", local).raise_for_status()
    assert simulator.offered_commands() == ["c", "local"]
    simulator.remove_member(own)
    assert [guild["id"] for guild in own_guilds(bot)] == [other]
    assert code(bot, f"/guilds/{guild_id}") == 10004
    assert code(bot, f"/guilds/{guild_id}/roles") == 50001
    assert code(bot, f"/channels/{simulator.info['channel_id']}") == 50001
    assert [role["name"] for role in simulator.snapshot()["roles"]] == ["@everyone"]
    assert simulator.offered_commands() == []
    with pytest.raises(ValueError, match="the application is not in the guild"):
        simulator.build_interaction("c")
    member = simulator.invite_bot(permissions=VIEW_CHANNEL | MANAGE_ROLES)
    [role] = member.role_ids
    assert simulator.guild().roles[role].bot_id == own
    assert simulator.offered_commands() == ["c"]
    assert [guild["id"] for guild in own_guilds(bot)] == [guild_id, other]
    create(bot, 403)


def test_the_bots_guilds_in_pages(bot: BotClient, simulator: Simulator) -> None:
    ids = [simulator.guild().id, *(simulator.add_guild()["guild_id"] for _ in range(4))]
    simulator.add_guild(bot_permissions=None)

    def listed(query: str) -> list[int]:
        return [ids.index(guild["id"]) for guild in own_guilds(bot, query)]

    assert listed("") == [0, 1, 2, 3, 4]
    assert listed("?limit=2") == [0, 1]
    assert listed(f"?limit=2&after={ids[1]}") == [2, 3]
    assert listed(f"?after={ids[4]}") == []
    assert listed(f"?limit=2&before={ids[3]}") == [1, 2]
    assert listed(f"?before={ids[0]}") == []
    assert own_guilds(bot, "?limit=1") == [
        {
            "id": ids[0],
            "name": "The Yawning Portal",
            "icon": None,
            "banner": None,
            "owner": False,
            "permissions": str(EVERYONE_DEFAULT | BOT_DEFAULT),
            "features": [],
        }
    ]


def test_a_page_has_two_hundred_guilds(bot: BotClient, simulator: Simulator) -> None:
    for _ in range(200):
        simulator.add_guild()
    first = own_guilds(bot)
    assert len(first) == 200
    assert len(own_guilds(bot, f"?after={first[-1]['id']}")) == 1


@pytest.mark.bad_requests
@pytest.mark.parametrize("query", ["limit=0", "limit=201", "limit=x", "after=x", "before=-1"])
def test_a_wrong_page(bot: BotClient, query: str) -> None:
    answer = bot.call("GET", f"/users/@me/guilds?{query}")
    assert (answer.status_code, answer.json()["code"]) == (400, 50035)
