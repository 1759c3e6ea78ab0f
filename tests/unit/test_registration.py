"""When the commands that Discord has are ours."""

from channelwright.commands import COMMANDS
from channelwright.registration import same_commands

OPTION = COMMANDS[0]["options"][0]
# What Discord adds to a command.
AS_ANSWERED = COMMANDS[0] | {
    "id": "1",
    "application_id": "2",
    "version": "3",
    "dm_permission": False,
    "nsfw": False,
    "name_localizations": None,
    "description_localizations": None,
    "handler": 1,
    "something_new": {"x": [1]},
    "options": [
        OPTION | {"autocomplete": False, "name_localizations": None, "choices": [], "new": 1}
    ],
}


def test_what_discord_adds_makes_no_difference():
    assert same_commands([AS_ANSWERED])


def test_neither_does_an_order_or_a_default():
    one = {"name": "one", "description": "x", "contexts": [0, 1]}
    two = {"name": "two", "description": "y", "type": 1, "integration_types": [0]}
    said = [two, one | {"contexts": [1, 0], "type": 1, "options": None}]
    assert same_commands(said, [one, {"name": "two", "description": "y"}])


def test_zero_is_said():
    ours = {"name": "one", "options": [OPTION | {"min_value": 0}]}
    assert not same_commands([{"name": "one", "options": [OPTION]}], [ours])


def test_other_words_in_a_language_are_other_commands():
    ours, registered = (
        {"name": "one", "name_localizations": {"de": word}} for word in ("eins", "zwei")
    )
    assert not same_commands([registered], [ours])
    assert same_commands([ours], [ours])


def test_another_number_or_name_of_commands_is_another():
    assert not same_commands([])
    assert not same_commands([AS_ANSWERED, AS_ANSWERED | {"name": "other"}])
    assert not same_commands([AS_ANSWERED | {"name": "other"}])
