"""The channels of a campaign, read from `layouts/*.toml`, which operators edit."""

import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from channelwright.campaign.campaign import Channel

LAYOUTS: Final = Path(__file__).parents[1] / "layouts"
DEFAULT: Final = "default.toml"

# Discord docs, Resources > Channel: names of 1-100 characters, topics of at most 1,024 (a forum's
# 4,096); Resources > Guild: 50 channels in a category. Discord changes capitals and white space in
# a text channel's name, so the file may have neither.
NAME_LENGTH: Final = 100
DESCRIPTION_LENGTH: Final = 1024
CHANNELS: Final = 50
# States pass on at most 256 KiB of UTF-8, and hold the channels up to three times.
# AWS docs, Step Functions > Service quotas > Quotas related to task executions.
MOST_BYTES: Final = 60_000
# An event about the campaign has all names, in less than 20 kB (events/data.py).
MOST_BYTES_OF_NAMES: Final = 14_000

KINDS: Final = ("text", "voice", "forum")
# TOML's strings and comments; the start of a channel.
_TEXT: Final = re.compile(
    r'"""(?:\\.|[^\\])*?"""|\'\'\'.*?\'\'\'|"(?:\\.|[^"\\\n])*"|\'[^\'\n]*\'|#[^\n]*', re.S
)
_HEADER: Final = r"^[ \t]*\[\[[ \t]*[\"']?channels[\"']?[ \t]*\]\]"
_FIELDS: Final = {"name": str, "type": str, "description": str, "gm_only": bool}


class LayoutError(ValueError):
    """A layout file with a mistake; the message names the file, the line and the reason."""


def load(path: Path | None = None) -> list[Channel]:
    """Read a layout file; without a `path`, the default.

    Raises:
        LayoutError: the file breaks a rule above, is not TOML, or cannot be read.
    """
    path = path or LAYOUTS / DEFAULT
    try:
        text = path.read_text(encoding="utf-8")
        data = tomllib.loads(text)
    except OSError as why:
        raise LayoutError(f"{path.name} cannot be read in {path.parent}: {why.strerror}") from None
    except UnicodeDecodeError as error:
        raise LayoutError(f"{path.name}: not UTF-8 at byte {error.start}") from None
    except tomllib.TOMLDecodeError as error:
        raise LayoutError(f"{path.name}: {error}") from None
    for key in data:
        if key != "channels":
            found = re.search(rf"^[ \t]*\[*[ \t]*[\"']?{re.escape(key)}\b", _syntax(text), re.M)
            place = f", {_line(text, found.start())}" if found else ""
            raise LayoutError(f"{path.name}{place}: unknown key {key!r}: use only channels")
    tables = data.get("channels")
    if not isinstance(tables, list) or not tables:
        raise LayoutError(f"{path.name}: no [[channels]]: a campaign needs at least one channel")
    channels: list[Channel] = []
    for number, table in enumerate(tables):
        if mistake := next(_mistakes(table, channels), None):
            key, reason = mistake
            place = _place(_syntax(text), key, number, len(tables))
            raise LayoutError(f"{path.name}, {place}: {reason}")
        channels.append(_channel(table, number))
    if size(channels) > MOST_BYTES:
        raise LayoutError(
            f"{path.name}: the channels take {size(channels)} bytes in UTF-8, "
            f"more than {MOST_BYTES}: shorten the descriptions"
        )
    names = len(json.dumps([one["name"] for one in channels], ensure_ascii=False).encode())
    if names > MOST_BYTES_OF_NAMES:
        raise LayoutError(
            f"{path.name}: the channels' names take {names} bytes in UTF-8, "
            f"more than {MOST_BYTES_OF_NAMES}: shorten them"
        )
    return channels


def size(channels: list[Channel]) -> int:
    """Return the bytes of UTF-8 that the states pass on for these channels."""
    return len(json.dumps(channels, ensure_ascii=False).encode())


def _syntax(text: str) -> str:
    """Mask the text of strings and comments, so that none is taken for a key or a channel."""
    return _TEXT.sub(lambda found: re.sub(r"[^\w\s\"']", "_", found[0]), text)


def _place(syntax: str, key: str, number: int, count: int) -> str:
    """Return the line of a channel's `key`, or of the channel; its number if that is unclear."""
    begins = [found.start() for found in re.finditer(_HEADER, syntax, re.M)]
    begins = begins or [found.start() for found in re.finditer("{", syntax)]
    if len(begins) != count:
        return f"channel {number + 1}"
    pattern = re.compile(rf"[\n{{,][ \t]*[\"']?{re.escape(key)}[\"']?[ \t]*[=.]")
    found = pattern.search(syntax, begins[number], [*begins, len(syntax)][number + 1])
    return _line(syntax, found.end() if found else begins[number])


def _line(text: str, position: int) -> str:
    return "line " + str(text.count("\n", 0, position) + 1)


def _channel(table: dict[str, Any], position: int) -> Channel:
    return {
        "name": table["name"],
        "type": table["type"],
        "topic": table["description"],
        "gm_only": table.get("gm_only", False),
        "position": position,
    }


def _mistakes(table: Any, earlier: list[Channel]) -> Iterator[tuple[str, str]]:
    """Yield the key of each mistake ("" for the channel as a whole) and the reason."""
    if not isinstance(table, dict):
        yield "", "a channel must be a table: [[channels]]"
        return
    if len(earlier) == CHANNELS:
        yield "", f"Discord allows {CHANNELS} channels in a category"
    for key, value in table.items():
        if key not in _FIELDS:
            yield key, f"unknown key {key!r}: a channel has {', '.join(_FIELDS)}"
        elif not isinstance(value, _FIELDS[key]):
            yield key, f"{key} is {value!r}, not a {_FIELDS[key].__name__}"
    for key in ("name", "type", "description"):
        if key not in table:
            yield "", f"the channel has no {key}"
    yield from _wrong_values(table["name"], table["type"], table["description"])
    if any(table["name"] == other["name"] for other in earlier):
        yield "name", f"duplicate name {table['name']!r}"


def _wrong_values(name: str, kind: str, description: str) -> Iterator[tuple[str, str]]:
    if kind not in KINDS:
        yield "type", f"type is {kind!r}, not one of {', '.join(KINDS)}"
    if not 1 <= len(name) <= NAME_LENGTH or name != name.strip():
        reason = f"must have 1-{NAME_LENGTH} characters, without spaces around them"
        yield "name", f"name {name!r} {reason}"
    if not name.isprintable():
        yield "name", f"name {name!r} contains a control character"
    if kind != "voice" and not _is_normalised(name):
        yield "name", f"name {name!r}: Discord would change it; use lower case, digits and dashes"
    if len(description) > DESCRIPTION_LENGTH:
        reason = f"has {len(description)} characters, more than {DESCRIPTION_LENGTH}"
        yield "description", f"description {reason}"


def _is_normalised(name: str) -> bool:
    return name == name.lower() and not re.search(r"[\s!-,./:-@\[-^`{-~]|--", name)


def main() -> None:
    """Check every layout file; exit with the first mistake. A missing default is one, too."""
    try:
        for path in sorted({LAYOUTS / DEFAULT, *LAYOUTS.glob("*.toml")}):
            load(path)
    except LayoutError as error:
        raise SystemExit(str(error)) from None


if __name__ == "__main__":
    main()
