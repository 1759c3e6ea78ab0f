"""Discord's answers on the registration: their form, and whether the commands are ours."""

import pytest

from channelwright.commands.table import DEFINITIONS
from channelwright.setup.registered import (
    are_commands,
    beside_entry_point,
    is_application,
    same_commands,
)

OPTION = DEFINITIONS[0]["options"][0]
# Discord adds fields to a command.
AS_ANSWERED = DEFINITIONS[0] | {
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
        OPTION | {"autocomplete": False, "name_localizations": None, "choices": [], "new": 1},
        *DEFINITIONS[0]["options"][1:],
    ],
}


def test_what_discord_adds_makes_no_difference():
    assert same_commands([AS_ANSWERED, *DEFINITIONS[1:]])


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
    assert not same_commands([AS_ANSWERED, *DEFINITIONS[1:], AS_ANSWERED | {"name": "other"}])
    assert not same_commands([AS_ANSWERED | {"name": "other"}, *DEFINITIONS[1:]])


LAUNCH = {"name": "launch", "type": 4, "handler": 2, "contexts": [0], "description": ""}


def test_an_entry_point_command_is_not_compared():
    assert same_commands([LAUNCH, AS_ANSWERED, *DEFINITIONS[1:]])
    assert same_commands([LAUNCH], [])
    assert not same_commands([LAUNCH])
    assert not same_commands([LAUNCH | {"type": 2}, AS_ANSWERED, *DEFINITIONS[1:]])


def test_an_entry_point_command_is_sent_back_as_discord_takes_it():
    added = {"id": "1", "application_id": "2", "version": "3", "dm_permission": None, "nsfw": False}
    localized = {"name_localizations": {"de": "starten"}, "description_localizations": None}
    said = LAUNCH | added | localized | {"default_member_permissions": None, "options": []}
    kept = {"name": "launch", "type": 4, "handler": 2, "contexts": [0]}
    kept |= {"name_localizations": {"de": "starten"}}
    assert beside_entry_point(DEFINITIONS, [AS_ANSWERED, said]) == [*DEFINITIONS, kept]
    assert beside_entry_point([], [AS_ANSWERED]) == []


APPLICATION = {"id": "1", "name": "A", "verify_key": "ab", "interactions_endpoint_url": None}


def test_an_application_is_known_by_what_is_needed_of_it():
    assert is_application(APPLICATION)
    assert is_application(APPLICATION | {"new": 1, "integration_types_config": {"0": {}}})
    del (without := dict(APPLICATION))["interactions_endpoint_url"]
    assert is_application(without)


@pytest.mark.parametrize("field", ["id", "name", "verify_key"])
@pytest.mark.parametrize("value", [None, 7, ["x"], {}])
def test_without_it_it_is_none(field, value):
    assert not is_application(APPLICATION | {field: value})
    assert not is_application({k: v for k, v in APPLICATION.items() if k != field})


@pytest.mark.parametrize(
    "said",
    [
        *(None, [], [APPLICATION], "application", 7, {}),
        APPLICATION | {"interactions_endpoint_url": 7},
        APPLICATION | {"integration_types_config": 7},
    ],
)
def test_anything_else_is_no_application(said):
    assert not is_application(said)


def test_commands_are_a_list_of_what_has_a_name():
    assert are_commands([])
    assert are_commands([AS_ANSWERED])
    for said in (
        None,
        {},
        {"name": "x"},
        "x",
        [None],
        ["x"],
        [{}],
        [{"name": None}],
        [AS_ANSWERED, 7],
    ):
        assert not are_commands(said), said
