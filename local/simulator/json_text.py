"""Reads and writes JSON as Discord does; bad JSON leads to an error answer, never to a crash."""

import json
from typing import Any

# Discord's own limit is unknown. Nothing in its API comes near this one, and the code that walks
# through a body (validating, copying) can handle deeper nesting.
MAXIMUM_DEPTH = 100


def read_json(text: str | bytes) -> Any:
    """Return a JSON text's value; raises ValueError if it is not JSON, or nested too deeply."""
    try:
        content = json.loads(text, parse_constant=_refuse)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    _check_depth(content)
    return content


def write_json(content: Any) -> bytes:
    """Return JSON text without escapes for non-ASCII characters, so that it is readable in curl.

    Half of a surrogate pair has no UTF-8, so it is escaped.
    """
    return json.dumps(content, ensure_ascii=False).encode("utf-8", "backslashreplace")


def _refuse(name: str) -> Any:
    """Refuse NaN and Infinity: Python reads them, but they are not JSON (RFC 8259)."""
    raise ValueError(f"{name} is not JSON")


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
