"""DynamoDB's Query on 127.0.0.1, answered from moto's tables."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

from werkzeug.wrappers import Request, Response

from channelwright.aws import endpoint
from channelwright.pace import table
from channelwright.records import lookup
from tests.serving import serving


@contextmanager
def dynamodb_endpoint() -> Iterator[str]:
    """Serve queries; yields the address."""

    def answer(request: Request) -> Response:
        assert request.headers["X-Amz-Target"] == "DynamoDB_20120810.Query"
        found = table.dynamodb().query(**json.loads(request.data))
        return Response(json.dumps({"Items": found["Items"]}))

    # It always answers: on a busy machine, late, which must not look like a table that is down.
    with serving(answer) as url, patch.object(lookup, "TIMEOUT_SECONDS", None):
        yield url
    for connection, _ in endpoint._kept.values():
        connection.close()
    endpoint._kept.clear()
