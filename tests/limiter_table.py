"""The limiter's table on moto."""

import os

import boto3
from moto.core import DEFAULT_ACCOUNT_ID
from moto.dynamodb.models import dynamodb_backends


def create() -> None:
    boto3.client("dynamodb").create_table(
        TableName=os.environ["LIMITER_TABLE"],
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
    )


def clear() -> None:
    # Use moto's own object: a client takes longer to delete two items than most tests to run.
    backend = dynamodb_backends[DEFAULT_ACCOUNT_ID][os.environ["AWS_DEFAULT_REGION"]]
    backend.get_table(os.environ["LIMITER_TABLE"]).items.clear()
