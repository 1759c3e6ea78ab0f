"""Validates a campaign's name. Pure."""

import unicodedata
from typing import Final

from channelwright.campaign.invisible import has_invisible
from channelwright.campaign.names import BLANK

NAME_LENGTH: Final = 80


def name_mistake(name: str) -> str | None:
    """Return what is wrong with a trimmed campaign name, as the end of a sentence, or None."""
    if has_control_character(name):
        return "contains a control character or a line break"
    if not any(_is_visible(character) for character in name):
        return "is empty"
    if has_invisible(name):
        return "contains an invisible character"
    if len(name) > NAME_LENGTH:
        return f"has {len(name)} characters"
    return None


def has_control_character(text: str) -> bool:
    """Return whether a text has a character that is invisible but has an effect."""
    return any(_is_control(character) for character in text)


def _is_visible(character: str) -> bool:
    # Letters, digits, punctuation and symbols are visible; a mark without a base letter is not.
    # Discord trims names, which may leave nothing of a name of blanks.
    return unicodedata.category(character)[0] in "LNPS" and character not in BLANK


def _is_control(character: str) -> bool:
    # Cc: control; Cs: half of a surrogate pair; Zl, Zp: line and paragraph separators; and the
    # bidirectional controls, which would reorder the rest of every message.
    return (
        unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"}
        or "\u202a" <= character <= "\u202e"
        or "\u2066" <= character <= "\u2069"
    )
