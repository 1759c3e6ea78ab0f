"""The simulator's channels follow Discord's rules for permissions and overwrites."""

from typing import Any

import pytest

from local.simulator import ManualClock, Simulator
from local.simulator.bot_client import BotClient
from local.simulator.guild import Overwrite
from local.simulator.permissions import (
    CONNECT,
    MANAGE_CHANNELS,
    MANAGE_ROLES,
    SEND_MESSAGES,
    VIEW_CHANNEL,
)
from tests.unit.simulated_channels import CATEGORY, TEXT, VOICE, create, fields

BAN_MEMBERS = 1 << 2

pytestmark = pytest.mark.usefixtures("unlimited")


def private(simulator: Simulator, *, bot_allowed: bool) -> list[dict[str, Any]]:
    overwrites: list[dict[str, Any]] = [
        {"id": simulator.guild().id, "type": 0, "deny": str(VIEW_CHANNEL)}
    ]
    if bot_allowed:
        bot_id = simulator.info["bot_user_id"]
        overwrites.append({"id": bot_id, "type": 1, "allow": str(VIEW_CHANNEL | CONNECT)})
    return overwrites


def test_a_bot_can_use_its_own_private_category(bot: BotClient, simulator: Simulator) -> None:
    overwrites = private(simulator, bot_allowed=True)
    category = create(bot, type=CATEGORY, permission_overwrites=overwrites)
    child = create(bot, parent_id=category["id"])
    # Without overwrites of its own, a channel takes its category's.
    assert child["permission_overwrites"] == category["permission_overwrites"]
    assert child["permission_overwrites"][0]["allow"] == "0"
    other = create(bot, parent_id=category["id"], permission_overwrites=[])
    assert other["permission_overwrites"] == category["permission_overwrites"]
    shown = next(c for c in simulator.snapshot()["channels"] if c["id"] == child["id"])
    assert {user["name"] for user in shown["visible_to"]} == {"gamemaster", "channelwright"}
    assert shown["created_by"] == simulator.info["bot_user_id"]
    assert bot.call("DELETE", f"/channels/{category['id']}").status_code == 200


def test_a_bot_locks_itself_out_of_a_private_category(bot: BotClient, simulator: Simulator) -> None:
    overwrites = private(simulator, bot_allowed=False)
    category = create(bot, type=CATEGORY, permission_overwrites=overwrites)
    assert create(bot, 403, parent_id=category["id"])["code"] == 50001
    for method in ("GET", "PATCH", "DELETE"):
        body = {"name": "b"} if method == "PATCH" else None
        answer = bot.call(method, f"/channels/{category['id']}", body)
        assert (answer.status_code, answer.json()["code"]) == (403, 50001)
    listed = bot.call("GET", f"/guilds/{simulator.guild().id}/channels").json()
    assert category["id"] not in {channel["id"] for channel in listed}


def test_a_category_shows_with_the_channels_in_it(bot: BotClient, simulator: Simulator) -> None:
    own = [{"id": simulator.info["player_id"], "type": 1}]
    category, child = create(bot, type=CATEGORY), create(bot, permission_overwrites=own)
    bot.call("PATCH", f"/channels/{child['id']}", {"parent_id": category["id"]})
    hidden = create(bot, permission_overwrites=private(simulator, bot_allowed=False))
    body = {"permission_overwrites": private(simulator, bot_allowed=False)}
    assert bot.call("PATCH", f"/channels/{category['id']}", body).status_code == 200
    listed = bot.call("GET", f"/guilds/{simulator.guild().id}/channels").json()
    ids = {channel["id"] for channel in listed}
    assert {category["id"], child["id"]} < ids
    assert hidden["id"] not in ids
    bot.call("DELETE", f"/channels/{child['id']}")
    listed = bot.call("GET", f"/guilds/{simulator.guild().id}/channels").json()
    assert category["id"] not in {channel["id"] for channel in listed}


def test_a_bot_locks_itself_out_of_a_voice_channel(bot: BotClient, simulator: Simulator) -> None:
    overwrites = [{"id": simulator.guild().id, "type": 0, "deny": str(CONNECT)}]
    voice = create(bot, type=VOICE, permission_overwrites=overwrites)
    # The bot's role holds CONNECT, too, but an overwrite beats a role's permissions.
    assert bot.call("DELETE", f"/channels/{voice['id']}").json()["code"] == 50001
    text = create(bot, type=TEXT, permission_overwrites=overwrites)
    assert bot.call("DELETE", f"/channels/{text['id']}").status_code == 200


def test_a_bot_without_manage_channels_in_a_category(bot: BotClient, simulator: Simulator) -> None:
    overwrites = [{"id": simulator.guild().id, "type": 0, "deny": str(MANAGE_CHANNELS)}]
    category = create(bot, type=CATEGORY, permission_overwrites=overwrites)
    assert create(bot, 403, parent_id=category["id"])["code"] == 50013
    assert bot.call("DELETE", f"/channels/{category['id']}").json()["code"] == 50013


def test_permissions_to_create(bot: BotClient, simulator: Simulator) -> None:
    unable = simulator.add_guild(bot_permissions=VIEW_CHANNEL)["guild_id"]
    assert create(bot, 403, guild_id=unable)["code"] == 50013
    partly = simulator.add_guild(bot_permissions=VIEW_CHANNEL | MANAGE_CHANNELS)["guild_id"]
    create(bot, guild_id=partly)
    overwrites = [{"id": partly, "type": 0, "deny": str(VIEW_CHANNEL)}]
    assert create(bot, 403, guild_id=partly, permission_overwrites=overwrites)["code"] == 50013


@pytest.mark.parametrize("bits", [BAN_MEMBERS, MANAGE_ROLES])
@pytest.mark.parametrize("kind", ["allow", "deny"])
def test_overwrites_need_the_permissions_they_touch(
    bot: BotClient, simulator: Simulator, bits: int, kind: str
) -> None:
    overwrites = [{"id": simulator.guild().id, "type": 0, kind: str(bits)}]
    assert create(bot, 403, permission_overwrites=overwrites)["code"] == 50013
    assert len(simulator.guild().channels) == 2
    channel = create(bot)
    path = f"/channels/{channel['id']}/permissions/{simulator.guild().id}"
    assert bot.call("PUT", path, {"type": 0, kind: str(bits)}).json()["code"] == 50013


def test_overwrites_may_pass_on_what_the_category_allows(
    bot: BotClient, simulator: Simulator
) -> None:
    guild, own = simulator.guild(), simulator.info["bot_user_id"]
    category = create(bot, type=CATEGORY)
    child = create(bot, parent_id=category["id"])
    path = f"/channels/{child['id']}/permissions/{guild.id}"
    body = {"type": 0, "allow": str(BAN_MEMBERS)}
    assert bot.call("PUT", path, body).json()["code"] == 50013
    guild.channels[category["id"]].overwrites[own] = Overwrite(own, 1, BAN_MEMBERS, 0)
    assert bot.call("PUT", path, body).status_code == 204


def test_an_overwrite_may_let_a_bot_manage_permissions(
    bot: BotClient, simulator: Simulator
) -> None:
    guild, own = simulator.guild(), simulator.info["bot_user_id"]
    channel = create(bot)
    path = f"/channels/{channel['id']}/permissions/{guild.id}"
    guild.channels[channel["id"]].overwrites[own] = Overwrite(own, 1, MANAGE_ROLES, 0)
    assert bot.call("PUT", path, {"type": 0, "allow": str(BAN_MEMBERS)}).status_code == 204
    # But only an administrator may let others manage permissions.
    assert bot.call("PUT", path, {"type": 0, "allow": str(MANAGE_ROLES)}).json()["code"] == 50013


@pytest.mark.bad_requests
def test_a_thousand_overwrites(bot: BotClient, simulator: Simulator) -> None:
    guild, channel = simulator.guild(), create(bot)
    rows = [{"id": guild.id, "type": 0}] * 101
    assert fields(create(bot, 400, permission_overwrites=rows)) == {"permission_overwrites"}
    filled = {str(n): Overwrite(str(n), 1, 0, 0) for n in range(999)} | {
        guild.id: Overwrite(guild.id, 0, 0, 0)
    }
    guild.channels[channel["id"]].overwrites = filled
    path = f"/channels/{channel['id']}/permissions"
    player = simulator.info["player_id"]
    assert bot.call("PUT", f"{path}/{player}", {"type": 1}).json()["code"] == 30060
    assert bot.call("PUT", f"{path}/{guild.id}", {"type": 0}).status_code == 204


def test_an_overwrite_can_be_lost_right_after_the_create(
    bot: BotClient, simulator: Simulator, clock: ManualClock
) -> None:
    simulator.configure(lost_overwrites_ms=500)
    channel, player = create(bot), simulator.info["player_id"]
    path = f"/channels/{channel['id']}/permissions/{player}"
    for wait, kept in ((0, []), (0.499, []), (0.001, [player])):
        clock.sleep(wait)
        assert bot.call("PUT", path, {"type": 1, "deny": "1024"}).status_code == 204
        shown = bot.call("GET", f"/channels/{channel['id']}").json()["permission_overwrites"]
        assert [overwrite["id"] for overwrite in shown] == kept


def test_an_administrator_may_let_others_manage_roles(bot: BotClient, simulator: Simulator) -> None:
    guild_id = simulator.add_guild(bot_permissions=1 << 3)["guild_id"]
    overwrites = [{"id": guild_id, "type": 0, "allow": MANAGE_ROLES}]
    made = create(bot, guild_id=guild_id, permission_overwrites=overwrites)
    assert made["permission_overwrites"][0]["allow"] == str(MANAGE_ROLES)


def test_overwrites_can_be_put_and_deleted(bot: BotClient, simulator: Simulator) -> None:
    channel = create(bot)
    player = simulator.info["player_id"]
    path = f"/channels/{channel['id']}/permissions/{player}"
    body = {"type": 1, "allow": str(SEND_MESSAGES), "deny": 0}
    assert bot.call("PUT", path, body).status_code == 204
    shown = bot.call("GET", f"/channels/{channel['id']}").json()["permission_overwrites"]
    assert shown == [{"id": player, "type": 1, "allow": str(SEND_MESSAGES), "deny": "0"}]
    assert bot.call("DELETE", path).status_code == 204
    assert bot.call("DELETE", path).json()["code"] == 10009
    overwrites = [{"id": "12345", "type": 0}]
    assert create(bot, 404, permission_overwrites=overwrites)["code"] == 10009
