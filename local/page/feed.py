"""The feed of the browsers: named documents, and the changes since any moment.

Each change has a number and the whole document. A browser that names the last number it knows gets
every document that changed since, in its present form. It misses nothing, however long it was away.
"""

import json
import threading
from collections.abc import Iterator, Mapping
from typing import Any

Change = tuple[str, str]  # a document's name, and its JSON
NOTHING = "null"  # the JSON of a document that was removed
RETRY = b"retry: 1000\n\n"  # a browser connects again after so many milliseconds


class Feed:
    """The documents; any thread may change them."""

    def __init__(self) -> None:
        """Start with no documents."""
        self._documents: dict[str, tuple[int, str]] = {}
        self._last = 0
        self._change = threading.Condition()
        self.readers = 0
        self.is_open = True

    def put(self, documents: Mapping[str, Any]) -> None:
        """Set some documents; None removes one. An equal document is no change."""
        texts = {name: json.dumps(document) for name, document in documents.items()}
        with self._change:
            for name, text in texts.items():
                if self._documents.get(name, (0, NOTHING))[1] != text:
                    self._last += 1
                    self._documents[name] = self._last, text
            self._change.notify_all()

    def since(self, number: int, patience: float) -> tuple[int, list[Change]]:
        """Wait up to `patience` seconds for changes after a number.

        Returns the last change's number and the changed documents, the earliest change first.
        """
        with self._change:
            self._change.wait_for(lambda: self._last > number or not self.is_open, patience)
            late = sorted((n, name) for name, (n, _) in self._documents.items() if n > number)
            return self._last, [(name, self._documents[name][1]) for _, name in late]

    def stream(self, number: int, patience: float = 15.0) -> Iterator[bytes]:
        """Yield the changes after a number as Server-Sent Events, until the feed is closed.

        After `patience` seconds without any, a comment shows whether the reader is still there.
        Source: WHATWG, HTML > Server-sent events.
        """
        with self._change:
            self.readers += 1
        try:
            yield RETRY
            while self.is_open:
                last, changes = self.since(number, patience)
                told = ",".join(f"[{json.dumps(name)},{text}]" for name, text in changes)
                yield f"id: {last}\ndata: [{told}]\n\n".encode() if changes else b":\n\n"
                number = last
        finally:
            with self._change:
                self.readers -= 1

    def close(self) -> None:
        """End all streams."""
        with self._change:
            self.is_open = False
            self._change.notify_all()
