"""DynamoDB's Query on 127.0.0.1, answered from moto's tables."""

import json
from collections.abc import Iterator
from contextlib import contextmanager

from werkzeug.wrappers import Request, Response

from channelwright.aws import endpoint
from channelwright.pace import table
from tests.serving import serving


@contextmanager
def dynamodb_endpoint() -> Iterator[str]:
    """Serve queries; yields the address."""

    def answer(request: Request) -> Response:
        assert request.headers["X-Amz-Target"] == "DynamoDB_20120810.Query"
        found = table.dynamodb().query(**json.loads(request.data))
        return Response(json.dumps({"Items": found["Items"]}))

    with serving(answer) as url:
        yield url
    for connection, _ in endpoint._kept.values():
        connection.close()
    endpoint._kept.clear()
