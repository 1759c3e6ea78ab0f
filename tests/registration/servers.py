"""Servers on the loopback interface that play CloudFormation and the endpoint."""

import json
from dataclasses import dataclass, field
from typing import Any

from werkzeug.wrappers import Request, Response

import interaction

Json = dict[str, Any]
PONG = Response(json.dumps({"type": 1}), mimetype="application/json")


@dataclass
class CloudFormation:
    """Takes the answers to custom resource requests.

    The first `refuse` answers get a 503. With `elsewhere`, all are redirected there.
    """

    url: str = ""
    answers: list[Json] = field(default_factory=list)
    content_types: list[str | None] = field(default_factory=list)
    refuse: int = 0
    elsewhere: str = ""

    def __call__(self, request: Request) -> Response:
        if self.refuse:
            self.refuse -= 1
            return Response(status=503)
        if self.elsewhere:
            return Response(status=307, headers={"Location": self.elsewhere})
        assert (request.method, request.full_path) == ("PUT", "/answer?signature=s3cret")
        self.content_types.append(request.headers.get("Content-Type"))
        self.answers.append(json.loads(request.get_data()))
        return Response(status=200)


@dataclass
class Endpoint:
    """The application's endpoint: the real Lambda, or a `broken` one.

    "open" answers every request with a PONG, "closed" refuses every request, "silent" answers
    nothing that Discord understands, and "untyped" answers correctly, but without a content type.
    The first `not_yet` requests find no route.
    """

    url: str = ""
    broken: str = ""
    not_yet: int = 0
    requests: int = 0

    def __call__(self, request: Request) -> Response:
        self.requests += 1
        if self.requests <= self.not_yet:
            return Response('{"message":"Not Found"}', 404, mimetype="application/json")
        if self.broken in ("open", "closed", "silent"):
            return {
                "open": PONG,
                "closed": Response(status=401),
                "silent": Response("Hello", 200),
            }[self.broken]
        answer = self._answer(request)
        if self.broken == "untyped":
            del answer.headers["Content-Type"]
        return answer

    def _answer(self, request: Request) -> Response:
        event = {"headers": dict(request.headers), "body": request.get_data(as_text=True)}
        answer = interaction.handler(event, None)
        return Response(answer["body"], answer["statusCode"], answer["headers"])
