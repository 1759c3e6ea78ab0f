"""The channel set, read from `layouts/*.toml`: data that an operator edits."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, Literal, TypedDict, cast

LAYOUTS: Final = Path(__file__).parent / "layouts"
DEFAULT: Final = "default.toml"

# Discord docs, Resources > Channel: names of 1-100 characters, topics of at most 1,024 (a forum's
# 4,096); Resources > Guild: 50 channels in a category. A text channel's name holds no white space
# or capitals: Discord would change it, and it would no longer be the name in the file.
NAME_LENGTH: Final = 100
DESCRIPTION_LENGTH: Final = 1024
CHANNELS: Final = 50

Kind = Literal["text", "voice", "forum"]
KINDS: Final = ("text", "voice", "forum")
_FIELDS: Final = {"name": str, "type": str, "description": str, "gm_only": bool}


class Channel(TypedDict):
    """A channel as the layout wants it; `position` counts from 0 in the file's order."""

    name: str
    type: Kind
    topic: str
    gm_only: bool
    position: int


class LayoutError(ValueError):
    """A layout file with a mistake; the message names the file, the line and the reason."""


def load(path: Path = LAYOUTS / DEFAULT) -> list[Channel]:
    """Read a layout file.

    Raises:
        LayoutError: the file breaks a rule above, is not TOML, or cannot be read.

    """
    try:
        text = path.read_text(encoding="utf-8")
        data = tomllib.loads(text)
    except OSError as error:
        raise LayoutError(
            f"{path.name} cannot be read in {path.parent}: {error.strerror}"
        ) from None
    except UnicodeDecodeError as error:
        raise LayoutError(f"{path.name}: not UTF-8 at byte {error.start}") from None
    except tomllib.TOMLDecodeError as error:
        raise LayoutError(f"{path.name}: {error}") from None
    for key in data:
        if key != "channels":
            line = _lines(text, rf"\s*\[*\s*[\"']?{re.escape(key)}\b")
            raise LayoutError(f"{_place(path, line, 0)}: unknown key {key!r}: only channels are")
    tables = data.get("channels")
    if not isinstance(tables, list) or not tables:
        raise LayoutError(f"{path.name}: no [[channels]]: a campaign needs at least one channel")
    lines = _lines(text, r"\s*\[\[\s*[\"']?channels[\"']?\s*\]\]")
    channels: list[Channel] = []
    for number, table in enumerate(tables):
        if reason := next(_mistakes(table, channels), None):
            place = _place(path, lines if len(lines) == len(tables) else [], number)
            raise LayoutError(f"{place}: {reason}")
        channels.append(_channel(table, number))
    return channels


def _lines(text: str, pattern: str) -> list[int]:
    return [n for n, line in enumerate(text.splitlines(), 1) if re.match(pattern, line)]


def _place(path: Path, lines: list[int], number: int) -> str:
    return f"{path.name}, " + (
        f"line {lines[number]}" if number < len(lines) else f"channel {number + 1}"
    )


def _channel(table: dict[str, Any], position: int) -> Channel:
    return {
        "name": table["name"],
        "type": cast(Kind, table["type"]),
        "topic": table["description"],
        "gm_only": table.get("gm_only", False),
        "position": position,
    }


def _mistakes(table: Any, earlier: list[Channel]) -> Iterator[str]:
    if not isinstance(table, dict):
        yield "a channel is a table: [[channels]]"
        return
    if len(earlier) == CHANNELS:
        yield f"Discord allows {CHANNELS} channels in a category"
    for key, value in table.items():
        if key not in _FIELDS:
            yield f"unknown key {key!r}: a channel has {', '.join(_FIELDS)}"
        elif not isinstance(value, _FIELDS[key]):
            yield f"{key} is {value!r}, not a {_FIELDS[key].__name__}"
    for key in ("name", "type", "description"):
        if key not in table:
            yield f"the channel has no {key}"
    yield from _wrong_values(table["name"], table["type"], table["description"])
    if any(table["name"] == other["name"] for other in earlier):
        yield f"name {table['name']!r} is there twice"


def _wrong_values(name: str, kind: str, description: str) -> Iterator[str]:
    if kind not in KINDS:
        yield f"type is {kind!r}, not one of {', '.join(KINDS)}"
    if not 1 <= len(name) <= NAME_LENGTH or name != name.strip():
        yield f"name {name!r} does not have 1-{NAME_LENGTH} characters without spaces around them"
    if not name.isprintable():
        yield f"name {name!r} has a control character in it"
    if kind != "voice" and not _is_normalised(name):
        yield f"name {name!r}: Discord would change it; use lower case, digits and dashes"
    if len(description) > DESCRIPTION_LENGTH:
        yield f"description has {len(description)} characters, more than {DESCRIPTION_LENGTH}"


def _is_normalised(name: str) -> bool:
    return name == name.lower() and not re.search(r"[\s!-,./:-@\[-^`{-~]|--", name)


def main() -> None:
    """Check every layout file; end with the first mistake as the message.

    The default is one of them even if it is not there: nothing is made without it.
    """
    try:
        for path in sorted({LAYOUTS / DEFAULT, *LAYOUTS.glob("*.toml")}):
            load(path)
    except LayoutError as error:
        raise SystemExit(str(error)) from None


if __name__ == "__main__":
    main()
