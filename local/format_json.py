"""Format JSON like the state machines: `python -m local.format_json [--check] FILE...`.

An object or a list is put on one line if it fits. Each state, and each object in a list, gets its
own lines, which keeps diffs small. The format depends only on the content, not on the file's
earlier format. Strings that are too long are reported: shorten them by hand.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

WIDTH = 140
INDENT = "  "
STATES = "States"


def formatted(text: str) -> str:
    """Return the formatted JSON; raises ValueError if `text` is not JSON."""
    return "\n".join(_lines(json.loads(text, object_pairs_hook=_unrepeated))) + "\n"


def too_long(text: str) -> list[int]:
    """Return the numbers of the lines that are too wide."""
    return [number for number, line in enumerate(text.split("\n"), 1) if len(line) > WIDTH]


def _unrepeated(members: list[tuple[str, Any]]) -> dict[str, Any]:
    """Refuse a repeated name: a parser keeps only the last one, and so would the file."""
    names = [name for name, _ in members]
    if repeated := {name for name in names if names.count(name) > 1}:
        raise ValueError(f"an object has two members named {min(repeated)!r}")
    return dict(members)


def _lines(value: Any, indent: str = "", before: str = "", after: str = "") -> Iterator[str]:
    line = f"{indent}{before}{_on_one_line(value)}{after}"
    members = _members(value)
    may_be_one = len(line) <= WIDTH and before != _before(STATES) and not _has_rows(value)
    if may_be_one or not members:
        yield line
        return
    opening, closing = "{}" if isinstance(value, dict) else "[]"
    yield f"{indent}{before}{opening}"
    for number, (name, member) in enumerate(members, 1):
        yield from _lines(member, indent + INDENT, name, "," if number < len(members) else "")
    yield f"{indent}{closing}{after}"


def _members(value: Any) -> list[tuple[str, Any]]:
    """Return the members of an object or a list, each with its prefix."""
    if isinstance(value, dict):
        return [(_before(name), member) for name, member in value.items()]
    return [("", member) for member in value] if isinstance(value, list) else []


def _before(name: str) -> str:
    return f"{_on_one_line(name)}: "


def _has_rows(value: Any) -> bool:
    """Return whether a value contains states, or a list of objects."""
    if isinstance(value, list) and any(isinstance(each, dict) and each for each in value):
        return True
    return (isinstance(value, dict) and STATES in value) or any(
        _has_rows(member) for _, member in _members(value)
    )


def _on_one_line(value: Any) -> str:
    written = ", ".join(before + _on_one_line(member) for before, member in _members(value))
    if isinstance(value, dict):
        return f"{{ {written} }}" if written else "{}"
    if isinstance(value, list):
        return f"[{written}]"
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def _problems(file: Path, *, check: bool) -> Iterator[str]:
    text = file.read_text(encoding="utf-8")
    try:
        good = formatted(text)
    except ValueError as error:
        yield f"{file}: {error}"
        return
    for number in too_long(good):
        yield f"{file}:{number}: longer than {WIDTH} columns; shorten it"
    if good != text and check:
        yield f"{file}: not formatted; run `make format`"
    elif good != text:
        file.write_text(good, encoding="utf-8")
        print(f"{file}: formatted")


def main() -> None:
    """Format every named file, or only check with --check; exit with 1 if there are problems."""
    check = "--check" in sys.argv[1:]
    files = [Path(each) for each in sys.argv[1:] if each != "--check"]
    problems = [problem for file in files for problem in _problems(file, check=check)]
    for problem in problems:
        print(problem)
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
