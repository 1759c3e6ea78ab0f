"""The request for a campaign, as a message on the queue has it: these fields, and no others. Pure.

The interaction Lambda may send any message. Nothing that it says of the caller's standing or of
another campaign counts: the plan asks Discord, and whatever is not listed here is dropped.
"""

import json
import re
from typing import Any, Final

# A snowflake. Source: Discord docs, Reference > Snowflakes.
_ID: Final = re.compile(r"[0-9]{1,20}")
_NUMBER: Final = re.compile(r"[0-9]{1,40}")
# It becomes a part of a path.
_TOKEN: Final = re.compile(r"[A-Za-z0-9_.=+-]{1,1000}")
_LOCALE: Final = re.compile(r"[A-Za-z0-9-]{1,20}")

# An edit of the deferred message needs these; the token is a secret, so nothing else has it.
REPLY: Final = ("application_id", "interaction_token")
FIELDS: Final = {
    "interaction_id": _ID,
    "application_id": _ID,
    "interaction_token": _TOKEN,
    "guild_id": _ID,
    "channel_id": _ID,
    "user_id": _ID,
    # The plan says what is wrong with it.
    "campaign_name": re.compile(r".*", re.DOTALL),
    "locale": _LOCALE,
    "app_permissions": _NUMBER,
}


class NotARequest(Exception):
    """The message on the queue asks for no campaign; `what` is wrong with it, in our words."""

    def __init__(self, what: str):
        super().__init__(f"the message on the queue is not a campaign's: {what}")


def parsed(body: str) -> dict[str, str]:
    """Return the fields of a message, and nothing else that it has.

    Raises:
        NotARequest: a field is missing, or not what it should be. An interaction token may be in
            the body, so the error has no word of it.

    """
    try:
        message: Any = json.loads(body)
    except (ValueError, RecursionError):
        raise NotARequest("it is not JSON") from None
    if not isinstance(message, dict):
        raise NotARequest("it has no fields")
    for name, form in FIELDS.items():
        value = message.get(name)
        if not isinstance(value, str) or not form.fullmatch(value):
            raise NotARequest(f"its {name} is missing or has a wrong form")
    return {name: message[name] for name in FIELDS}
