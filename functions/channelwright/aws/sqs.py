"""SQS's SendMessage for the interaction Lambda, without boto3."""

import json

from channelwright.aws import endpoint
from channelwright.aws.endpoint import MaybeDone, NotDone


class NotSent(Exception):
    """The message is not on the queue."""


class MaybeSent(Exception):
    """The message may be on the queue: SQS did not answer, or answered 5xx."""


def send_message(queue_url: str, body: str) -> None:
    """Put a message on a queue; `body` is ASCII, because SQS refuses some of Unicode.

    The queue may get it twice, which readers handle like SQS's own "at least once" delivery.

    Raises:
        NotSent: SQS could not be reached, or refused the message.
        MaybeSent: the outcome is unknown.
    """
    content = json.dumps({"QueueUrl": queue_url, "MessageBody": body}).encode("ascii")
    try:
        endpoint.call(queue_url, "AmazonSQS.SendMessage", content)
    except NotDone as error:
        raise NotSent(str(error)) from None
    except MaybeDone as error:
        raise MaybeSent(str(error)) from None
