"""The DynamoDB table that all Lambdas share; limiter.py and places.py define its items.

A read or a write raises one of `failures` if the table does not answer.
Source: AWS docs, DynamoDB > Condition expressions.
"""

import os
from typing import Any, Final

ATTEMPTS: Final = 20
TIMEOUT_SECONDS: Final = 0.5
_client: Any = None


def get(item: str) -> tuple[dict[str, Any], int]:
    """Return an item and its version; empty and 0 if there is none."""
    answer = dynamodb().get_item(
        TableName=os.environ["LIMITER_TABLE"], Key={"id": {"S": item}}, ConsistentRead=True
    )
    found = answer.get("Item", {})
    return found, int(found["version"]["N"]) if found else 0


def update(item: str, what: str, condition: str, values: dict[str, float]) -> Any:
    """Update an item if the condition holds; return the answer with the old values.

    Raises `ConditionalCheckFailedException` (with the item) if it does not hold.
    """
    return dynamodb().update_item(
        TableName=os.environ["LIMITER_TABLE"],
        Key={"id": {"S": item}},
        UpdateExpression=what,
        ConditionExpression=condition,
        ExpressionAttributeValues={name: number(value) for name, value in values.items()},
        ReturnValues="UPDATED_OLD",
        ReturnValuesOnConditionCheckFailure="ALL_OLD",
    )


def put(id_: str, item: dict[str, Any], version: int) -> bool:
    """Replace the item if it has this `version` (0: none yet); False if another was faster."""
    try:
        dynamodb().put_item(
            TableName=os.environ["LIMITER_TABLE"],
            Item={"id": {"S": id_}, "version": {"N": str(version + 1)}, **item},
            ConditionExpression="attribute_not_exists(id) OR version = :version",
            ExpressionAttributeValues={":version": {"N": str(version)}},
        )
    except dynamodb().exceptions.ConditionalCheckFailedException:
        return False
    return True


def number(value: float) -> dict[str, str]:
    """Return a number as an attribute value with nine decimals."""
    return {"N": f"{value:.9f}"}


def failures() -> tuple[type[Exception], ...]:
    """Return the exception classes that mean that the table does not answer."""
    from botocore.exceptions import BotoCoreError, ClientError

    return BotoCoreError, ClientError


def dynamodb() -> Any:
    """Return the client; created on first use, because that is slow."""
    global _client  # noqa: PLW0603
    if _client is None:
        import boto3
        from botocore.config import Config

        config = Config(
            connect_timeout=TIMEOUT_SECONDS,
            read_timeout=TIMEOUT_SECONDS,
            retries={"total_max_attempts": 1},
        )
        _client = boto3.client("dynamodb", config=config)
    return _client
