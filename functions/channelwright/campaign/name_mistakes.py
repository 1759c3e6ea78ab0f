"""Validates a campaign's name, which may have no character that shows nothing. Pure.

People could not tell apart two names that differ only in such characters.

Source: The Unicode Standard, 5.21 Ignoring Characters in Processing; UTS #51, 2.2 and Annex C
(joined emoji, flags of tags); RFC 5892, A.1 and A.2 (joiners between letters).
"""

import re
import unicodedata
from typing import Final

from channelwright.campaign.names import BLANK, selects_variant

NAME_LENGTH: Final = 80
NON_JOINER, JOINER = "\u200c", "\u200d"
# A virama's canonical combining class.
VIRAMA = 9
# Format characters that are visible, such as the Arabic year sign.
_SIGNS = frozenset("\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2")
_MARKS = frozenset("\u034f\u17b4\u17b5")
_MONGOLIAN = frozenset("\u180b\u180c\u180d\u180e\u180f")
_BLACK_FLAG = "\U0001f3f4"
# England, Scotland, Wales: a black flag, the region's letters as tags, and the cancel tag.
_FLAGS = re.compile(
    "|".join(
        _BLACK_FLAG + "".join(chr(0xE0000 + ord(letter)) for letter in region) + "\U000e007f"
        for region in ("gbeng", "gbsct", "gbwls")
    )
)


def name_mistake(name: str) -> str | None:
    """Return what is wrong with a trimmed campaign name, as the end of a sentence, or None."""
    if has_control_character(name):
        return "contains a control character or a line break"
    if not any(_is_visible(character) for character in name):
        return "is empty"
    if _has_invisible(name):
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


def _has_invisible(name: str) -> bool:
    """Return whether a name has a character that shows nothing and changes no neighbour."""
    name = _FLAGS.sub(_BLACK_FLAG, name)
    return any(_shows_nothing(name, at) for at in range(len(name)))


def _shows_nothing(name: str, at: int) -> bool:
    one, before = name[at], name[at - 1 : at]
    if selects_variant(one):
        return not before or selects_variant(before) or before.isspace()
    if one in _MONGOLIAN:
        return not "\u1820" <= before <= "\u18aa"
    if one in {NON_JOINER, JOINER}:
        return not (_joins_emoji(name, at) or _joins_letters(name, at))
    is_format = unicodedata.category(one) == "Cf" and one not in _SIGNS
    return is_format or one in BLANK or one in _MARKS


def _joins_emoji(name: str, at: int) -> bool:
    before = name[:at].rstrip("\ufe0f\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff")
    symbols = (before[-1:], name[at + 1 : at + 2])
    return all(one and unicodedata.category(one) == "So" for one in symbols)


def _joins_letters(name: str, at: int) -> bool:
    """Return whether the letters beside a joiner need it.

    They do after a virama (Hindi, Malayalam). In Persian, a non-joiner separates Arabic letters.
    """
    before, after = name[at - 1 : at], name[at + 1 : at + 2]
    if before and unicodedata.combining(before) == VIRAMA:
        return True
    return name[at] == NON_JOINER and all(
        one and unicodedata.bidirectional(one) == "AL" for one in (before, after)
    )
