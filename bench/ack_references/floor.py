"""As little as can be: PyNaCl verifies, and one plain POST goes out over TLS."""

import os
import ssl
from http.client import HTTPSConnection
from urllib.parse import urlsplit

from nacl.signing import VerifyKey

TLS = ssl.create_default_context()


def verify(event):
    headers, body = event["headers"], event["body"].encode()
    signed = headers["x-signature-timestamp"].encode() + body
    key = VerifyKey(bytes.fromhex(os.environ["DISCORD_PUBLIC_KEY"]))
    key.verify(signed, bytes.fromhex(headers["x-signature-ed25519"]))
    return body


def handler(event, _context):
    body = verify(event)
    connection = HTTPSConnection(urlsplit(os.environ["TASKS_QUEUE_URL"]).netloc, context=TLS)
    connection.request("POST", "/", body)
    assert connection.getresponse().status == 200
    connection.close()
    return {"body": '{"type": 5}'}
