"""The simulator's messages follow Discord's rules (Discord docs: Resources > Message)."""

from typing import Any

import pytest

from local.simulator import ManualClock, Simulator
from local.simulator.bot_client import BotClient
from local.simulator.guild import Overwrite
from local.simulator.messages import Message
from local.simulator.permissions import (
    EMBED_LINKS,
    MANAGE_MESSAGES,
    SEND_MESSAGES,
    SEND_MESSAGES_IN_THREADS,
    VIEW_CHANNEL,
)
from tests.unit.simulated_channels import CATEGORY, FORUM, create, fields

pytestmark = pytest.mark.usefixtures("unlimited")


def send(bot: BotClient, status: int = 200, channel: str | None = None, **body: Any) -> Any:
    channel = channel or bot.simulator.info["channel_id"]
    answer = bot.call("POST", f"/channels/{channel}/messages", {"content": "x"} | body)
    assert answer.status_code == status, answer.text
    return answer.json()


@pytest.mark.parametrize("nonce", ["1441200000000000000", 7, 0])
def test_an_enforced_nonce_makes_one_message(
    bot: BotClient, simulator: Simulator, clock: ManualClock, nonce: str | int
) -> None:
    first = send(bot, nonce=nonce, enforce_nonce=True)
    assert first["nonce"] == nonce
    clock.sleep(120)
    again = send(bot, content="y", nonce=nonce, enforce_nonce=True)
    assert again == first
    # Nonces are compared per author, not per channel.
    other = bot.call("POST", f"/guilds/{simulator.guild().id}/channels", {"name": "a"}).json()
    assert send(bot, channel=other["id"], nonce=nonce, enforce_nonce=True) == first
    assert len(simulator.world.messages[simulator.info["channel_id"]]) == 1


def test_a_nonce_counts_only_if_enforced_and_for_a_few_minutes(
    bot: BotClient, clock: ManualClock
) -> None:
    first = send(bot, nonce="n")
    second = send(bot, nonce="n")
    assert send(bot, nonce="n", enforce_nonce=True)["id"] == second["id"] != first["id"]
    assert send(bot, nonce="m", enforce_nonce=True)["id"] != second["id"]
    assert send(bot, enforce_nonce=True)["id"] != send(bot, enforce_nonce=True)["id"]
    clock.sleep(180)
    assert send(bot, nonce="n", enforce_nonce=True)["id"] != second["id"]


@pytest.mark.bad_requests
@pytest.mark.parametrize("nonce", ["x" * 26, 1 << 63, True, [1]])
def test_a_nonce_can_be_wrong(bot: BotClient, nonce: Any) -> None:
    answer = send(bot, 400, nonce=nonce, enforce_nonce=True)
    assert (answer["code"], set(answer["errors"])) == (50035, {"nonce"})


@pytest.mark.parametrize("type_", [CATEGORY, FORUM])
def test_no_messages_without_text(bot: BotClient, type_: int) -> None:
    body = {"name": "a", "type": type_}
    path = f"/guilds/{bot.simulator.guild().id}/channels"
    channel = bot.call("POST", path, body).json()["id"]
    assert send(bot, 400, channel)["code"] == 50008


def row(*components: dict[str, Any]) -> dict[str, Any]:
    return {"type": 1, "components": list(components)}


def button(**fields: Any) -> dict[str, Any]:
    return {"type": 2, "style": 1, "custom_id": "c", "label": "l"} | fields


def select(**fields: Any) -> dict[str, Any]:
    options = [{"label": "l", "value": "v"}]
    return {"type": 3, "custom_id": "c", "options": options} | fields


def texts(count: int, length: int = 1) -> list[dict[str, Any]]:
    return [{"type": 10, "content": "x" * length} for _ in range(count)]


def buttons(count: int) -> list[dict[str, Any]]:
    return [button(custom_id=str(number)) for number in range(count)]


V2 = 1 << 15


@pytest.mark.parametrize(
    "body",
    [
        {"embeds": [{"title": "x" * 256, "description": "y" * 4096}]},
        {"embeds": [{"description": "x" * 3000}] * 2},
        {"embeds": [{"fields": [{"name": "x" * 10, "value": "y" * 100}] * 25}]},
        {"embeds": [{"footer": {"text": "x" * 2048}, "author": {"name": "y" * 256}}]},
        {"components": [row(*buttons(5))]},
        {"components": [row(select(options=[{"label": "l", "value": "v"}] * 25))]},
        {"components": [row(button(custom_id="x" * 100, label="y" * 80))]},
        {"components": [row({"type": 2, "style": 5, "url": "https://example.com"})]},
        {"content": None, "flags": V2, "components": texts(40, 100)},
        {"content": None, "flags": V2, "components": [{"type": 17, "components": texts(39)}]},
    ],
)
def test_what_fits(bot: BotClient, body: dict[str, Any]) -> None:
    assert send(bot, **body)


@pytest.mark.bad_requests
@pytest.mark.parametrize(
    ("body", "path", "code"),
    [
        ({"embeds": [{"title": "x"}] * 11}, "embeds", "BASE_TYPE_MAX_LENGTH"),
        ({"embeds": [{"title": "x" * 257}]}, "embeds.0.title", "BASE_TYPE_MAX_LENGTH"),
        ({"embeds": [{"description": "x" * 4097}]}, "embeds.0.description", "BASE_TYPE_MAX_LENGTH"),
        ({"embeds": [{"description": "x" * 3001}] * 2}, "embeds", "MAX_EMBED_SIZE_EXCEEDED"),
        (
            {"embeds": [{"footer": {"text": "x" * 2049}}]},
            "embeds.0.footer.text",
            "BASE_TYPE_MAX_LENGTH",
        ),
        ({"embeds": [{"author": "x"}]}, "embeds.0.author", "MODEL_TYPE_CONVERT"),
        (
            {"embeds": [{"fields": [{"value": "y"}]}]},
            "embeds.0.fields.0.name",
            "BASE_TYPE_REQUIRED",
        ),
        (
            {"embeds": [{"fields": [{"name": "x", "value": "y"}] * 26}]},
            "embeds.0.fields",
            "BASE_TYPE_MAX_LENGTH",
        ),
        ({"components": [row(button())] * 6}, "components", "BASE_TYPE_MAX_LENGTH"),
        ({"components": [row(*buttons(6))]}, "components.0.components", "BASE_TYPE_BAD_LENGTH"),
        ({"components": [row()]}, "components.0.components", "BASE_TYPE_BAD_LENGTH"),
        ({"components": [button()]}, "components.0.type", "UNION_TYPE_CHOICES"),
        ({"components": texts(1)}, "components.0.type", "UNION_TYPE_CHOICES"),
        (
            {"components": [row(button(), button())]},
            "components.0.components.1.custom_id",
            "COMPONENT_CUSTOM_ID_DUPLICATED",
        ),
        (
            {"components": [row(button(custom_id="x" * 101))]},
            "components.0.components.0.custom_id",
            "BASE_TYPE_BAD_LENGTH",
        ),
        (
            {"components": [row(button(label="x" * 81))]},
            "components.0.components.0.label",
            "BASE_TYPE_MAX_LENGTH",
        ),
        (
            {"components": [row(select(options=[{"label": "l", "value": "v"}] * 26))]},
            "components.0.components.0.options",
            "BASE_TYPE_MAX_LENGTH",
        ),
        (
            {"flags": V2, "components": texts(1)},
            "content",
            "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2",
        ),
        (
            {"content": None, "flags": V2, "components": [{"type": 17, "components": texts(40)}]},
            "components",
            "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED",
        ),
        (
            {"content": None, "flags": V2, "components": texts(2, 2001)},
            "components",
            "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED",
        ),
    ],
)
def test_what_does_not_fit(bot: BotClient, body: dict[str, Any], path: str, code: str) -> None:
    answer = send(bot, 400, **body)
    assert answer["code"] == 50035
    node = answer["errors"]
    for part in path.split("."):
        node = node[part]
    assert [error["code"] for error in node["_errors"]] == [code]


def test_embeds_need_their_permission(bot: BotClient, simulator: Simulator) -> None:
    simulator.guild().everyone.permissions &= ~EMBED_LINKS
    assert send(bot, 403, embeds=[{"title": "x"}])["code"] == 50013
    assert send(bot)


def test_messages_are_ones_own(bot: BotClient, simulator: Simulator) -> None:
    mine, channel = send(bot)["id"], simulator.info["channel_id"]
    path = f"/channels/{channel}/messages"
    assert bot.call("PATCH", f"{path}/{mine}", {"content": "y"}).json()["content"] == "y"
    theirs = Message("1", channel, simulator.info["player_id"], 0.0, "z")
    simulator.world.messages[channel].insert(0, theirs)
    assert bot.call("GET", f"{path}/1").json()["content"] == "z"
    assert bot.call("PATCH", f"{path}/1", {"content": "y"}).json()["code"] == 50005
    assert bot.call("DELETE", f"{path}/1").json()["code"] == 50013
    simulator.guild().everyone.permissions |= MANAGE_MESSAGES
    assert bot.call("DELETE", f"{path}/1").status_code == 204
    assert bot.call("DELETE", f"{path}/{mine}").status_code == 204
    assert bot.call("GET", f"{path}/{mine}").json()["code"] == 10008


@pytest.mark.parametrize("kind", ["users", "roles"])
def test_all_or_some_are_mentioned(bot: BotClient, simulator: Simulator, kind: str) -> None:
    wrong = {"allowed_mentions": {"parse": [kind], kind: ["1"]}}
    token = simulator.build_interaction("c", acked=True).token
    original = f"/webhooks/{simulator.info['application_id']}/{token}/messages/@original"
    for answer in (send(bot, 400, **wrong), bot.call("PATCH", original, wrong).json()):
        assert answer["errors"]["allowed_mentions"]["_errors"] == [
            {
                "code": "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE",
                "message": f'parse:["{kind}"] and {kind}: [ids...] are mutually exclusive.',
            }
        ]
    # A falsy value is no error (Discord docs: Resources > Message > Allowed Mentions).
    send(bot, allowed_mentions={"parse": [kind], kind: []})
    other = "roles" if kind == "users" else "users"
    send(bot, allowed_mentions={"parse": [kind], other: ["1"]})


def deny(simulator: Simulator, channel_id: str, permission: int) -> None:
    """Deny everyone a permission in a channel."""
    guild = simulator.guild()
    guild.channels[channel_id].overwrites = {guild.id: Overwrite(guild.id, 0, 0, permission)}


@pytest.mark.parametrize("type_", [10, 11, 12])
def test_in_a_thread_send_messages_means_nothing(
    bot: BotClient, simulator: Simulator, type_: int
) -> None:
    general = simulator.info["channel_id"]
    thread = simulator.add_thread(general, type_=type_)
    own_role = simulator.guild().members[simulator.info["bot_user_id"]].role_ids[0]
    simulator.guild().roles[own_role].permissions &= ~SEND_MESSAGES
    deny(simulator, general, SEND_MESSAGES)
    assert send(bot, 403, channel=general)["code"] == 50013
    message = send(bot, channel=thread)
    assert message["channel_id"] == thread
    assert bot.call("GET", f"/channels/{thread}/messages").json() == [message]
    deny(simulator, general, SEND_MESSAGES_IN_THREADS)
    assert send(bot, 403, channel=thread)["code"] == 50013
    deny(simulator, general, VIEW_CHANNEL)
    assert send(bot, 403, channel=thread)["code"] == 50001


def test_a_post_in_a_forum_takes_messages_as_the_forum_does_not(
    bot: BotClient, simulator: Simulator
) -> None:
    body = {"name": "sheets", "type": FORUM}
    forum = bot.call("POST", f"/guilds/{simulator.guild().id}/channels", body).json()["id"]
    post = simulator.add_thread(forum, name="Elminster")
    assert send(bot, 400, channel=forum)["code"] == 50008
    assert send(bot, channel=post)["content"] == "x"
    shown = bot.call("GET", f"/channels/{post}").json()
    assert (shown["type"], shown["name"], shown["parent_id"]) == (11, "Elminster", forum)
    listed = bot.call("GET", f"/guilds/{simulator.guild().id}/channels").json()
    assert post not in {channel["id"] for channel in listed}
    # Deleting a forum deletes its posts.
    assert bot.call("DELETE", f"/channels/{forum}").status_code == 200
    assert send(bot, 404, channel=post)["code"] == 10003


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
