"""The records of a server for the interaction Lambda, without boto3.

Source: AWS docs, DynamoDB API Reference > Query.
"""

import json
import os
import time
from typing import Any, Final, cast

from channelwright.aws import endpoint
from channelwright.records import attributes, record
from channelwright.records.record import Record

# For connecting, and for the answer: whoever types should not wait a second for choices.
TIMEOUT_SECONDS: Final = 0.5


class NotRead(Exception):
    """The table did not answer, or refused."""


def query(guild_id: str) -> dict[str, Any]:
    """Return the request for all records of a server.

    Other items of the table begin with a letter, the campaigns' ids with a digit. One page has a
    megabyte, a thousand records; a server has at most 50 categories.
    """
    return {
        "TableName": os.environ["CAMPAIGNS_TABLE"],
        "KeyConditionExpression": "guild_id = :guild AND campaign_id < :letters",
        "ExpressionAttributeValues": {":guild": {"S": guild_id}, ":letters": {"S": "a"}},
    }


def of_guild(guild_id: str) -> list[Record]:
    """Return the records of a server, the oldest first, as of a moment ago.

    Raises:
        NotRead: the table did not answer, or refused.
    """
    content = json.dumps(query(guild_id)).encode("ascii")
    try:
        said = endpoint.call(_url(), "DynamoDB_20120810.Query", content, TIMEOUT_SECONDS)
        items = json.loads(said)["Items"]
    except (endpoint.NotDone, endpoint.MaybeDone, ValueError, LookupError) as error:
        raise NotRead(str(error)) from None
    now = time.time()
    return [record.seen_at(cast("Record", attributes.values(item)), now) for item in items]


def _url() -> str:
    # The variable by which AWS's own clients find a local stack.
    return os.environ.get("AWS_ENDPOINT_URL") or os.environ["DYNAMODB_URL"]
