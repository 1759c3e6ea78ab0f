"""The tables on moto: the limiter's, and the campaigns'."""

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
    boto3.client("dynamodb").create_table(
        TableName=os.environ["CAMPAIGNS_TABLE"],
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[
            {"AttributeName": "guild_id", "AttributeType": "S"},
            {"AttributeName": "campaign_id", "AttributeType": "S"},
        ],
        KeySchema=[
            {"AttributeName": "guild_id", "KeyType": "HASH"},
            {"AttributeName": "campaign_id", "KeyType": "RANGE"},
        ],
    )


def clear() -> None:
    # Use moto's own object: a client takes longer to delete two items than most tests to run.
    backend = dynamodb_backends[DEFAULT_ACCOUNT_ID][os.environ["AWS_DEFAULT_REGION"]]
    for name in ("LIMITER_TABLE", "CAMPAIGNS_TABLE"):
        backend.get_table(os.environ[name]).items.clear()
