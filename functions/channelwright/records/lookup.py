"""The records of a server for the interaction Lambda, without boto3.

Source: AWS docs, DynamoDB API Reference > Query.
"""

import json
import os
from typing import cast

from channelwright.aws import endpoint
from channelwright.records import attributes
from channelwright.records.record import Record

# Plans and other items that are no records begin with a letter, the campaigns' ids with a digit.
RECORDS = "guild_id = :guild AND campaign_id < :letters"


class NotRead(Exception):
    """The table did not answer, or refused."""


def of_guild(guild_id: str) -> list[Record]:
    """Return the records of a server, the oldest first, as of a moment ago.

    One page has a megabyte, a thousand records; a server has at most 50 categories.

    Raises:
        NotRead: the table did not answer, or refused.

    """
    query = {
        "TableName": os.environ["CAMPAIGNS_TABLE"],
        "KeyConditionExpression": RECORDS,
        "ExpressionAttributeValues": {":guild": {"S": guild_id}, ":letters": {"S": "a"}},
    }
    try:
        said = endpoint.call(_url(), "DynamoDB_20120810.Query", json.dumps(query).encode("ascii"))
        items = json.loads(said)["Items"]
    except (endpoint.NotDone, endpoint.MaybeDone, ValueError, LookupError) as error:
        raise NotRead(str(error)) from None
    return [cast("Record", attributes.values(item)) for item in items]


def _url() -> str:
    # The variable by which AWS's own clients find a local stack.
    return os.environ.get("AWS_ENDPOINT_URL") or os.environ["DYNAMODB_URL"]
