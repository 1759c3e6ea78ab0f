"""JSON as Discord reads it (what it can't read is an answer, never a crash), and writes it."""

import json
from typing import Any

# Discord's own limit isn't known. Nothing in its API comes near this one, and what walks through a
# body (a validator, a copy) takes more nesting than that.
MAXIMUM_DEPTH = 100


def read_json(text: str | bytes) -> Any:
    """Return what a JSON text says; raises a ValueError if it is none, or nested too deeply."""
    try:
        content = json.loads(text, parse_constant=_refuse)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    _check_depth(content)
    return content


def write_json(content: Any) -> bytes:
    """Return a JSON text that whoever asks with curl can read.

    Half of a surrogate pair has no UTF-8: it is escaped.
    """
    return json.dumps(content, ensure_ascii=False).encode("utf-8", "backslashreplace")


def _refuse(name: str) -> Any:
    """Refuse NaN and Infinity, which Python reads, but which are no JSON (RFC 8259)."""
    raise ValueError(f"{name} is no JSON")


def _check_depth(content: Any) -> None:
    level = [content]
    for _ in range(MAXIMUM_DEPTH):
        level = [inner for one in level for inner in _inside(one)]
        if not level:
            return
    raise ValueError("nested too deeply")


def _inside(content: Any) -> list[Any]:
    if isinstance(content, dict):
        return list(content.values())
    return content if isinstance(content, list) else []
