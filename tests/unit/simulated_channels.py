"""Create channels in the simulator."""

from typing import Any

from local.simulator.bot_client import BotClient

TEXT, VOICE, CATEGORY, ANNOUNCEMENT, STAGE, FORUM = 0, 2, 4, 5, 13, 15


def create(bot: BotClient, status: int = 201, **body: Any) -> dict[str, Any]:
    guild_id = body.pop("guild_id", bot.simulator.guild().id)
    body = {"name": "a room"} | body
    answer = bot.call("POST", f"/guilds/{guild_id}/channels", body)
    assert answer.status_code == status, answer.text
    return answer.json()  # type: ignore[no-any-return]


def fields(body: dict[str, Any]) -> set[str]:
    assert body["code"] == 50035
    return set(body["errors"])
