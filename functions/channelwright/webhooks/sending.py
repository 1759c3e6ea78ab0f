"""Send an event as a webhook: check the URL, read the secret, sign, send.

No log line and no outcome has a secret, the event's data, or more of the URL than its host.
"""

import json
import os
import time
from random import random
from typing import Any, Final

from channelwright.aws import log, parameter
from channelwright.discord import addresses
from channelwright.webhooks import address, connection, secrets, signature
from channelwright.webhooks.address import UrlRefused
from channelwright.webhooks.connection import Answer, NoReceiver
from channelwright.webhooks.outcome import Attempt, Outcome

HEADERS: Final = {
    "Content-Type": "application/json",
    "User-Agent": "Channelwright/0.1.0 (https://github.com/channelwright/channelwright)",
    "Connection": "close",
}

_kept = parameter.Kept[tuple[bytes, ...]]()


def attempt(event: dict[str, Any], number: int) -> Outcome:
    """Send an `event` for the `number`-th time (from 1), and return how that ended.

    The settings are in the environment: WEBHOOK_URL, and the name of WEBHOOK_SECRET_PARAMETER.
    """
    url = os.environ["WEBHOOK_URL"]
    one = Attempt(number, address.fingerprint(url), random)
    try:
        answer = _send(event, url)
    except signature.MalformedId:
        return one.impossible("The event's id is not one of this bot's, and cannot be signed.")
    except (UrlRefused, parameter.NotRead) as wrong:
        log.error(str(wrong))
        return one.failed(str(wrong))
    except NoReceiver as failed:
        return one.failed(str(failed))
    if 400 <= answer.status < 500:
        # The receiver may know another secret by now.
        _kept.forget()
    return one.answered(answer.status, answer.retry_after, time.time())


def _send(event: dict[str, Any], url: str) -> Answer:
    local = addresses.is_local_stack()
    target = address.parsed(url, local=local)
    name = os.environ["WEBHOOK_SECRET_PARAMETER"]
    keys = parameter.read(_kept, name, "The secret of webhooks", secrets.parsed)
    body = _body(event)
    signed = signature.headers(event["id"], time.time(), body, keys)
    return connection.post(target, body, HEADERS | signed, local=local)


def _body(event: dict[str, Any]) -> bytes:
    """Return the JSON, in UTF-8 to stay below 20 kB; half a character becomes a question mark."""
    return json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode(errors="replace")
