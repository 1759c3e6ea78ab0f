"""botocore's client without boto3 around it."""

import os

from botocore.session import Session
from floor import verify

sqs = Session().create_client("sqs")


def handler(event, _context):
    body = verify(event).decode()
    sqs.send_message(QueueUrl=os.environ["TASKS_QUEUE_URL"], MessageBody=body)
    return {"body": '{"type": 5}'}
