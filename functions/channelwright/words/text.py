"""How names and durations are written in a sentence. Pure."""

import re
from collections.abc import Sequence
from typing import Final

# The colon of an address, and the slash of an invite: with a backslash they are text, not links.
_MARKDOWN: Final = re.compile(r"([\\*_~`|<\[]|:(?=//)|(?<=\w)/(?=\w))")


def as_typed(text: str) -> str:
    """Escape Markdown, mentions and links, so that Discord shows `text` as it was typed.

    Source: Discord docs, Reference > Message Formatting; its clients show what follows a backslash,
    unless that is a letter, a digit or a space, and nothing of the backslash.
    """
    return _MARKDOWN.sub(r"\\\1", text)


def bold(text: str) -> str:
    """Show `text` as it was typed, in bold."""
    return f"**{as_typed(text)}**"


def duration(seconds: float) -> str:
    """Say how long it takes, rounded up."""
    for size, unit in ((3600, "hour"), (60, "minute"), (1, "second")):
        if seconds >= size or unit == "second":
            count = max(1, -(-int(seconds) // size))
            return f"{count} {unit}" + ("s" if count > 1 else "")
    raise AssertionError("unreachable")


MOST_NAMES: Final = 5  # in a sentence


def first(most: int, items: Sequence[str]) -> list[str]:
    """Return the first items, and how many more there are."""
    more = len(items) - most
    return [*items[:most], f"… and {more} more"] if more > 0 else list(items)
