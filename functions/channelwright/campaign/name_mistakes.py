"""What is wrong with a campaign's name. Pure."""

import unicodedata
from typing import Final

from channelwright.campaign.invisible import has_invisible
from channelwright.campaign.names import BLANK

NAME_LENGTH: Final = 80


def name_mistake(name: str) -> str | None:
    """Say what is wrong with a trimmed campaign name, as the end of a sentence; None if nothing."""
    if has_control_character(name):
        return "has a control character or a line break in it"
    if not any(_is_visible(character) for character in name):
        return "is empty"
    if has_invisible(name):
        return "has a character in it that cannot be seen"
    if len(name) > NAME_LENGTH:
        return f"has {len(name)} characters"
    return None


def has_control_character(text: str) -> bool:
    """Tell whether there is something in a text that is not to be seen, and does something."""
    return any(_is_control(character) for character in text)


def _is_visible(character: str) -> bool:
    # Letters, digits, punctuation and symbols are; a mark without a letter to stand on is not.
    # Discord trims names, so that of blanks alone nothing may be left.
    return unicodedata.category(character)[0] in "LNPS" and character not in BLANK


def _is_control(character: str) -> bool:
    # Cc: control; Cs: half of a surrogate pair; Zl, Zp: line and paragraph separators; and the
    # bidirectional controls, which would turn the rest of every message around.
    return (
        unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"}
        or "\u202a" <= character <= "\u202e"
        or "\u2066" <= character <= "\u2069"
    )
