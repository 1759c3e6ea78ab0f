"""botocore signs, the standard library sends."""

import json
import os
from collections import namedtuple
from http.client import HTTPSConnection
from urllib.parse import urlsplit

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from floor import TLS, verify

Key = namedtuple("Key", "access_key secret_key token")


def handler(event, _context):
    url = os.environ["TASKS_QUEUE_URL"]
    body = json.dumps({"QueueUrl": url, "MessageBody": verify(event).decode()})
    headers = {
        "content-type": "application/x-amz-json-1.0",
        "x-amz-target": "AmazonSQS.SendMessage",
    }
    host = urlsplit(url).netloc
    request = AWSRequest("POST", f"https://{host}/", data=body, headers=headers)
    SigV4Auth(Key("a", "b", "c"), "sqs", os.environ["AWS_REGION"]).add_auth(request)
    connection = HTTPSConnection(host, context=TLS)
    connection.request("POST", "/", body, dict(request.headers))
    assert connection.getresponse().status == 200
    connection.close()
    return {"body": '{"type": 5}'}
