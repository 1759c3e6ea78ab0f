"""The simulator's channels follow Discord's rules for fields, limits and positions."""

from typing import Any

import pytest

from local.simulator import Simulator
from local.simulator.bot_client import BotClient
from local.simulator.channel_rules import normalised
from local.simulator.permissions import VIEW_CHANNEL
from tests.unit.simulated_channels import (
    ANNOUNCEMENT,
    CATEGORY,
    FORUM,
    STAGE,
    TEXT,
    VOICE,
    create,
    fields,
)

pytestmark = pytest.mark.usefixtures("unlimited")


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
