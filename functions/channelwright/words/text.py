"""Format names and durations for a sentence. Pure."""

import re
from collections.abc import Callable, Sequence
from typing import Final

# A backslash before the colon of an address or the slash of an invite keeps it from being a link.
_MARKDOWN: Final = re.compile(r"([\\*_~`|<\[]|:(?=//)|(?<=\w)/(?=\w))")


def as_typed(text: str) -> str:
    """Escape Markdown, mentions and links, so that Discord shows `text` as typed.

    Discord's clients hide a backslash, unless a letter, a digit or a space follows it.
    Source: Discord docs, Reference > Message Formatting.
    """
    return _MARKDOWN.sub(r"\\\1", text)


def bold(text: str) -> str:
    """Return `text` in bold, otherwise as typed."""
    return f"**{as_typed(text)}**"


def person(user_id: str) -> str:
    """Return a mention of somebody; an id that was erased is empty."""
    return f"<@{user_id}>" if user_id else "unknown"


def duration(seconds: float) -> str:
    """Return `seconds` in words, rounded up to whole hours, minutes or seconds."""
    for size, unit in ((3600, "hour"), (60, "minute"), (1, "second")):
        if seconds >= size or unit == "second":
            count = max(1, -(-int(seconds) // size))
            return f"{count} {unit}" + ("s" if count > 1 else "")
    raise AssertionError("unreachable")


MOST_NAMES: Final = 5  # in a sentence
CONTENT_LENGTH: Final = 2000  # Discord docs, Resources > Message
ADDRESS_LENGTH: Final = 24  # `messages.in_channel` adds this much; an id has at most 20 digits


def first(most: int, items: Sequence[str]) -> list[str]:
    """Return the first `most` items; a last item counts the rest, if any."""
    more = len(items) - most
    return [*items[:most], f"… and {more} more"] if more > 0 else list(items)


def fit(lines: Callable[[int], Sequence[str]], most: int) -> str:
    """Join the lines, shortening each list until the message fits into Discord's limit."""
    text = "\n".join(lines(most))
    if most and len(text) > CONTENT_LENGTH - ADDRESS_LENGTH:
        return fit(lines, most - 1)
    return text
