"""The simulator takes the components that Discord takes (Discord docs: Components > Reference)."""

from typing import Any

import pytest

from local.simulator import Simulator
from local.simulator.bot_client import BotClient
from tests.components import EPHEMERAL, button, container, link, row, section, text, users

V2 = 1 << 15
LENGTH, LONG, REQUIRED = "BASE_TYPE_BAD_LENGTH", "BASE_TYPE_MAX_LENGTH", "BASE_TYPE_REQUIRED"
TYPE = "UNION_TYPE_CHOICES"

pytestmark = pytest.mark.usefixtures("unlimited")


def place_of(simulator: Simulator) -> str:
    return f"/channels/{simulator.info['channel_id']}/messages"


def send(bot: BotClient, components: list[Any], *, v2: bool) -> Any:
    body = {"flags": V2} if v2 else {"content": "x"}
    return bot.call("POST", place_of(bot.simulator), body | {"components": components})


@pytest.mark.parametrize("style", [1, 2, 3, 4])
def test_a_message_keeps_its_buttons(bot: BotClient, style: int) -> None:
    given = [
        row(button(style=style, disabled=True), link(emoji=None)),
        row(users(min_values=0, required=True)),
    ]
    sent = send(bot, given, v2=False).json()
    assert sent["components"] == [
        {
            "type": 1,
            "id": 1,
            "components": [button(style=style, disabled=True) | {"id": 2}, link() | {"id": 3}],
        },
        {
            "type": 1,
            "id": 4,
            "components": [users() | {"id": 5, "min_values": 0, "max_values": 1}],
        },
    ]
    path = f"{place_of(bot.simulator)}/{sent['id']}"
    assert bot.call("GET", path).json()["components"] == sent["components"]
    kept = bot.call("PATCH", path, {"content": "y"}).json()
    assert kept["components"] == sent["components"]
    assert bot.call("PATCH", path, {"components": []}).json()["components"] == []


def test_ids_are_those_that_are_free(bot: BotClient) -> None:
    given = [row(button(id=1), link(id=0)), row(users(id=4))]
    [first, second] = send(bot, given, v2=False).json()["components"]
    assert [first["id"], *(one["id"] for one in first["components"])] == [2, 1, 3]
    assert [second["id"], second["components"][0]["id"]] == [5, 4]


@pytest.mark.parametrize(
    "components",
    [
        [text("x" * 4000)],
        [section(text(), text(), text())],
        [{"type": 14, "spacing": 2, "divider": False}, text()],
        [container(text(), section(text()), row(users()), {"type": 14}, accent_color=0xFFFFFF)],
        [container(*[text()] * 39)],
        [row(button(custom_id=str(number))) for number in range(20)],
    ],
)
def test_what_a_message_of_components_takes(bot: BotClient, components: list[Any]) -> None:
    assert send(bot, components, v2=True).status_code == 200


def problems(answer: Any) -> dict[str, str]:
    """Return the codes of a 50035 by their dotted paths."""
    assert (answer.status_code, answer.json()["code"]) == (400, 50035)
    found: dict[str, str] = {}

    def walk(node: dict[str, Any], path: str) -> None:
        for key, inner in node.items():
            if key == "_errors":
                found[path] = inner[0]["code"]
            else:
                walk(inner, f"{path}.{key}" if path else key)

    walk(answer.json()["errors"], "")
    return found


EXCLUSIVE = "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE"
WIDTH, DUPLICATED = "COMPONENT_LAYOUT_WIDTH_EXCEEDED", "COMPONENT_CUSTOM_ID_DUPLICATED"


@pytest.mark.bad_requests
@pytest.mark.parametrize(
    ("component", "expected"),
    [
        (button(style=0), {"style": "BASE_TYPE_CHOICES"}),
        (button(style=None), {"style": REQUIRED}),
        (button(custom_id=None), {"custom_id": "BUTTON_COMPONENT_CUSTOM_ID_REQUIRED"}),
        (button(custom_id=""), {"custom_id": "BUTTON_COMPONENT_CUSTOM_ID_REQUIRED"}),
        (button(custom_id="x" * 101), {"custom_id": LENGTH}),
        (button(label="x" * 81), {"label": LONG}),
        (button(disabled=1), {"disabled": "BOOLEAN_TYPE_CONVERT"}),
        (button(id="a"), {"id": "NUMBER_TYPE_COERCE"}),
        (button(url="https://a.example"), {"custom_id": EXCLUSIVE, "url": EXCLUSIVE}),
        (link(custom_id="c"), {"custom_id": EXCLUSIVE, "url": EXCLUSIVE}),
        (link(url=None), {"url": REQUIRED}),
        (link(url="https://a.example/" + "x" * 500), {"url": LENGTH}),
        (link(url="ftp://a.example"), {"url": "URL_TYPE_INVALID_SCHEME"}),
        (link(url="https://["), {"url": "URL_TYPE_INVALID_URL"}),
        (users(custom_id=None), {"custom_id": REQUIRED}),
        (users(placeholder="x" * 151), {"placeholder": LONG}),
        (users(min_values=-1), {"min_values": "NUMBER_TYPE_MIN"}),
        (users(min_values=26), {"min_values": "NUMBER_TYPE_MAX"}),
        (users(max_values=0), {"max_values": "NUMBER_TYPE_MIN"}),
        (users(max_values=26), {"max_values": "NUMBER_TYPE_MAX"}),
        (users(disabled="no"), {"disabled": "BOOLEAN_TYPE_CONVERT"}),
        (text(), {"type": TYPE}),
        (row(button()), {"type": TYPE}),
    ],
)
def test_what_a_row_refuses(
    bot: BotClient, component: dict[str, Any], expected: dict[str, str]
) -> None:
    answer = send(bot, [row(component)], v2=False)
    where = "components.0.components.0"
    assert problems(answer) == {f"{where}.{field}": code for field, code in expected.items()}


@pytest.mark.bad_requests
@pytest.mark.parametrize(
    ("components", "path", "code"),
    [
        ([row(button(custom_id=str(n))) for n in range(6)], "components", LONG),
        ([row(*[button(custom_id=str(n)) for n in range(6)])], "components.0.components", LENGTH),
        ([row()], "components.0.components", LENGTH),
        ([row(users(), button())], "components.0.components.1", WIDTH),
        ([row(button(), users())], "components.0.components.1", WIDTH),
        ([row(users(), users(custom_id="v"))], "components.0.components.1", WIDTH),
        (
            [row(button()), row(users(custom_id="c"))],
            "components.1.components.0.custom_id",
            DUPLICATED,
        ),
        ([button()], "components.0.type", TYPE),
        ([text()], "components.0.type", TYPE),
    ],
)
def test_what_a_message_with_rows_refuses(
    bot: BotClient, components: list[Any], path: str, code: str
) -> None:
    assert problems(send(bot, components, v2=False)) == {path: code}


@pytest.mark.bad_requests
@pytest.mark.parametrize(
    ("components", "path", "code"),
    [
        ([text("")], "components.0.content", REQUIRED),
        ([text("x" * 2001)] * 2, "components", "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED"),
        ([section()], "components.0.components", LENGTH),
        ([section(*[text()] * 4)], "components.0.components", LENGTH),
        ([section(button())], "components.0.components.0.type", TYPE),
        ([section(text(), accessory=None)], "components.0.accessory", REQUIRED),
        ([section(text(), accessory=users())], "components.0.accessory.type", TYPE),
        ([section(text()), row(button())], "components.1.components.0.custom_id", DUPLICATED),
        ([{"type": 14, "spacing": 3}], "components.0.spacing", "BASE_TYPE_CHOICES"),
        ([{"type": 14, "divider": 1}], "components.0.divider", "BOOLEAN_TYPE_CONVERT"),
        ([container()], "components.0.components", LENGTH),
        ([container(container(text()))], "components.0.components.0.type", TYPE),
        ([container(text(), accent_color=1 << 24)], "components.0.accent_color", "NUMBER_TYPE_MAX"),
        ([container(text(), spoiler=1)], "components.0.spoiler", "BOOLEAN_TYPE_CONVERT"),
        ([container(*[text()] * 40)], "components", "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED"),
        ([text()] * 41, "components", "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED"),
        ([button()], "components.0.type", TYPE),
    ],
)
def test_what_a_message_of_components_refuses(
    bot: BotClient, components: list[Any], path: str, code: str
) -> None:
    assert problems(send(bot, components, v2=True)) == {path: code}


LEGACY = "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2"


@pytest.mark.parametrize("legacy", [{"content": "x"}, {"embeds": [{"title": "x"}]}])
def test_components_replace_content_and_embeds(bot: BotClient, legacy: dict[str, Any]) -> None:
    [name] = legacy
    path = place_of(bot.simulator)
    body = {"flags": V2, "components": [text()]}
    assert problems(bot.call("POST", path, body | legacy)) == {name: LEGACY}
    # An edit has to remove what the message has.
    message = f"{path}/{bot.call('POST', path, legacy).json()['id']}"
    assert problems(bot.call("PATCH", message, body)) == {name: LEGACY}
    edited = bot.call("PATCH", message, body | {"content": None, "embeds": []}).json()
    assert (edited["flags"], edited["content"], edited["embeds"]) == (V2, "", [])
    assert problems(bot.call("PATCH", message, legacy)) == {name: LEGACY}


def test_the_flag_stays(bot: BotClient) -> None:
    path = place_of(bot.simulator)
    sent = bot.call("POST", path, {"flags": V2, "components": [text()]}).json()
    message = f"{path}/{sent['id']}"
    refused = bot.call("PATCH", message, {"flags": 0, "content": "x", "components": []})
    assert problems(refused) == {"flags": "MESSAGE_CANNOT_REMOVE_COMPONENTS_V2_FLAG"}
    edited = bot.call("PATCH", message, {"components": [text("y")]}).json()
    assert (edited["flags"], edited["components"][0]["content"]) == (V2, "y")
    shown = bot.call("PATCH", message, {"flags": V2 | 4}).json()
    assert shown["flags"] == V2 | 4
    assert bot.call("PATCH", message, {"flags": V2}).json()["flags"] == V2


def test_a_deferred_answer_becomes_one_of_components(bot: BotClient, simulator: Simulator) -> None:
    signed = simulator.build_interaction("c")
    simulator.receive(signed.id, {"type": 5, "data": {"flags": EPHEMERAL}})
    application = simulator.info["application_id"]
    path = f"/webhooks/{application}/{signed.token}/messages/@original"
    body = {"flags": V2, "components": [container(text(), row(button(style=4)))]}
    assert bot.call("PATCH", path, body).json()["flags"] == V2 | EPHEMERAL
    [version] = simulator.messages(signed.id)
    assert version["components"][0]["components"][1]["components"][0]["custom_id"] == "c"
    followup = bot.call("POST", f"/webhooks/{application}/{signed.token}", body).json()
    assert (followup["flags"], followup["components"][0]["type"]) == (V2, 17)
