"""The headers that identify and sign a webhook. Pure.

Source: Standard Webhooks 1.0.0 > Signature scheme; Webhook headers.
"""

import base64
import hmac
import re
from collections.abc import Iterable
from typing import Final

# The id, the time and the body are signed with full stops between them. The parts of an event's
# id after its first have no digit, so none of them can be taken for the time.
ID: Final = r"[0-9A-Za-z_-]{1,100}(\.[a-z_]{1,50}){0,4}"


class MalformedId(Exception):
    """The event's id cannot be signed: no event of ours has such an id."""


def headers(event_id: str, at: float, body: bytes, keys: Iterable[bytes]) -> dict[str, str]:
    """Return the headers of a webhook that is sent `at` (Unix seconds), signed with each key.

    Raises:
        MalformedId: another event could have the same signature, or no header can carry the id.
    """
    if not re.fullmatch(ID, event_id):
        raise MalformedId
    timestamp = str(int(at))
    content = f"{event_id}.{timestamp}.".encode() + body
    return {
        "webhook-id": event_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": " ".join(_signature(key, content) for key in keys),
    }


def _signature(key: bytes, content: bytes) -> str:
    return f"v1,{base64.b64encode(hmac.digest(key, content, 'sha256')).decode()}"
