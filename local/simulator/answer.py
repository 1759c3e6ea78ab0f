"""The answer to a call, before it becomes HTTP."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from werkzeug.wrappers import Response

from local.simulator.errors import DiscordHTTPError
from local.simulator.json_text import write_json


@dataclass
class Answer:
    """A status and a body: JSON, text sent as HTML, or None for no body."""

    status: int
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)

    def response(self) -> Response:
        """Return the answer as werkzeug's response."""
        if self.body is None:
            return Response(status=self.status, headers=self.headers)
        if isinstance(self.body, str):
            return Response(self.body, self.status, self.headers, mimetype="text/html")
        return Response(
            write_json(self.body), self.status, self.headers, mimetype="application/json"
        )


def error_answer(error: DiscordHTTPError, headers: Mapping[str, str] | None = None) -> Answer:
    """Return the answer for an error, with the headers of both."""
    return Answer(error.status, error.body, {**(headers or {}), **error.headers})
