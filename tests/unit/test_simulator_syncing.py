"""Channels in sync with their category follow its overwrites; see ``local.simulator.syncing``."""

from collections.abc import Callable
from typing import Any

import pytest

from local.simulator import Simulator
from local.simulator.bot_client import BotClient
from local.simulator.permissions import SEND_MESSAGES, VIEW_CHANNEL
from tests.unit.simulated_channels import CATEGORY, create

Json = dict[str, Any]

pytestmark = pytest.mark.usefixtures("unlimited")


def shown(bot: BotClient, channel: Json) -> list[Json]:
    answer = bot.call("GET", f"/channels/{channel['id']}").json()
    return answer["permission_overwrites"]  # type: ignore[no-any-return]


def overwrite(id_: str, type_: int = 1, allow: int = 0, deny: int = 0) -> Json:
    return {"id": id_, "type": type_, "allow": str(allow), "deny": str(deny)}


def put(bot: BotClient, channel: Json, given: Json) -> None:
    path = f"/channels/{channel['id']}/permissions/{given['id']}"
    body = {key: value for key, value in given.items() if key != "id"}
    assert bot.call("PUT", path, body).status_code == 204


def patch(bot: BotClient, channel: Json, given: Json) -> None:
    rows = [o for o in shown(bot, channel) if o["id"] != given["id"]]
    body = {"permission_overwrites": [*rows, given]}
    assert bot.call("PATCH", f"/channels/{channel['id']}", body).status_code == 200


CHANGES = pytest.mark.parametrize("change", [put, patch])
Change = Callable[[BotClient, Json, Json], None]


@CHANGES
@pytest.mark.parametrize("others", [0, 1])
def test_a_channel_in_sync_follows(
    bot: BotClient, simulator: Simulator, change: Change, others: int
) -> None:
    given = [overwrite(simulator.guild().id, 0, deny=SEND_MESSAGES)] * others
    category = create(bot, type=CATEGORY, permission_overwrites=given)
    child, elsewhere = create(bot, parent_id=category["id"]), create(bot)
    player = overwrite(simulator.info["player_id"], allow=VIEW_CHANNEL)
    change(bot, category, player)
    assert shown(bot, category) == shown(bot, child) == [*given, player]
    assert shown(bot, elsewhere) == []
    # The copies are apart: a change of the channel alone changes nothing else.
    own = overwrite(player["id"], deny=SEND_MESSAGES)
    change(bot, child, own)
    assert shown(bot, category) == [*given, player]
    # From now on, the channel differs.
    change(bot, category, overwrite(player["id"], deny=VIEW_CHANNEL))
    assert shown(bot, child) == [*given, own]


@CHANGES
def test_a_channel_that_differs_stays(bot: BotClient, simulator: Simulator, change: Change) -> None:
    player, owner = simulator.info["player_id"], simulator.info["owner_id"]
    category = create(bot, type=CATEGORY, permission_overwrites=[overwrite(owner)])
    given = [overwrite(player, deny=SEND_MESSAGES)]
    child = create(bot, parent_id=category["id"], permission_overwrites=given)
    change(bot, category, overwrite(player, allow=VIEW_CHANNEL))
    assert shown(bot, child) == given
    # As soon as it is equal again, it is in sync.
    body = {"permission_overwrites": shown(bot, category)}
    bot.call("PATCH", f"/channels/{child['id']}", body).raise_for_status()
    change(bot, category, overwrite(owner, allow=SEND_MESSAGES))
    assert shown(bot, child) == shown(bot, category)


def test_a_deleted_overwrite_goes_from_the_followers(bot: BotClient, simulator: Simulator) -> None:
    player, owner = simulator.info["player_id"], simulator.info["owner_id"]
    category = create(bot, type=CATEGORY, permission_overwrites=[overwrite(player)])
    child = create(bot, parent_id=category["id"])
    different = create(bot, parent_id=category["id"], permission_overwrites=[overwrite(owner)])
    path = f"/channels/{category['id']}/permissions/{player}"
    assert bot.call("DELETE", path).status_code == 204
    assert shown(bot, category) == shown(bot, child) == []
    assert shown(bot, different) == [overwrite(owner)]


@pytest.mark.parametrize(("who", "in_sync"), [("guild_id", True), ("player_id", False)])
def test_an_empty_overwrite_counts_unless_it_is_for_everyone(
    bot: BotClient, simulator: Simulator, who: str, in_sync: bool
) -> None:
    category = create(bot, type=CATEGORY)
    child = create(bot, parent_id=category["id"])
    put(bot, child, overwrite(simulator.info[who], int(who == "player_id")))
    put(bot, category, overwrite(simulator.info["owner_id"], allow=VIEW_CHANNEL))
    assert (shown(bot, child) == shown(bot, category)) == in_sync


def test_other_changes_leave_the_followers_alone(bot: BotClient, simulator: Simulator) -> None:
    category = create(bot, type=CATEGORY)
    child = create(bot, parent_id=category["id"])
    empty = overwrite(simulator.guild().id, 0)
    put(bot, child, empty)
    bot.call("PATCH", f"/channels/{category['id']}", {"name": "b"}).raise_for_status()
    assert shown(bot, child) == [empty]
