"""Finds characters that show nothing, so that people could not tell two names apart. Pure.

Source: The Unicode Standard, 5.21 Ignoring Characters in Processing; UTS #51, 2.2 and Annex C
(joined emoji, flags of tags); RFC 5892, A.1 and A.2 (joiners between letters).
"""

import re
import unicodedata

from channelwright.campaign.names import BLANK

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
    _BLACK_FLAG
    + "(?:{})".format(
        "|".join(
            "".join(chr(0xE0000 + ord(letter)) for letter in region)
            for region in ("gbeng", "gbsct", "gbwls")
        )
    )
    + "\U000e007f"
)


def has_invisible(name: str) -> bool:
    """Return whether a name has a character that shows nothing and changes no neighbour."""
    name = _FLAGS.sub(_BLACK_FLAG, name)
    return any(_shows_nothing(name, at) for at in range(len(name)))


def _shows_nothing(name: str, at: int) -> bool:
    one, before = name[at], name[at - 1 : at]
    if _selects_variant(one):
        return not before or _selects_variant(before) or before.isspace()
    if one in _MONGOLIAN:
        return not "\u1820" <= before <= "\u18aa"
    if one in {NON_JOINER, JOINER}:
        return not (_joins_emoji(name, at) or _joins_letters(name, at))
    is_format = unicodedata.category(one) == "Cf" and one not in _SIGNS
    return is_format or one in BLANK or one in _MARKS


def _selects_variant(character: str) -> bool:
    return "\ufe00" <= character <= "\ufe0f" or "\U000e0100" <= character <= "\U000e01ef"


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
