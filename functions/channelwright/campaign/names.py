"""When two names are the same: to Discord, which may keep another form, and to a person. Pure.

Source: The Unicode Standard, 3.13 Default Case Algorithms, D146 (compatibility caseless match);
5.21 Ignoring Characters in Processing; UTS #39, 4 Confusable Detection (of its table, the letters
that people have on a keyboard).
"""

import unicodedata

# Letters and a symbol that show nothing: the fillers of Hangul, and the empty Braille pattern.
BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0")

# Letters that look like Latin ones, in lower or in upper case; the case is folded before.
_LOOK_ALIKES = str.maketrans(
    "авекмнорстухіјѕһӏԁԛԝαβεζηικμνορτυχɑɡı",
    "abekmhopctyxijshldqwabezhikmnoptyxagi",
)


def is_kept_as(sent: str, kept: str) -> bool:
    """Tell whether `kept` may be what Discord has made of a name (or topic) that was `sent`.

    It trims names, and whether it composes letters or folds white space is not documented.
    """
    return _form(sent) == _form(kept)


def are_the_same(one: str, other: str) -> bool:
    """Tell whether a person would call both the same, or could not tell them apart."""
    return _folded(one) == _folded(other)


def _form(name: str) -> str:
    """Return a name without what is not to be seen, each character in its plain form."""
    shown = "".join(" " if one in BLANK else one for one in name if not _is_ignorable(one))
    return " ".join(unicodedata.normalize("NFKD", shown).split())


def _folded(name: str) -> str:
    # Twice, as folding may compose what the next one folds.
    return _form(_form(_form(name).casefold()).casefold()).translate(_LOOK_ALIKES)


def _is_ignorable(character: str) -> bool:
    """Tell whether a character shows nothing of its own, as a variation selector does not.

    Tags do, though they are as invisible: they tell England's flag from Scotland's.
    """
    return (
        (unicodedata.category(character) == "Cf" and character < "\U000e0000")
        or "\ufe00" <= character <= "\ufe0f"
        or "\U000e0100" <= character <= "\U000e01ef"
    )
