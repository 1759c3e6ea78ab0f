"""The simulator refuses the commands that Discord refuses.

Discord docs: Interactions > Application Commands.
"""

from typing import Any

import pytest

from local.simulator import Simulator
from local.simulator.bot_client import BotClient

STRING, INTEGER = 3, 4

pytestmark = pytest.mark.usefixtures("unlimited")


@pytest.fixture(params=["", "/guilds/{guild_id}"])
def path(request: pytest.FixtureRequest, simulator: Simulator) -> str:
    """The path of the application's own commands, or of a guild's."""
    where = request.param.format(guild_id=simulator.guild().id)
    return f"/applications/{simulator.info['application_id']}{where}/commands"


def command(name: str = "c", *options: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {"name": name, "description": "d", "options": list(options)} | fields


def option(name: str = "o", type_: int = STRING, **fields: Any) -> dict[str, Any]:
    return {"name": name, "description": "d", "type": type_} | fields


def context_menu(name: str, type_: int) -> dict[str, Any]:
    return {"name": name, "type": type_}


def refused(answer: Any, *place: str) -> str:
    """Return the code of the only error, which is at `place` in the body's errors."""
    assert (answer.status_code, answer.json()["code"]) == (400, 50035)
    node = answer.json()["errors"]
    for part in place:
        assert set(node) == {part}
        node = node[part]
    return str(node["_errors"][0]["code"])


RANGE, LONG, TYPE = "NUMBER_TYPE_MIN", "BASE_TYPE_BAD_LENGTH", "BASE_TYPE_CHOICES"
MIXED = "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID"
SUB, GROUP, BOOLEAN, USER = 1, 2, 5, 6


def choice(value: str) -> dict[str, Any]:
    return {"name": "n", "value": value}


@pytest.mark.parametrize(
    ("options", "place", "code"),
    [
        ([option(type_=STRING, choices=[choice("x" * 101)])], "0.choices.0.value", LONG),
        ([option(type_=STRING, choices=[choice("")])], "0.choices.0.value", "BASE_TYPE_REQUIRED"),
        (
            [option("a"), option("b", required=True)],
            "1",
            "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID",
        ),
        ([option("a"), option("b"), option("a")], "2", "APPLICATION_COMMAND_OPTIONS_NAME_INVALID"),
        ([option(type_=INTEGER, min_value=2, max_value=1)], "0.max_value", RANGE),
        ([option(type_=10, min_value=0.5, max_value=0.25)], "0.max_value", RANGE),
        ([option(min_length=3, max_length=2)], "0.max_length", RANGE),
        (
            [option(autocomplete=True, choices=[{"name": "n", "value": "v"}])],
            "0.autocomplete",
            "APPLICATION_COMMAND_OPTIONS_AUTOCOMPLETE_INVALID",
        ),
    ],
)
def test_options_that_discord_refuses(
    bot: BotClient, path: str, options: list[dict[str, Any]], place: str, code: str
) -> None:
    inner = ("options", *place.split("."))
    assert refused(bot.call("POST", path, command("c", *options)), *inner) == code
    listed = bot.call("PUT", path, [command("b"), command("c", *options)])
    assert refused(listed, "1", *inner) == code
    within = command("c", option("s", 1, options=options))
    assert refused(bot.call("POST", path, within), "options", "0", *inner) == code
    assert bot.call("GET", path).json() == []


@pytest.mark.bad_requests
@pytest.mark.parametrize(
    ("options", "place", "code"),
    [
        ([option("a", SUB), option("b")], "1", MIXED),
        ([option("a"), option("b", GROUP)], "1", MIXED),
        ([option("a", SUB, options=[option("b", SUB)])], "0.options.0.type", TYPE),
        ([option("a", SUB, options=[option("b", GROUP)])], "0.options.0.type", TYPE),
        ([option("a", GROUP, options=[option("b")])], "0.options.0.type", TYPE),
        ([option("a", GROUP, options=[option("b", GROUP)])], "0.options.0.type", TYPE),
        ([option(str(n), SUB) for n in range(26)], "", "BASE_TYPE_MAX_LENGTH"),
        ([option("a", SUB, options=[option(str(n)) for n in range(26)])], "0.options", None),
        ([option("a", SUB), option("a", SUB)], "1", "APPLICATION_COMMAND_OPTIONS_NAME_INVALID"),
        ([option("A", SUB)], "0.name", "APPLICATION_COMMAND_INVALID_NAME"),
    ],
)
def test_subcommands_that_discord_refuses(
    bot: BotClient, path: str, options: list[dict[str, Any]], place: str, code: str | None
) -> None:
    answer = bot.call("POST", path, command("c", *options))
    inner = place.split(".") if place else []
    assert refused(answer, "options", *inner) == (code or "BASE_TYPE_MAX_LENGTH")


def test_a_command_with_subcommands(bot: BotClient, path: str) -> None:
    name = option("name", required=True, autocomplete=True)
    options = [
        option("list", SUB),
        option("show", SUB, options=[name, option("who", USER), option("all", BOOLEAN)]),
        option("more", GROUP, options=[option("delete", SUB, options=[name])]),
    ]
    made = bot.call("POST", path, command("campaign", *options)).json()
    assert made["options"] == options
    # Everyone may use a command that says nothing of permissions.
    assert made["default_member_permissions"] is None
    limited = bot.call("PATCH", f"{path}/{made['id']}", {"default_member_permissions": "16"})
    assert limited.json()["default_member_permissions"] == "16"
    freed = bot.call("PATCH", f"{path}/{made['id']}", {"default_member_permissions": None})
    assert freed.json()["default_member_permissions"] is None


def test_a_command_may_be_too_long(bot: BotClient, path: str) -> None:
    full = [{"name": "n" * 100, "value": f"{n:0100}"} for n in range(25)]
    first, second = option("a", choices=full), option("b", choices=full[:14])

    def long(length: int) -> dict[str, Any]:
        third, fourth = (option(n, description="d" * d) for n, d in (("e", 100), ("f", length)))
        return command("c", first, second, third, fourth)

    most = long(92)
    assert bot.call("POST", path, most).status_code == 201
    code = "APPLICATION_COMMAND_TOO_LARGE"
    assert refused(bot.call("POST", path, long(93))) == code
    assert refused(bot.call("PUT", path, [command("b"), long(93)]), "1") == code
    # Of a name or a description in several languages, the longest counts.
    most["description_localizations"] = {"de": "d", "fr": "d"}
    assert bot.call("POST", path, most).status_code == 200
    most["description_localizations"] = {"de": "dd"}
    assert refused(bot.call("POST", path, most)) == code


@pytest.mark.bad_requests
@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"min_length": -1}, "min_length"),
        ({"max_length": 6001}, "max_length"),
        ({"type_": INTEGER, "min_value": "1"}, "min_value"),
        ({"type_": INTEGER, "max_value": True}, "max_value"),
        ({"autocomplete": 1}, "autocomplete"),
        ({"required": 1}, "required"),
    ],
)
def test_an_options_fields_may_be_wrong(
    bot: BotClient, path: str, fields: dict[str, Any], field: str
) -> None:
    answer = bot.call("POST", path, command("c", option(**fields)))
    assert refused(answer, "options", "0", field)


def test_options_that_discord_takes(bot: BotClient, path: str) -> None:
    choice = {"name": "n", "value": "v"}
    options = [
        option("a", required=True, min_length=1, max_length=1),
        option("b", INTEGER, required=True, min_value=-1, max_value=-1),
        option("c", choices=[choice], autocomplete=False),
        option("d", choices=[], autocomplete=True),
        option("e", INTEGER, min_value=7),
    ]
    subcommands = [option(name, 1, options=options) for name in ("s", "t")]
    given = [command("c", *options), command("d", *subcommands)]
    assert bot.call("PUT", path, given).status_code == 200


def test_two_commands_of_one_name(bot: BotClient, path: str) -> None:
    given = [command("b"), command("c"), command("c")]
    assert refused(bot.call("PUT", path, given), "2") == "APPLICATION_COMMANDS_DUPLICATE_NAME"
    given = [context_menu("X y", 2)] * 2
    assert refused(bot.call("PUT", path, given), "1") == "APPLICATION_COMMANDS_DUPLICATE_NAME"
    made = bot.call("PUT", path, [command("b"), command("c")]).json()
    renamed = bot.call("PATCH", f"{path}/{made[0]['id']}", {"name": "c"})
    assert refused(renamed, "name") == "APPLICATION_COMMANDS_DUPLICATE_NAME"
    assert bot.call("PATCH", f"{path}/{made[0]['id']}", {"name": "b"}).status_code == 200


@pytest.fixture
def own_path(simulator: Simulator) -> str:
    """The path of the application's own commands, among them an Entry Point command."""
    return f"/applications/{simulator.info['application_id']}/commands"


def test_a_list_without_the_entry_point_command_is_refused(bot: BotClient, own_path: str) -> None:
    launch = {"name": "launch", "type": 4, "handler": 2}
    made = bot.call("POST", own_path, launch).json()
    assert (made["type"], made["handler"]) == (4, 2)
    for given in ([], [command("c")], [context_menu("launch", 2)]):
        refusal = bot.call("PUT", own_path, given)
        assert (refusal.status_code, refusal.json()["code"]) == (400, 50240)
        assert "Entry Point command" in refusal.json()["message"]
        assert bot.call("GET", own_path).json()[0]["id"] == made["id"]
    kept = bot.call("PUT", own_path, [command("c"), launch])
    assert [one["name"] for one in kept.json()] == ["c", "launch"]
    assert kept.json()[1]["id"] == made["id"]
    assert bot.call("DELETE", f"{own_path}/{made['id']}").status_code == 204
    assert bot.call("PUT", own_path, []).status_code == 200


@pytest.mark.bad_requests
def test_an_entry_point_is_opened_by_discord_or_by_the_application(
    bot: BotClient, own_path: str
) -> None:
    launch = {"name": "launch", "type": 4, "handler": 3}
    assert refused(bot.call("POST", own_path, launch), "handler")


def test_a_list_says_names_in_other_languages_only_if_asked(bot: BotClient, path: str) -> None:
    words = {"name_localizations": {"de": "wort"}}
    given = [command("c", option("o") | words) | words]
    assert bot.call("PUT", path, given).status_code == 200
    [told] = bot.call("GET", path).json()
    assert "name_localizations" not in told
    assert "name_localizations" not in told["options"][0]
    [told] = bot.call("GET", f"{path}?with_localizations=true").json()
    assert told["name_localizations"] == told["options"][0]["name_localizations"] == {"de": "wort"}


def test_commands_of_one_name_and_different_types(
    bot: BotClient, simulator: Simulator, path: str
) -> None:
    given = [context_menu("c", 2), context_menu("c", 3), command("c")]
    made = bot.call("PUT", path, given).json()
    assert len({one["id"] for one in made}) == 3
    again = bot.call("PUT", path, given[::-1]).json()
    assert [one["id"] for one in again] == [one["id"] for one in made[::-1]]
    posted = bot.call("POST", path, context_menu("c", 3))
    assert (posted.status_code, posted.json()["id"]) == (200, made[1]["id"])
    # Users type only slash commands.
    assert made[2]["id"] in simulator.build_interaction("c").body
