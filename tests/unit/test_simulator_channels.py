"""The simulator's channels follow Discord's rules."""

from typing import Any

import pytest

from local.simulator import ManualClock, Simulator
from local.simulator.bot_client import BotClient
from local.simulator.channel_rules import normalised
from local.simulator.guild import Overwrite
from local.simulator.permissions import (
    CONNECT,
    MANAGE_CHANNELS,
    MANAGE_ROLES,
    SEND_MESSAGES,
    VIEW_CHANNEL,
)

TEXT, VOICE, CATEGORY, ANNOUNCEMENT, STAGE, FORUM = 0, 2, 4, 5, 13, 15
BAN_MEMBERS = 1 << 2

pytestmark = pytest.mark.usefixtures("unlimited")


def create(bot: BotClient, status: int = 201, **body: Any) -> dict[str, Any]:
    guild_id = body.pop("guild_id", bot.simulator.guild().id)
    body = {"name": "a room"} | body
    answer = bot.call("POST", f"/guilds/{guild_id}/channels", body)
    assert answer.status_code == status, answer.text
    return answer.json()  # type: ignore[no-any-return]


def private(simulator: Simulator, *, bot_allowed: bool) -> list[dict[str, Any]]:
    overwrites: list[dict[str, Any]] = [
        {"id": simulator.guild().id, "type": 0, "deny": str(VIEW_CHANNEL)}
    ]
    if bot_allowed:
        bot_id = simulator.info["bot_user_id"]
        overwrites.append({"id": bot_id, "type": 1, "allow": str(VIEW_CHANNEL | CONNECT)})
    return overwrites


def fields(body: dict[str, Any]) -> set[str]:
    assert body["code"] == 50035
    return set(body["errors"])


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
    category, child = create(bot, type=CATEGORY), create(bot, name="child")
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


def test_deleting_a_category_orphans_its_children(bot: BotClient, simulator: Simulator) -> None:
    category = create(bot, type=CATEGORY)
    child = create(bot, parent_id=category["id"])
    answer = bot.call("DELETE", f"/channels/{category['id']}", reason="Undone: ½ built")
    assert (answer.status_code, answer.json()) == (200, category)
    assert bot.call("GET", f"/channels/{child['id']}").json()["parent_id"] is None
    assert bot.call("DELETE", f"/channels/{category['id']}").json()["code"] == 10003
    entry = simulator.snapshot()["audit_log"][-1]
    assert (entry["action"], entry["target_id"]) == ("channel_delete", category["id"])
    assert entry["reason"] == "Undone: ½ built"


@pytest.mark.bad_requests
def test_a_reason_can_be_too_long(bot: BotClient, simulator: Simulator) -> None:
    path = f"/guilds/{simulator.guild().id}/channels"
    assert bot.call("POST", path, {"name": "a"}, reason="é" * 512).status_code == 201
    assert bot.call("POST", path, {"name": "a"}, reason="é" * 513).json()["code"] == 50035


@pytest.mark.parametrize(
    ("type_", "name", "kept"),
    [
        (TEXT, "  The Yawning   Portal ", "the-yawning-portal"),
        (TEXT, "a - b--c", "a-b-c"),
        (TEXT, "ÉTÉ\tdeux", "été-deux"),
        (FORUM, "Lore Forum", "lore-forum"),
        (VOICE, "The Table", "The Table"),
        (CATEGORY, "My Campaign", "My Campaign"),
    ],
)
def test_names(bot: BotClient, type_: int, name: str, kept: str) -> None:
    made = create(bot, type=type_, name=name)
    assert made["name"] == kept
    assert normalised(kept, type_) == kept


@pytest.mark.bad_requests
@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        ({"name": None}, "name"),
        ({"name": " "}, "name"),
        ({"name": "x" * 101}, "name"),
        ({"name": 7}, "name"),
        ({"topic": "x" * 1025}, "topic"),
        ({"topic": "x" * 4097, "type": FORUM}, "topic"),
        ({"type": 1}, "type"),
        ({"type": "text"}, "type"),
        ({"parent_id": "12345"}, "parent_id"),
        ({"parent_id": "here"}, "parent_id"),
        ({"permission_overwrites": [{"type": 0}]}, "permission_overwrites"),
        ({"permission_overwrites": ["x"]}, "permission_overwrites"),
        ({"permission_overwrites": "x"}, "permission_overwrites"),
    ],
)
def test_wrong_fields(bot: BotClient, body: dict[str, Any], wrong: str) -> None:
    assert fields(create(bot, 400, **body)) == {wrong}


@pytest.mark.bad_requests
def test_a_missing_name_is_told_as_discord_tells_it(bot: BotClient, simulator: Simulator) -> None:
    answer = bot.call("POST", f"/guilds/{simulator.guild().id}/channels", {})
    assert answer.json() == {
        "message": "Invalid Form Body",
        "code": 50035,
        "errors": {
            "name": {
                "_errors": [{"code": "BASE_TYPE_REQUIRED", "message": "This field is required"}]
            }
        },
    }


@pytest.mark.bad_requests
def test_nested_errors(bot: BotClient) -> None:
    rows = [{"id": "1", "type": 9, "allow": "x"}]
    overwrites = create(bot, 400, permission_overwrites=rows)["errors"]["permission_overwrites"]
    assert set(overwrites["0"]) == {"type", "allow"}


def test_a_parent_must_be_a_category_of_the_guild(bot: BotClient, simulator: Simulator) -> None:
    text = create(bot)
    assert fields(create(bot, 400, parent_id=text["id"])) == {"parent_id"}
    category = create(bot, type=CATEGORY)
    assert fields(create(bot, 400, type=CATEGORY, parent_id=category["id"])) == {"parent_id"}
    other = simulator.add_guild()["guild_id"]
    assert fields(create(bot, 400, guild_id=other, parent_id=category["id"])) == {"parent_id"}


@pytest.mark.parametrize(("type_", "code"), [(ANNOUNCEMENT, 50035), (STAGE, 50024), (FORUM, 50024)])
def test_types_that_a_guild_may_lack(
    bot: BotClient, simulator: Simulator, type_: int, code: int
) -> None:
    plain = simulator.add_guild(forums=False)["guild_id"]
    refused = create(bot, 400, guild_id=plain, type=type_)
    assert refused["code"] == code
    assert set(refused.get("errors", {})) == ({"type"} if code == 50035 else set())
    community = simulator.add_guild(features=["COMMUNITY"])["guild_id"]
    assert create(bot, guild_id=community, type=type_)["type"] == type_


def test_forums_work_without_community(bot: BotClient) -> None:
    assert create(bot, type=FORUM, topic="x" * 4096)["type"] == FORUM


def test_fifty_children(bot: BotClient) -> None:
    category = create(bot, type=CATEGORY)
    for _ in range(50):
        create(bot, parent_id=category["id"])
    assert fields(create(bot, 400, parent_id=category["id"])) == {"parent_id"}
    outside = create(bot)
    path = f"/channels/{outside['id']}"
    assert fields(bot.call("PATCH", path, {"parent_id": category["id"]}).json()) == {"parent_id"}


def test_fifty_children_after_all_moves(bot: BotClient, simulator: Simulator) -> None:
    category, other = create(bot, type=CATEGORY)["id"], create(bot, type=CATEGORY)["id"]
    inside = [create(bot, parent_id=category)["id"] for _ in range(49)]
    outside = [create(bot)["id"] for _ in range(2)]
    path = f"/guilds/{simulator.guild().id}/channels"

    def move(*moves: tuple[str, str | None]) -> Any:
        return bot.call("PATCH", path, [{"id": i, "parent_id": parent} for i, parent in moves])

    both = [(outside[0], category), (outside[1], category)]
    answer = move(*both)
    assert answer.status_code == 400
    rows = answer.json()["errors"]["rows"]
    assert rows["1"]["parent_id"]["_errors"][0]["code"] == "CHANNEL_PARENT_MAX_CHANNELS"
    assert not simulator.guild().channels[outside[0]].parent_id
    # A second row with a position alone does not move the channel out again.
    rows = [{"id": i, "parent_id": parent} for i, parent in both]
    again = [{"id": i, "position": 1} for i in outside]
    assert bot.call("PATCH", path, rows + again).status_code == 400
    # The order of the moves does not matter.
    assert move(*both, (inside[0], other)).status_code == 204
    assert len(simulator.guild().children(category)) == 50
    assert move((inside[0], category), (inside[1], None)).status_code == 204
    assert move((inside[1], category)).status_code == 400
    assert move((inside[0], category)).status_code == 204


def test_fifty_categories(bot: BotClient) -> None:
    for _ in range(49):
        create(bot, type=CATEGORY)
    assert create(bot, 400, type=CATEGORY)["code"] == 30013
    create(bot, type=TEXT)


def test_five_hundred_channels(bot: BotClient) -> None:
    for _ in range(498):
        create(bot)
    assert create(bot, 400)["code"] == 30013


def test_modify(bot: BotClient, simulator: Simulator) -> None:
    category, channel = create(bot, type=CATEGORY), create(bot, topic="old")
    path = f"/channels/{channel['id']}"
    changes = {"name": "New Name", "parent_id": category["id"], "topic": None, "position": 3}
    changed = bot.call("PATCH", path, changes).json()
    assert changed["name"] == "new-name"
    assert (changed["parent_id"], changed["topic"]) == (category["id"], None)
    assert changed["position"] == 3
    assert bot.call("GET", path).json() == changed
    assert fields(bot.call("PATCH", path, {"name": None}).json()) == {"name"}
    assert bot.call("PATCH", path, {"type": VOICE}).json()["code"] == 50024
    assert bot.call("PATCH", path, {"type": ANNOUNCEMENT}).json()["code"] == 50024
    assert bot.call("PATCH", path, {"parent_id": None}).json()["parent_id"] is None
    overwrites = [{"id": simulator.guild().id, "type": 0, "deny": str(VIEW_CHANNEL)}]
    assert bot.call("PATCH", path, {"permission_overwrites": overwrites}).status_code == 200
    assert bot.call("GET", path).json()["code"] == 50001


def test_words_can_be_forbidden(bot: BotClient, simulator: Simulator) -> None:
    simulator.configure(forbidden_words=["Goblin"])
    for type_ in (TEXT, CATEGORY):
        assert create(bot, 400, name="The goblins", type=type_)["code"] == 20031
    channel = create(bot, name="Gobbling")
    path = f"/channels/{channel['id']}"
    assert bot.call("PATCH", path, {"name": "GOBLIN"}).json()["code"] == 20031
    found = simulator.add_guild(features=["DISCOVERABLE"])["guild_id"]
    answer = create(bot, 400, guild_id=found, name="goblin")
    assert (fields(answer), answer["errors"]["name"]["_errors"][0]["code"]) == (
        {"name"},
        "INVALID_COMMUNITY_PROPERTY_NAME",
    )


def test_channels_can_be_sorted(bot: BotClient, simulator: Simulator) -> None:
    category, first, second = create(bot, type=CATEGORY), create(bot), create(bot)
    path = f"/guilds/{simulator.guild().id}/channels"
    moves = [{"id": first["id"], "position": 9}, {"id": second["id"], "parent_id": category["id"]}]
    assert bot.call("PATCH", path, moves).status_code == 204
    channels = simulator.guild().channels
    assert channels[first["id"]].position == 9
    assert channels[second["id"]].parent_id == category["id"]
    assert bot.call("PATCH", path, [{"id": "1"}]).json()["code"] == 10003
    wrong = [{"id": first["id"], "parent_id": second["id"]}]
    assert bot.call("PATCH", path, wrong).json()["code"] == 50035


def test_positions_count_up(bot: BotClient) -> None:
    kinds = [CATEGORY, CATEGORY, TEXT, VOICE, TEXT]
    assert [create(bot, type=kind)["position"] for kind in kinds] == [1, 2, 1, 0, 2]


def test_messages(bot: BotClient, simulator: Simulator) -> None:
    path = f"/channels/{simulator.info['channel_id']}/messages"
    for text in ("first", "x" * 2000):
        assert bot.call("POST", path, {"content": text}).status_code == 200
    assert fields(bot.call("POST", path, {"content": "x" * 2001}).json()) == {"content"}
    assert bot.call("POST", path, {"content": ""}).json()["code"] == 50006
    contents = [message["content"] for message in bot.call("GET", path).json()]
    assert contents == ["x" * 2000, "first"]
    assert len(bot.call("GET", f"{path}?limit=1").json()) == 1
    overwrites = [{"id": simulator.guild().id, "type": 0, "deny": str(SEND_MESSAGES)}]
    silent = create(bot, permission_overwrites=overwrites)
    answer = bot.call("POST", f"/channels/{silent['id']}/messages", {"content": "x"})
    assert answer.json()["code"] == 50013


def test_embeds(bot: BotClient, simulator: Simulator) -> None:
    path = f"/channels/{simulator.info['channel_id']}/messages"
    field = {"name": "n", "value": "v"}
    embed = {"title": "t", "description": "d", "color": 1, "fields": [field]}
    shown = bot.call("POST", path, {"embeds": [embed]}).json()["embeds"]
    assert shown == [embed | {"type": "rich", "fields": [field | {"inline": False}]}]


@pytest.mark.bad_requests
def test_wrong_embeds_and_components(bot: BotClient, simulator: Simulator) -> None:
    path = f"/channels/{simulator.info['channel_id']}/messages"
    for wrong in ({"embeds": ["x"]}, {"embeds": [{"title": "x" * 257}]}, {"embeds": [{}] * 11}):
        assert fields(bot.call("POST", path, wrong).json()) == {"embeds"}
    for component in ("x", {}, {"type": 2, "style": 1, "label": "b", "custom_id": "c"}):
        answer = bot.call("POST", path, {"content": "x", "components": [component]})
        assert fields(answer.json()) == {"components"}


@pytest.mark.parametrize("needed", ["rules_channel_id", "public_updates_channel_id"])
def test_a_community_keeps_the_channels_it_needs(
    bot: BotClient, simulator: Simulator, needed: str
) -> None:
    ids = simulator.add_guild(features=["COMMUNITY"])
    guild, general = simulator.guild(ids["guild_id"]), str(ids["channel_id"])
    setattr(guild, needed, general)
    assert bot.call("GET", f"/guilds/{guild.id}").json()[needed] == general
    refused = bot.call("DELETE", f"/channels/{general}")
    assert (refused.status_code, refused.json()["code"]) == (400, 50074)
    assert general in guild.channels
    category = str(guild.channels[general].parent_id)
    assert bot.call("DELETE", f"/channels/{category}").status_code == 200
    # Someone chose another channel, or the guild is no Community any more.
    setattr(guild, needed, None)
    assert bot.call("DELETE", f"/channels/{general}").status_code == 200


def test_another_guild_needs_no_channel(bot: BotClient, simulator: Simulator) -> None:
    general = str(simulator.info["channel_id"])
    simulator.guild().rules_channel_id = general
    assert bot.call("DELETE", f"/channels/{general}").status_code == 200
