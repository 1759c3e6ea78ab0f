"""Discord's clients send only what a registered command takes.

Discord docs: Interactions > Application Commands (options, subcommands, autocomplete).
"""

import json
from typing import Any

import pytest

from local.simulator import Simulator
from local.simulator.bot_client import BotClient
from local.simulator.interaction_schema import check

SUB, GROUP, STRING, INTEGER, BOOLEAN, USER, NUMBER = 1, 2, 3, 4, 5, 6, 10

pytestmark = pytest.mark.usefixtures("unlimited")


def option(name: str, type_: int, **fields: Any) -> dict[str, Any]:
    return {"name": name, "description": "d", "type": type_} | fields


NAME = option("name", STRING, required=True, autocomplete=True)
REASON = option("reason", STRING, required=True)
CAMPAIGN = [
    option("list", SUB, options=[option("all", BOOLEAN)]),
    option("delete", SUB, options=[NAME, option("owner", USER)]),
    option("more", GROUP, options=[option("show", SUB, options=[NAME, REASON])]),
]
SIZES = [
    option("text", STRING, min_length=2, max_length=3),
    option("count", INTEGER, min_value=1, max_value=7, autocomplete=True),
    option("size", NUMBER, max_value=0.5),
    option("kind", STRING, choices=[{"name": "A", "value": "a"}, {"name": "B", "value": "b"}]),
    option("yes", BOOLEAN),
]


@pytest.fixture(autouse=True)
def _registered(bot: BotClient) -> None:
    path = f"/applications/{bot.simulator.info['application_id']}/commands"
    commands = [
        {"name": "campaign", "description": "d", "options": CAMPAIGN},
        {"name": "sizes", "description": "d", "options": SIZES},
    ]
    assert bot.call("PUT", path, commands).status_code == 200


def data_of(signed: Any) -> Any:
    return json.loads(signed.body)["data"]


def test_a_subcommand_by_its_path(simulator: Simulator) -> None:
    player = simulator.info["player_id"]
    signed = simulator.build_interaction("campaign delete", {"name": "Curse", "owner": player})
    data = data_of(signed)
    assert data["name"] == "campaign"
    [subcommand] = data["options"]
    assert (subcommand["name"], subcommand["type"]) == ("delete", SUB)
    assert subcommand["options"] == [
        {"name": "name", "type": STRING, "value": "Curse"},
        {"name": "owner", "type": USER, "value": player},
    ]
    assert data["resolved"]["members"][player]["roles"] == []
    assert data["resolved"]["users"][player]["username"] == "player"
    given = {"name": "Curse", "reason": "r"}
    nested = data_of(simulator.build_interaction("campaign more show", given))
    assert nested["options"][0]["options"][0]["name"] == "show"


def test_a_subcommand_without_options(simulator: Simulator) -> None:
    signed = simulator.build_interaction("campaign list")
    assert data_of(signed)["options"] == [{"name": "list", "type": SUB, "options": []}]
    shown = data_of(simulator.build_interaction("campaign list", {"all": False}))
    assert shown["options"][0]["options"] == [{"name": "all", "type": BOOLEAN, "value": False}]
    wrong = {"id": "1", "name": "c", "type": 1, "options": [{"name": "list", "type": SUB}]}
    with pytest.raises(ValueError, match="not an interaction of Discord's"):
        check(json.loads(signed.body) | {"data": wrong})


@pytest.mark.parametrize(
    ("command", "options", "told"),
    [
        ("campaign", {}, "one of the subcommands is needed: list, delete, more"),
        ("campaign", {"list": {}, "delete": {"name": "x"}}, "one of the subcommands is needed"),
        ("campaign", {"list": True}, "one of the subcommands is needed"),
        ("campaign more", {}, "one of the subcommands is needed: show"),
        ("campaign undo", {}, "the command has no option undo"),
        ("campaign delete", {}, "the required option name is missing"),
        ("campaign delete", {"name": "x", "x": 1}, "the command has no option x"),
        ("campaign delete", {"name": 7}, "the option name takes no int"),
        ("campaign delete", {"name": "x" * 6001}, "the length of name must be from 0 to 6000"),
        ("campaign delete", {"name": "x", "owner": "7"}, "nothing for the option owner"),
        ("campaign delete", {"name": "x", "owner": True}, "the option owner takes no bool"),
        ("campaign list", {"all": "yes"}, "the option all takes no str"),
        ("sizes", {"text": "x"}, "the length of text must be from 2 to 3"),
        ("sizes", {"text": "xxxx"}, "the length of text must be from 2 to 3"),
        ("sizes", {"count": 0}, "count must be from 1 to 7"),
        ("sizes", {"count": 1.5}, "the option count takes no float"),
        ("sizes", {"count": True}, "the option count takes no bool"),
        ("sizes", {"size": 1}, "size must be from -9007199254740991 to 0.5"),
        ("sizes", {"kind": "c"}, "the option kind has the choices"),
        ("sizes", {"yes": 1}, "the option yes takes no int"),
    ],
)
def test_what_a_user_cannot_enter(
    simulator: Simulator, command: str, options: dict[str, Any], told: str
) -> None:
    with pytest.raises(ValueError, match=told):
        simulator.build_interaction(command, options)


def test_what_a_user_can_enter(simulator: Simulator) -> None:
    given = {"text": "xx", "count": 7, "size": 0, "kind": "b", "yes": True}
    assert len(data_of(simulator.build_interaction("sizes", given))["options"]) == 5
    assert "options" not in data_of(simulator.build_interaction("sizes"))
    hostile = simulator.build_interaction("campaign", {"x": 1}, hostile=True)
    assert data_of(hostile)["options"] == [{"name": "x", "type": INTEGER, "value": 1}]


def test_an_option_is_typed(simulator: Simulator) -> None:
    player = simulator.info["player_id"]
    signed = simulator.build_autocomplete("campaign delete", "name", "Cur", user_id=player)
    payload = json.loads(signed.body)
    assert (payload["type"], payload["member"]["user"]["id"]) == (4, player)
    [subcommand] = payload["data"]["options"]
    typed = {"name": "name", "type": STRING, "value": "Cur", "focused": True}
    assert subcommand["options"] == [typed]
    others = {"name": "old", "owner": player}
    signed = simulator.build_autocomplete("campaign delete", "name", options=others)
    [subcommand] = data_of(signed)["options"]
    assert [o["name"] for o in subcommand["options"]] == ["owner", "name"]
    assert subcommand["options"][1] == typed | {"value": ""}
    # Another required option may still be missing.
    assert simulator.build_autocomplete("campaign more show", "name", "C")
    # The text so far may not be a whole value yet.
    [count] = data_of(simulator.build_autocomplete("sizes", "count", "0"))["options"]
    assert (count["value"], count["focused"]) == ("0", True)


@pytest.mark.parametrize(
    ("command", "focused", "options", "told"),
    [
        ("campaign delete", "owner", {"name": "x"}, "the option owner has no autocomplete"),
        ("sizes", "text", {}, "the option text has no autocomplete"),
        ("sizes", "x", {}, "the command has no option x"),
        ("sizes", "count", {"yes": 1}, "the option yes takes no int"),
        ("campaign", "name", {}, "the command has no option name"),
    ],
)
def test_what_cannot_be_typed(
    simulator: Simulator, command: str, focused: str, options: dict[str, Any], told: str
) -> None:
    with pytest.raises(ValueError, match=told):
        simulator.build_autocomplete(command, focused, "x", options)


def test_the_choices_are_kept(bot: BotClient, simulator: Simulator) -> None:
    choices = [{"name": "Curse of Strahd", "value": "1"}, {"name": "Waterdeep", "value": "2"}]
    signed = simulator.build_autocomplete("campaign delete", "name", "C")
    assert simulator.choices(signed.id) is None
    simulator.receive(signed.id, {"type": 8, "data": {"choices": choices}})
    assert simulator.choices(signed.id) == choices
    called = simulator.build_autocomplete("campaign delete", "name", "Cu")
    path = f"/interactions/{called.id}/{called.token}/callback"
    assert bot.call("POST", path, {"type": 8, "data": {"choices": []}}).status_code == 204
    assert simulator.choices(called.id) == []


@pytest.mark.bad_requests
def test_wrong_choices_are_a_failure(simulator: Simulator) -> None:
    signed = simulator.build_autocomplete("campaign delete", "name", "C")
    many = [{"name": "n", "value": "v"}] * 26
    simulator.receive(signed.id, {"type": 8, "data": {"choices": many}})
    assert simulator.choices(signed.id) is None
    assert simulator.failure(signed.id) == "Loading options failed"
