"""The channel set, read from `layouts/*.toml`: data that an operator edits."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, Literal, TypedDict, cast

LAYOUTS: Final = Path(__file__).parent / "layouts"

# Discord docs, Resources > Channel: names of 1-100 characters, topics of at most 1,024 (a forum's
# 4,096); Resources > Guild: 50 channels in a category. A text channel's name holds no white space
# or capitals: Discord would change it, and it would no longer be the name in the file.
NAME_LENGTH: Final = 100
DESCRIPTION_LENGTH: Final = 1024
CHANNELS: Final = 50
_NORMALISED: Final = re.compile(r"[^\sA-Z!-,./:-@\[-^`{-~]+")

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


def load(path: Path = LAYOUTS / "default.toml") -> list[Channel]:
    """Read a layout file.

    Raises:
        LayoutError: the file breaks a rule above or is not TOML.

    """
    text = path.read_text(encoding="utf-8")
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise LayoutError(f"{path.name}: {error}") from None
    if unknown := sorted(set(data) - {"channels"}):
        raise LayoutError(f"{path.name}: unknown key {unknown[0]!r}: a layout holds only channels")
    tables = data.get("channels")
    if not isinstance(tables, list) or not tables:
        raise LayoutError(f"{path.name}: no [[channels]]: a campaign needs at least one channel")
    if len(tables) > CHANNELS:
        raise LayoutError(
            f"{path.name}: {len(tables)} channels: Discord allows {CHANNELS} in a category"
        )
    lines = [n for n, line in enumerate(text.splitlines(), 1) if _HEADER.match(line)]
    lines = lines if len(lines) == len(tables) else [1] * len(tables)
    channels: list[Channel] = []
    for line, table in zip(lines, tables, strict=True):
        if reason := next(_mistakes(table, channels), None):
            raise LayoutError(f"{path.name}, line {line}: {reason}")
        channels.append(_channel(table, len(channels)))
    return channels


_HEADER: Final = re.compile(r"\s*\[\[\s*channels\s*\]\]")


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
    for key, value in table.items():
        if key not in _FIELDS:
            yield f"unknown key {key!r}: a channel has {', '.join(_FIELDS)}"
        elif not isinstance(value, _FIELDS[key]):
            yield f"{key} is {value!r}, not a {_FIELDS[key].__name__}"
    for key in ("name", "type", "description"):
        if key not in table:
            yield f"the channel has no {key}"
    name, kind, description = table["name"], table["type"], table["description"]
    if kind not in KINDS:
        yield f"type is {kind!r}, not one of {', '.join(KINDS)}"
    if not 1 <= len(name) <= NAME_LENGTH or name != name.strip():
        yield f"name {name!r} does not have 1-{NAME_LENGTH} characters without spaces around them"
    if kind != "voice" and not _NORMALISED.fullmatch(name):
        yield f"name {name!r}: Discord would change it; use lower case, digits and dashes"
    if any(name == other["name"] for other in earlier):
        yield f"name {name!r} is there twice"
    if len(description) > DESCRIPTION_LENGTH:
        yield f"description has {len(description)} characters, more than {DESCRIPTION_LENGTH}"


def main() -> None:
    """Check every layout file; end with the first mistake as the message."""
    try:
        for path in sorted(LAYOUTS.glob("*.toml")):
            load(path)
    except LayoutError as error:
        raise SystemExit(str(error)) from None


if __name__ == "__main__":
    main()
