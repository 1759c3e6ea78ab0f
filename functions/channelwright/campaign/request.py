"""The request for a campaign, as a message on the queue: these fields, and no others. Pure.

The interaction Lambda can send any message, so its word on the caller's permissions or on another
campaign does not count: the plan asks Discord, and fields not listed here are dropped.
"""

import json
import re
from typing import Any, Final

# A snowflake. Source: Discord docs, Reference > Snowflakes.
_ID: Final = re.compile(r"[0-9]{1,20}")
_NUMBER: Final = re.compile(r"[0-9]{1,40}")
# It becomes a part of a URL's path.
_TOKEN: Final = re.compile(r"[A-Za-z0-9_.=+-]{1,1000}")
_LOCALE: Final = re.compile(r"[A-Za-z0-9-]{1,20}")

# For edits of the deferred message; the token is a secret, so nothing else has it.
REPLY: Final = ("application_id", "interaction_token")
FIELDS: Final = {
    "interaction_id": _ID,
    "application_id": _ID,
    "interaction_token": _TOKEN,
    "guild_id": _ID,
    "channel_id": _ID,
    "user_id": _ID,
    # The plan validates it.
    "campaign_name": re.compile(r".*", re.DOTALL),
    "locale": _LOCALE,
    "app_permissions": _NUMBER,
}


class NotARequest(Exception):
    """The message on the queue asks for no campaign; `what` says why, without quoting it."""

    def __init__(self, what: str):
        super().__init__(f"the message on the queue does not ask for a campaign: {what}")


def parsed(body: str) -> dict[str, str]:
    """Return the `FIELDS` of a message's `body` (JSON), and drop all others.

    Raises:
        NotARequest: a field is missing or malformed. The error quotes nothing of the body, which
            may contain an interaction token.

    """
    try:
        message: Any = json.loads(body)
    except (ValueError, RecursionError):
        raise NotARequest("it is not JSON") from None
    if not isinstance(message, dict):
        raise NotARequest("it is not a JSON object")
    for name, form in FIELDS.items():
        value = message.get(name)
        if not isinstance(value, str) or not form.fullmatch(value):
            raise NotARequest(f"its {name} is missing or malformed")
    return {name: message[name] for name in FIELDS}
