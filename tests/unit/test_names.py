"""Names that people would call the same, and Discord's changes to a name."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelwright.campaign.names import are_the_same, is_kept_as
from local.simulator.name_forms import FORMS

NFC, NFD = "Café", "Cafe\u0301"

SAME = [
    ("Strahd", "STRAHD"),
    ("Straße", "STRASSE"),
    ("ΣΊΣΥΦΟΣ", "σίσυφος"),
    (NFC, NFD),
    (NFC.upper(), NFD),
    ("Curse of Strahd", " Curse  of\u00a0Strahd "),
    ("Curse of Strahd", "Curse of\u2003Strahd"),
    ("Curse of Strahd", "Curse\u2800of Strahd"),
    ("❤️ Love", "❤ Love"),
    ("葛\U000e0100", "葛"),
    ("Strahd\u200b", "Strahd"),
    ("Ｓｔｒａｈｄ", "Strahd"),
    ("Volume ②", "Volume 2"),
    ("ﬁre", "fire"),
    ("Strаhd", "Strahd"),  # with a Cyrillic a
    ("МАТСН", "MATCH"),
    ("ΡΟΡΕ", "pope"),
    ("cafе\u0301", "café"),
]
OTHERS = [
    ("Strahd", "Strahd 2"),
    ("Käse", "Kase"),
    ("Сага", "Saga"),
    ("Игра", "Игры"),
    ("Curse of Strahd", "CurseofStrahd"),
    ("🐉", "🐲"),
    (
        "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
        "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",
    ),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_a_person_would_call_them_the_same(one, other):
    assert are_the_same(one, other)
    assert are_the_same(other, one)


@pytest.mark.parametrize(("one", "other"), OTHERS)
def test_a_person_would_tell_them_apart(one, other):
    assert not are_the_same(one, other)
    assert not is_kept_as(one, other)


@pytest.mark.parametrize("form", FORMS)
@given(st.text(min_size=1, max_size=80))
def test_whatever_discord_keeps_of_a_name_is_known_again(form, name):
    kept = FORMS[form](name).strip()
    assert is_kept_as(name, kept)
    assert are_the_same(name, kept)


def test_discord_does_not_fold_case():
    assert not is_kept_as("Strahd", "STRAHD")


@given(st.text(max_size=80), st.sampled_from([str.lower, str.upper, str.title, str.casefold]))
def test_what_is_kept_so_is_the_same_to_a_person(name, change):
    assert are_the_same(name, unicodedata.normalize("NFD", name))
    assert are_the_same(name.casefold(), name)
    if is_kept_as(name, change(name)):
        assert are_the_same(name, change(name))
