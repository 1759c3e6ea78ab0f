"""People write and read messages, and find commands.

Discord docs: Resources > Channel (last_message_id); Topics > Permissions.
"""

from typing import Any

import pytest

from local.simulator import Simulator
from local.simulator.bot_client import BotClient
from local.simulator.errors import DiscordHTTPError
from local.simulator.guild import Overwrite
from local.simulator.permissions import READ_MESSAGE_HISTORY, SEND_MESSAGES, VIEW_CHANNEL

TEXT, VOICE, CATEGORY, FORUM = 0, 2, 4, 15
EPHEMERAL = 64

pytestmark = pytest.mark.usefixtures("unlimited")


def channel(bot: BotClient, id_: str | None = None) -> Any:
    return bot.call("GET", f"/channels/{id_ or bot.simulator.info['channel_id']}").json()


def made(bot: BotClient, type_: int) -> str:
    path = f"/guilds/{bot.simulator.guild().id}/channels"
    return str(bot.call("POST", path, {"name": "a", "type": type_}).json()["id"])


def test_a_person_writes(bot: BotClient, simulator: Simulator) -> None:
    info = simulator.info
    sent = simulator.write_message("Hello", user_id=info["player_id"])
    path = f"/channels/{info['channel_id']}/messages"
    assert bot.call("GET", path).json() == [sent]
    assert (sent["content"], sent["author"]["id"]) == ("Hello", info["player_id"])
    assert (sent["author"]["bot"], sent["type"]) == (False, 0)
    assert simulator.write_message("Hello")["author"]["id"] == info["owner_id"]


@pytest.mark.parametrize("type_", [TEXT, VOICE])
def test_the_last_message_of_a_channel(bot: BotClient, simulator: Simulator, type_: int) -> None:
    id_ = made(bot, type_)
    assert channel(bot, id_)["last_message_id"] is None
    written = simulator.write_message("x", channel_id=id_)
    assert channel(bot, id_)["last_message_id"] == written["id"]
    sent = bot.call("POST", f"/channels/{id_}/messages", {"content": "y"}).json()
    assert channel(bot, id_)["last_message_id"] == sent["id"]
    # It may point to a message that is gone, and an edit of the channel does not change it.
    bot.call("DELETE", f"/channels/{id_}/messages/{sent['id']}")
    bot.call("PATCH", f"/channels/{id_}", {"name": "b"})
    listed = bot.call("GET", f"/guilds/{simulator.guild().id}/channels").json()
    assert {c["id"]: c.get("last_message_id") for c in listed}[id_] == sent["id"]
    shown = next(c for c in simulator.snapshot()["channels"] if c["id"] == id_)
    assert shown["last_message_id"] == sent["id"]


@pytest.mark.parametrize("flags", [0, EPHEMERAL])
def test_an_answer_is_the_last_message_unless_it_is_ephemeral(
    bot: BotClient, simulator: Simulator, flags: int
) -> None:
    signed = simulator.build_interaction("c")
    simulator.receive(signed.id, {"type": 4, "data": {"content": "x", "flags": flags}})
    answer = simulator.interaction(signed.id).original
    assert answer is not None
    assert channel(bot)["last_message_id"] == (None if flags else answer.id)


def test_the_last_message_of_a_thread_and_the_last_post_of_a_forum(
    bot: BotClient, simulator: Simulator
) -> None:
    forum = made(bot, FORUM)
    assert channel(bot, forum)["last_message_id"] is None
    post = simulator.add_thread(forum)
    written = simulator.write_message("x", channel_id=post)
    assert channel(bot, post)["last_message_id"] == written["id"]
    assert channel(bot, forum)["last_message_id"] == post
    thread = simulator.add_thread(simulator.info["channel_id"])
    simulator.write_message("x", channel_id=thread)
    assert channel(bot)["last_message_id"] is None


def test_an_interaction_tells_the_channels_last_message(simulator: Simulator) -> None:
    written = simulator.write_message("x")
    body = simulator.build_interaction("c").body
    assert f'"last_message_id": "{written["id"]}"' in body


def refused(simulator: Simulator, **where: Any) -> int:
    """Return the code of the error with which the player may not write."""
    with pytest.raises(DiscordHTTPError) as told:
        simulator.write_message("x", **({"user_id": simulator.info["player_id"]} | where))
    return int(told.value.body["code"])


def test_where_a_person_cannot_write(bot: BotClient, simulator: Simulator) -> None:
    guild, general = simulator.guild(), simulator.info["channel_id"]
    for denied, code in ((SEND_MESSAGES, 50013), (VIEW_CHANNEL, 50001)):
        guild.channels[general].overwrites = {guild.id: Overwrite(guild.id, 0, 0, denied)}
        assert refused(simulator) == code
    for type_ in (CATEGORY, FORUM):
        assert refused(simulator, channel_id=made(bot, type_)) == 50008
    assert refused(simulator, channel_id="1") == 10003
    assert refused(simulator, user_id="1") == 10007
    for content, code in (("x" * 2001, 50035), ("", 50006)):
        with pytest.raises(DiscordHTTPError, match=str(code)):
            simulator.write_message(content)


def test_what_a_person_reads(bot: BotClient, simulator: Simulator) -> None:
    info = simulator.info
    simulator.write_message("one")
    signed = simulator.build_interaction("c", user_id=info["player_id"])
    simulator.receive(signed.id, {"type": 4, "data": {"content": "two", "flags": EPHEMERAL}})
    bot.call("POST", f"/channels/{info['channel_id']}/messages", {"content": "three"})

    def read(user_id: str) -> list[str]:
        return [m["content"] for m in simulator.read_messages(user_id=user_id)]

    assert read(info["player_id"]) == ["one", "two", "three"]
    assert read(info["owner_id"]) == ["one", "three"]
    simulator.guild().everyone.permissions &= ~READ_MESSAGE_HISTORY
    with pytest.raises(DiscordHTTPError, match="50013"):
        read(info["player_id"])


def test_the_commands_that_discord_offers(bot: BotClient, simulator: Simulator) -> None:
    info = simulator.info
    needed = {"everyone": None, "managers": "16", "owners": "0", "writers": "2048"}
    commands = [
        {"name": name, "description": "d", "default_member_permissions": bits}
        for name, bits in needed.items()
    ]
    path = f"/applications/{info['application_id']}"
    assert bot.call("PUT", f"{path}/commands", commands).status_code == 200
    assert simulator.offered_commands() == sorted(needed)
    assert simulator.offered_commands(info["player_id"]) == ["everyone", "writers"]
    # A guild's own command hides the global one of the same name.
    own = commands[0] | {"default_member_permissions": "16"}
    bot.call("PUT", f"{path}/guilds/{info['guild_id']}/commands", [own])
    assert simulator.offered_commands(info["player_id"]) == ["writers"]
