"""Compares names: in the form that Discord may keep, and as people read them. Pure.

Source: The Unicode Standard, 3.13 Default Case Algorithms, D146 (compatibility caseless match);
5.21 Ignoring Characters in Processing; UTS #39, 4 Confusable Detection (only the letters of its
table that are on common keyboards).
"""

import unicodedata

# Letters and a symbol that show nothing: the Hangul fillers and the blank Braille pattern.
BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0")

# Letters that look like Latin ones in either case, after case folding.
_LOOK_ALIKES = str.maketrans(
    "авекмнорстухіјѕһӏԁԛԝαβεζηικμνορτυχɑɡı",
    "abekmhopctyxijshldqwabezhikmnoptyxagi",
)


def is_kept_as(sent: str, kept: str) -> bool:
    """Return whether `kept` may be Discord's form of a name (or topic) that was `sent`.

    Discord trims names. Whether it composes letters or folds white space is not documented.
    """
    return _form(sent) == _form(kept)


def are_the_same(one: str, other: str) -> bool:
    """Return whether people would call both names the same, or could not tell them apart."""
    return _folded(one) == _folded(other)


def _form(name: str) -> str:
    """Return a name in compatibility form (NFKD), without invisible characters."""
    shown = "".join(" " if one in BLANK else one for one in name if not _is_ignorable(one))
    return " ".join(unicodedata.normalize("NFKD", shown).split())


def _folded(name: str) -> str:
    # Twice: folding may compose characters that fold again.
    return _form(_form(_form(name).casefold()).casefold()).translate(_LOOK_ALIKES)


def _is_ignorable(character: str) -> bool:
    """Return whether a character shows nothing by itself, such as a variation selector.

    Tags do not count, though invisible: they distinguish England's flag from Scotland's.
    """
    is_format = unicodedata.category(character) == "Cf" and character < "\U000e0000"
    return is_format or selects_variant(character)


def selects_variant(character: str) -> bool:
    """Return whether a character only selects a variant of the one before it, such as an emoji."""
    return "\ufe00" <= character <= "\ufe0f" or "\U000e0100" <= character <= "\U000e01ef"
