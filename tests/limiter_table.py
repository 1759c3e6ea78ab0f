"""The limiter's table on moto."""

import os

import boto3


def create() -> None:
    boto3.client("dynamodb").create_table(
        TableName=os.environ["LIMITER_TABLE"],
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
    )


def clear() -> None:
    for item in ("schedule", "calls"):
        boto3.client("dynamodb").delete_item(
            TableName=os.environ["LIMITER_TABLE"], Key={"id": {"S": item}}
        )
