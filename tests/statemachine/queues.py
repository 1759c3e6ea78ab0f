"""SQS: the queue of webhooks with its two senders, and the queue of dead letters."""

import json
from typing import Any

from botocore.exceptions import ClientError

HOST = "https://sqs.us-east-1.amazonaws.com/123456789012"
WEBHOOKS, DEAD_LETTERS = f"{HOST}/channelwright-webhooks", f"{HOST}/channelwright-tasks-dlq"


class Queues:
    """Does what a client does; the next `failures` calls fail."""

    def __init__(self) -> None:
        self.messages: dict[str, list[Any]] = {WEBHOOKS: [], DEAD_LETTERS: []}
        self.failures = 0
        self.on_send = lambda _url: None

    def send_message(self, *, QueueUrl: str, MessageBody: str) -> dict[str, Any]:  # noqa: N803
        if self.failures:
            self.failures -= 1
            raise ClientError({"Error": {"Code": "ServiceUnavailable", "Message": ""}}, "")
        self.messages[QueueUrl].append(json.loads(MessageBody))
        self.on_send(QueueUrl)
        return {"MessageId": "1", "MD5OfMessageBody": ""}

    @property
    def dead_letters(self) -> list[Any]:
        return self.messages[DEAD_LETTERS]
