"""As most do it: PyNaCl verifies, a boto3 client sends."""

import os

import boto3
from nacl.signing import VerifyKey

sqs = boto3.client("sqs")


def handler(event, _context):
    headers, body = event["headers"], event["body"]
    signed = (headers["x-signature-timestamp"] + body).encode()
    key = VerifyKey(bytes.fromhex(os.environ["DISCORD_PUBLIC_KEY"]))
    key.verify(signed, bytes.fromhex(headers["x-signature-ed25519"]))
    sqs.send_message(QueueUrl=os.environ["TASKS_QUEUE_URL"], MessageBody=body)
    return {"body": '{"type": 5}'}
