"""The answers about an archive fit into a message, whatever they have to name."""

import pytest

from channelwright.words import archives
from channelwright.words.text import CONTENT_LENGTH

NAME, REASON = "*" * 80, "x" * 400
MANY = [f"<#{10**18 + n}> (**{'n' * 100}**)" for n in range(51)]
WHO = {one: [f"<@&{10**18 + n}>" for n in range(9)] for one in MANY}
FOUND = [
    *archives.changed(WHO, moved=True),
    *archives.deleted(["*" * 100] * 50),
    *archives.still_allowed(WHO),
    *archives.of_others(MANY),
]


@pytest.mark.parametrize(
    ("said", "last"),
    [
        (archives.archived(NAME, 50, FOUND, moved=True), "use `/campaign unarchive`."),
        (archives.unarchived(NAME, FOUND), "more."),
        (archives.not_unarchived(NAME, REASON, MANY, FOUND), "use `/campaign unarchive`."),
        (archives.not_archived(NAME, REASON, MANY, FOUND), "use `/campaign unarchive`."),
        (archives.not_archived(NAME, REASON, [], FOUND), "as it was before."),
    ],
)
def test_every_sentence_is_there_and_long_lists_are_counted(said, last):
    assert len(said) <= CONTENT_LENGTH
    assert said.endswith(last)
    for what in (
        "Somebody changed these",
        "Deleted by somebody",
        "❗ Not read-only",
        "others made",
    ):
        assert what in said
    assert "… and " in said


def test_what_there_is_not_is_not_said():
    assert archives.changed({}, moved=False) == []
    assert archives.changed({}, moved=True) == [
        ("Somebody changed these, so they stay as they are", ["the category's place"])
    ]
    assert archives.deleted([]) == archives.still_allowed({}) == archives.of_others([]) == []
    said = archives.archived("Strahd", 3, [], moved=False)
    assert "Its 3 channels are read-only now.\n" in said


def test_whom_an_overwrite_is_for():
    assert archives.role_or_member("1", is_member=False, guild_id="1") == "@everyone"
    assert archives.role_or_member("2", is_member=False, guild_id="1") == "<@&2>"
    assert archives.role_or_member("2", is_member=True, guild_id="1") == "<@2>"
